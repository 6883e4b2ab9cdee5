/* The sender's dialogue with receivers that behave: who waits for what, and how it ends. */
#include "tests/unit/ymodem/rig.h"

static const uint32_t sizes[] = {1,    127,   128,   129,   896,    897,    1023,  1024,
                                 1025, 65535, 65536, 65537, 262144, 263000, 327700};

static void every_size_arrives_whole_at_every_receiver(void **state)
{
    (void)state;
    for (size_t k = 0; ymodem_preset_at(k); k++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct rig *r = rig_transfer(rig_new(ymodem_preset_at(k)->name, 921600), sizes[i]);
            assert_int_equal(r->done, 1);
            assert_int_equal(r->retries, 0);
            assert_int_equal(r->accepted_events, 1);
            assert_int_equal(r->sender.frames_repeated, 0);
            assert_true(rig_holds_file(r));
            assert_int_equal(r->declared, sizes[i]);
            assert_string_equal(r->name, "app@mk3060.bin");
            assert_int_equal(r->null_frames, r->preset.closes_batch ? 1 : 0);
            assert_int_equal(ymodem_sender_accepted(&r->sender), sizes[i]);
            assert_int_equal(ymodem_sender_in_doubt(&r->sender), !r->preset.checks_crc);
            free(r);
        }
    }
}

static void short_blocks_and_small_tails_follow_the_preset(void **state)
{
    (void)state;
    struct rig *r = rig_transfer(rig_new("lrzsz", 115200), 1024 + 896);
    assert_true(rig_holds_file(r));
    assert_int_equal(r->data_frames, 1 + 7);
    free(r);
    r = rig_transfer(rig_new("lrzsz", 115200), 1024 + 897);
    assert_int_equal(r->data_frames, 2);
    free(r);
    r = rig_new("lrzsz", 115200);
    r->preset.block_size = 128;
    rig_transfer(r, 70000);
    assert_true(rig_holds_file(r));
    assert_int_equal(r->data_frames, (70000 + 127) / 128);
    free(r);
}

static void the_wire_stays_busy(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    r->program_us = 0;
    uint64_t start = r->now;
    rig_transfer(r, 300 * 1024);
    assert_int_equal(r->done, 1);
    uint64_t wire = 300ull * 1029 * 10 * TIME_S / 921600;
    /* All but the first moments: 20 ms for the 'C' behind block 0's ACK to stand alone. */
    assert_true((r->ended_us - start - 22 * TIME_MS) * 97 / 100 < wire);
    free(r);
}

static enum rig_fate log_on_every_frame(struct rig *r, unsigned frame)
{
    (void)r;
    (void)frame;
    return RIG_LOG;
}

static void a_log_line_before_an_ack_costs_next_to_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; ymodem_preset_at(k); k++) {
        const char *name = ymodem_preset_at(k)->name;
        struct rig *plain = rig_transfer(rig_new(name, 921600), 40000);
        struct rig *noisy = rig_new(name, 921600);
        noisy->fate = log_on_every_frame;
        uint64_t start = noisy->now;
        rig_transfer(noisy, 40000);
        assert_int_equal(noisy->done, 1);
        assert_int_equal(noisy->retries, 0);
        assert_true(rig_holds_file(noisy));
        assert_non_null(strstr(noisy->text, "wifi COMMAND DONE"));
        uint64_t lines = noisy->frames, extra = noisy->ended_us - start;
        extra -= plain->ended_us - start;
        assert_true(extra / lines < 50 * TIME_MS);
        free(plain);
        free(noisy);
    }
}

static enum rig_fate lose_all(struct rig *r, unsigned frame)
{
    (void)r;
    (void)frame;
    return RIG_LOST;
}

static void block_0_is_given_the_time_of_the_erase(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    /* 180 KiB: 46 sectors; three times 60 ms each and a bit. The receiver sleeps through it. */
    r->erase_us = 12 * TIME_S;
    rig_transfer(r, 180 * 1024);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->header_frames, 1);
    assert_int_equal(r->retries, 0);
    free(r);
    /* Patience is bounded all the same: tries, then the end, in words. */
    r = rig_new("mk3060", 921600);
    r->fate = lose_all;
    uint64_t start = r->now;
    rig_transfer(r, 180 * 1024);
    assert_int_equal(r->failed, 1);
    assert_int_equal(r->reason, YMODEM_REASON_NO_ANSWER);
    assert_int_equal(r->header_frames, 4);
    assert_true(r->header_at[1] - r->header_at[0] > (4 + 3 * 46 * 6 / 100) * TIME_S);
    assert_true(r->ended_us - start < 120 * TIME_S);
    assert_true(r->cancelled);
    free(r);
}

static void old_cs_during_the_erase_do_not_repeat_block_0(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    r->erase_us = 3 * TIME_S;
    rig_start(r, 65536);
    for (int i = 0; i < 30; i++) /* asked before block 0 was there, read late */
        rig_back(r, r->now + (unsigned)i * 33 * TIME_MS, "C", 1);
    rig_run(r, r->now + 600 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->header_frames, 1);
    assert_int_equal(r->retries, 0);
    free(r);
}

static enum rig_fate lose_first(struct rig *r, unsigned frame)
{
    (void)r;
    return frame == 0 ? RIG_LOST : RIG_NORMAL;
}

static void a_receiver_that_goes_on_asking_gets_block_0_again(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    r->fate = lose_first;
    uint64_t start = r->now;
    rig_start(r, 65536);
    rig_back(r, r->now + 1500 * TIME_MS, "C", 1);
    rig_run(r, r->now + 600 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->header_frames, 2);
    assert_true(r->header_at[1] - start < 1700 * TIME_MS);
    assert_true(rig_holds_file(r));
    free(r);
    /* A second boot that lost it asks without a pause: quiet will never come. */
    r = rig_new("alios-2nd-boot", 921600);
    r->fate = lose_first;
    rig_start(r, 5000);
    for (unsigned i = 0; i < 600; i++)
        rig_back(r, r->now + (110 + i * 8) * TIME_MS, "C", 1);
    rig_run(r, r->now + 600 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->header_frames, 2);
    assert_true(r->header_at[1] - r->header_at[0] < 6 * TIME_S);
    free(r);
}

static void nothing_is_sent_before_a_receiver_asks_unless_it_may(void **state)
{
    (void)state;
    struct rig *r = rig_new("lrzsz", 115200);
    r->preset.early_header = false;
    rig_start(r, 1000);
    r->back_count = 0;
    rig_back(r, r->now, "rb waiting to reCeive.Connecting", 32);
    rig_run(r, r->now + 30 * TIME_S);
    assert_int_equal(r->frames, 0);
    rig_run(r, r->now + 60 * TIME_S);
    assert_int_equal(r->failed, 1);
    assert_int_equal(r->reason, YMODEM_REASON_NO_ANSWER);
    free(r);
}

static void an_empty_file_ends_without_a_block(void **state)
{
    (void)state;
    for (size_t k = 0; ymodem_preset_at(k); k++) {
        struct rig *r = rig_transfer(rig_new(ymodem_preset_at(k)->name, 921600), 0);
        assert_int_equal(r->done, 1);
        assert_int_equal(r->data_frames, 0);
        assert_int_equal(r->stored_length, 0);
        free(r);
    }
}

static void eot_is_understood_in_all_its_dialogues(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++) {
        struct rig *r = rig_new(i & 8 ? "mk3060" : "stm32-iap", 115200);
        r->naks_first_eot = i & 1;
        r->acks_eot_twice = i & 2;
        r->bare_end = i & 4;
        uint64_t start = r->now;
        rig_transfer(r, 3000);
        assert_int_equal(r->done, 1);
        assert_int_equal(r->eots, 1 + (i & 1));
        assert_int_equal(r->null_frames, 1);
        assert_true(rig_holds_file(r));
        assert_true(r->ended_us - start < 3 * TIME_S);
        free(r);
    }
}

static void the_null_block_goes_early_only_where_it_may(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    uint64_t start = r->now;
    rig_transfer(r, 1024);
    assert_int_equal(r->null_frames, 1);
    assert_true(r->ended_us - start < 100 * TIME_MS);
    free(r);
    r = rig_new("rt-thread", 921600);
    r->wants_null_c = false; /* it never asks: after a second it gets the block anyway */
    start = r->now;
    rig_transfer(r, 1024);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->null_frames, 1);
    assert_in_range(r->ended_us - start, 1100 * TIME_MS, 1500 * TIME_MS);
    free(r);
}

static void a_receiver_that_asks_after_a_second_is_not_overtaken(void **state)
{
    (void)state;
    struct rig *r = rig_new("lrzsz", 921600);
    r->wants_null_c = false;
    rig_start(r, 1024);
    while (r->eots == 0)
        assert_true(rig_step(r, TIME_NEVER));
    uint64_t asked = r->now + 1010 * TIME_MS; /* rb flushes its input right before it asks */
    rig_back(r, asked, "C", 1);
    while (r->null_frames == 0)
        assert_true(rig_step(r, TIME_NEVER));
    assert_true(r->now > asked);
    rig_run(r, r->now + 10 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->null_frames, 1);
    free(r);
}

static enum rig_fate lose_first_null(struct rig *r, unsigned frame)
{
    (void)frame;
    return r->eots && r->null_frames == 0 && r->unit[0] != YMODEM_EOT ? RIG_LOST : RIG_NORMAL;
}

static void a_lost_null_block_is_sent_again_when_asked_for(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    r->fate = lose_first_null;
    rig_start(r, 1024);
    rig_back(r, r->now + 1060 * TIME_MS, "C", 1); /* the loader's own second */
    rig_run(r, r->now + 100 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->null_frames, 2);
    assert_true(r->ended);
    free(r);
}

static void can_behind_eot_is_realteks_good_bye(void **state)
{
    (void)state;
    struct rig *r = rig_new("realtek", 921600);
    rig_transfer(r, 3000);
    assert_int_equal(r->done, 1);
    free(r);
    r = rig_new("lrzsz", 921600);
    r->wants_null_c = false;
    rig_start(r, 1024);
    while (r->eots == 0)
        assert_true(rig_step(r, TIME_NEVER));
    rig_back(r, r->now + 10 * TIME_MS, "\x18\x18", 2);
    rig_run(r, r->now + 10 * TIME_S);
    assert_int_equal(r->done, 1);
    free(r);
}

static void a_receiver_that_cancels_is_told_once(void **state)
{
    (void)state;
    for (unsigned when = 0; when < 4; when++) {
        struct rig *r = rig_new("mk3060", 0); /* all ten in one read */
        rig_start(r, 8000);
        while (r->frames < when)
            assert_true(rig_step(r, TIME_NEVER));
        rig_back(r, r->now, "\x18\x18\x18\x18\x18\x18\x18\x18\x18\x18", 10);
        rig_run(r, r->now + 100 * TIME_S);
        assert_int_equal(r->failed, 1);
        assert_int_equal(r->done, 0);
        assert_int_equal(r->reason, YMODEM_REASON_CANCELLED);
        assert_false(r->cancelled); /* it knows already: not a byte more into its shell */
        free(r);
    }
}

/* Whatever the moment: whole frames only, then the cancel sequence, then FAILED. */
static void an_abort_never_leaves_half_a_frame(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 1029; piece = piece < 24 ? piece + 1 : piece * 2 - 7) {
        for (unsigned pieces = 0; pieces < 60; pieces += 1 + pieces / 3) {
            struct rig *r = rig_new("mk3060", 921600);
            r->piece = piece;
            rig_start(r, 5000);
            while (r->frames == 0)
                assert_true(rig_step(r, TIME_NEVER));
            uint64_t out = 0;
            while (out < pieces && rig_step(r, TIME_NEVER))
                out += r->unit_length > 0;
            ymodem_sender_abort(&r->sender, r->now);
            ymodem_sender_abort(&r->sender, r->now);
            rig_run(r, r->now + 10 * TIME_S);
            assert_int_equal(r->done + r->failed, 1);
            if (r->failed) {
                assert_int_equal(r->reason, YMODEM_REASON_ABORTED);
                assert_true(r->cancelled);
            }
            assert_int_equal(r->unit_length, 0);
            free(r);
        }
    }
}

/* The port stops taking bytes in the middle of a frame: an end in finite time. */
static void a_stuck_port_ends_in_failure(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    r->piece = 100;
    rig_start(r, 5000);
    while (r->frames == 0 || r->unit_length == 0)
        assert_true(rig_step(r, TIME_NEVER));
    while (r->sender.state != YMODEM_SEND_FAILED) {
        uint64_t next = ymodem_sender_deadline(&r->sender);
        assert_true(next < r->now + 200 * TIME_S);
        r->now = next;
        ymodem_sender_tick(&r->sender, r->now);
    }
    rig_events(r);
    assert_int_equal(r->failed, 1);
    assert_int_equal(r->reason, YMODEM_REASON_NO_ANSWER);
    free(r);
}

static int broken_read(void *user, uint32_t offset, uint8_t *into, size_t n)
{
    (void)into;
    (void)n;
    return offset > 2000 ? -1 : rig_read(user, offset, into, n);
}

static void a_source_that_fails_cancels_politely(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    rig_start(r, 8000);
    r->sender.config.source.read = broken_read;
    rig_run(r, r->now + 100 * TIME_S);
    assert_int_equal(r->failed, 1);
    assert_int_equal(r->reason, YMODEM_REASON_SOURCE);
    assert_true(r->cancelled);
    assert_int_equal(ymodem_sender_accepted(&r->sender), 2048);
    free(r);
}

static void the_last_event_is_never_lost(void **state)
{
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        struct rig *r = rig_new("mk3060", 921600);
        r->keep_events = true; /* nobody fetches: the queue overflows many times */
        rig_start(r, 100000);
        if (fails)
            rig_back(r, r->now + 500 * TIME_MS, "\x18\x18\x18\x18", 4);
        rig_run(r, r->now + 100 * TIME_S);
        assert_int_equal(r->done, !fails);
        assert_int_equal(r->failed, fails);
        free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_arrives_whole_at_every_receiver),
        cmocka_unit_test(short_blocks_and_small_tails_follow_the_preset),
        cmocka_unit_test(the_wire_stays_busy),
        cmocka_unit_test(a_log_line_before_an_ack_costs_next_to_nothing),
        cmocka_unit_test(block_0_is_given_the_time_of_the_erase),
        cmocka_unit_test(old_cs_during_the_erase_do_not_repeat_block_0),
        cmocka_unit_test(a_receiver_that_goes_on_asking_gets_block_0_again),
        cmocka_unit_test(nothing_is_sent_before_a_receiver_asks_unless_it_may),
        cmocka_unit_test(an_empty_file_ends_without_a_block),
        cmocka_unit_test(eot_is_understood_in_all_its_dialogues),
        cmocka_unit_test(the_null_block_goes_early_only_where_it_may),
        cmocka_unit_test(a_receiver_that_asks_after_a_second_is_not_overtaken),
        cmocka_unit_test(a_lost_null_block_is_sent_again_when_asked_for),
        cmocka_unit_test(can_behind_eot_is_realteks_good_bye),
        cmocka_unit_test(a_receiver_that_cancels_is_told_once),
        cmocka_unit_test(an_abort_never_leaves_half_a_frame),
        cmocka_unit_test(a_stuck_port_ends_in_failure),
        cmocka_unit_test(a_source_that_fails_cancels_politely),
        cmocka_unit_test(the_last_event_is_never_lost),
    };
    return cmocka_run_group_tests_name("ymodem sender", tests, NULL, NULL);
}
