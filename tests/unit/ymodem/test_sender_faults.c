/* The sender when things go wrong: lost answers, late answers, receivers that NAK duplicates. */
#include "tests/unit/ymodem/rig.h"

#include "base/random.h"

/* --- one fault at a time ------------------------------------------------------------------- */

struct script {
    unsigned from, to; /* frames, counted as they arrive; 0 is block 0 */
    enum rig_fate fate;
};

static enum rig_fate by_script(struct rig *r, unsigned frame)
{
    const struct script *s = r->fate_user;
    for (; s->to; s++) {
        if (frame >= s->from && frame < s->to)
            return s->fate;
    }
    return RIG_NORMAL;
}

static struct rig *scripted(const char *preset, struct script *script, uint32_t size)
{
    struct rig *r = rig_new(preset, 921600);
    r->fate = by_script;
    r->fate_user = script;
    r->late_us = 1310 * TIME_MS;
    return rig_transfer(r, size);
}

static void a_lost_ack_is_seen_through_by_the_nak_of_the_repeat(void **state)
{
    (void)state;
    struct script s[] = {{3, 4, RIG_MUTE}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("mk3060", s, 20000);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->retries, 1);
    assert_int_equal(r->assumed, 1);
    assert_true(rig_holds_file(r));
    assert_int_equal(r->data_frames, 20 + 1);
    free(r);
}

static void a_lost_ack_of_block_0_or_of_the_last_block_too(void **state)
{
    (void)state;
    struct script first[] = {{0, 1, RIG_MUTE}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("mk3060", first, 3000);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->header_frames, 2);
    assert_true(rig_holds_file(r));
    free(r);
    struct script last[] = {{3, 4, RIG_MUTE}, {0, 0, RIG_NORMAL}};
    r = scripted("stm32-iap", last, 3000);
    assert_int_equal(r->done, 1);
    assert_true(rig_holds_file(r));
    /* Nothing tells a lost ACK from a stray NAK here, and this receiver checks its CRCs. */
    assert_true(ymodem_sender_in_doubt(&r->sender));
    assert_int_equal(ymodem_sender_accepted(&r->sender), 2048);
    free(r);
}

static void a_wrong_assumption_is_taken_back(void **state)
{
    (void)state;
    /* Block 3 never arrived, and its repeat is refused by a stray NAK. */
    struct script s[] = {{3, 4, RIG_LOST}, {4, 5, RIG_REFUSED}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("stm32-iap", s, 20000);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->assumed, 1);
    assert_true(rig_holds_file(r));
    assert_false(ymodem_sender_in_doubt(&r->sender));
    free(r);
}

static void two_stray_naks_are_survived(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 5; n++) {
        struct script s[] = {{3, 3 + n, RIG_REFUSED}, {0, 0, RIG_NORMAL}};
        struct rig *r = scripted("mk3060", s, 20000);
        assert_int_equal(r->done, 1);
        assert_true(rig_holds_file(r));
        free(r);
    }
}

/* The ACK of the first copy comes while the repeat is on its way or just out: ACK, then NAK. */
static void a_late_ack_and_the_nak_of_the_repeat_do_not_confuse(void **state)
{
    static const char *const presets[] = {"mk3060", "stm32-iap", "u-boot", "lrzsz"};
    (void)state;
    for (size_t p = 0; p < 4; p++) {
        struct ymodem_preset preset = *ymodem_preset_find(presets[p]);
        uint64_t wait = preset.reply_wait_us + preset.quiet_us;
        for (uint64_t late = wait - 20 * TIME_MS; late < wait + 60 * TIME_MS; late += 1700) {
            struct script s[] = {{3, 4, RIG_LATE}, {0, 0, RIG_NORMAL}};
            struct rig *r = rig_new(presets[p], 921600);
            r->fate = by_script;
            r->fate_user = s;
            r->late_us = late;
            rig_transfer(r, 20480);
            assert_int_equal(r->done, 1);
            assert_true(rig_holds_file(r));
            if (r->data_frames > 20 + 2)
                fail_msg("%s, %u ms late: %u frames", presets[p], (unsigned)(late / TIME_MS),
                         r->data_frames);
            assert_int_equal(ymodem_sender_in_doubt(&r->sender), !preset.checks_crc);
            free(r);
        }
    }
}

/* The repeat's own answer comes while the next block is on its way, and that block is lost. */
static void an_answer_too_many_is_not_taken_for_the_next_blocks(void **state)
{
    static const char *const presets[] = {"mk3060", "stm32-iap", "u-boot", "lrzsz"};
    (void)state;
    for (size_t p = 0; p < 4; p++) {
        struct ymodem_preset preset = *ymodem_preset_find(presets[p]);
        uint64_t wait = preset.reply_wait_us + preset.quiet_us;
        for (uint64_t late = wait - 5 * TIME_MS; late < wait + 40 * TIME_MS; late += 1700) {
            struct script s[] = {{3, 4, RIG_LATE}, {5, 6, RIG_LOST}, {0, 0, RIG_NORMAL}};
            struct rig *r = rig_new(presets[p], 921600);
            r->fate = by_script;
            r->fate_user = s;
            r->late_us = late;
            rig_transfer(r, 20480);
            if (!r->done || !rig_holds_file(r))
                fail_msg("%s, %u ms late", presets[p], (unsigned)(late / TIME_MS));
            assert_true(r->data_frames <= 20 + 4);
            free(r);
        }
    }
}

static void two_lost_acks_in_a_row_are_seen_through(void **state)
{
    (void)state;
    struct script s[] = {{3, 4, RIG_MUTE}, {5, 6, RIG_MUTE}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("mk3060", s, 20480);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->assumed, 2);
    assert_int_equal(r->data_frames, 20 + 2);
    assert_true(rig_holds_file(r));
    free(r);
}

static void an_ack_that_became_a_nak_is_seen_through(void **state)
{
    (void)state;
    struct script s[] = {{3, 4, RIG_FLIPPED}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("mk3060", s, 20480);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->assumed, 1);
    assert_int_equal(r->data_frames, 20 + 1);
    assert_true(rig_holds_file(r));
    free(r);
}

static void an_ack_that_comes_while_quiet_is_waited_for_saves_the_repeat(void **state)
{
    (void)state;
    struct script s[] = {{3, 4, RIG_LATE}, {0, 0, RIG_NORMAL}};
    struct rig *r = rig_new("alios-2nd-boot", 921600);
    r->fate = by_script;
    r->fate_user = s;
    r->late_us = 2500 * TIME_MS;
    rig_transfer(r, 20000);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->retries, 1);
    assert_int_equal(r->data_frames, 20);
    assert_true(rig_holds_file(r));
    assert_true(ymodem_sender_in_doubt(&r->sender)); /* nobody knows that nothing was repeated */
    free(r);
}

static void a_block_stored_twice_is_never_called_certain(void **state)
{
    (void)state;
    struct script s[] = {{3, 4, RIG_MUTE}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("alios-2nd-boot", s, 20000);
    assert_int_equal(r->done, 1);
    assert_false(rig_holds_file(r));
    assert_true(ymodem_sender_in_doubt(&r->sender));
    free(r);
}

static void a_garbled_block_is_sent_again_at_the_c(void **state)
{
    (void)state;
    struct script s[] = {{5, 6, RIG_GARBLED}, {0, 0, RIG_NORMAL}};
    struct rig *plain = rig_transfer(rig_new("mk3060", 921600), 20000);
    struct rig *r = scripted("mk3060", s, 20000);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->last_retry, YMODEM_REASON_ASKED_AGAIN);
    assert_true(rig_holds_file(r));
    assert_true(r->ended_us - plain->ended_us < 150 * TIME_MS);
    free(plain);
    free(r);
}

static void a_receiver_that_is_silent_about_bad_blocks_is_waited_for(void **state)
{
    (void)state;
    struct script s[] = {{5, 6, RIG_GARBLED}, {0, 0, RIG_NORMAL}};
    struct rig *r = scripted("alios-2nd-boot", s, 20000);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->last_retry, YMODEM_REASON_TIMEOUT);
    assert_true(rig_holds_file(r));
    free(r);
}

static void a_stale_c_between_blocks_repeats_nothing(void **state)
{
    (void)state;
    struct rig *r = rig_new("lrzsz", 921600);
    r->preset.block_size = 128; /* 1.4 ms a frame: the 'C' counts long after the frame is out */
    rig_start(r, 2000);
    r->program_us = 60 * TIME_MS;
    while (r->data_frames < 5)
        assert_true(rig_step(r, TIME_NEVER));
    /* It arrives in the middle of the frame, which was handed over whole. */
    rig_back(r, r->now + 300, "C", 1);
    rig_run(r, r->now + 100 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_int_equal(r->retries, 0);
    free(r);
}

static void nothing_is_repeated_into_a_line_that_talks_but_not_for_ever(void **state)
{
    (void)state;
    struct script s[] = {{3, 4, RIG_LOST}, {0, 0, RIG_NORMAL}};
    struct rig *r = rig_new("alios-2nd-boot", 921600);
    r->fate = by_script;
    r->fate_user = s;
    rig_start(r, 20000);
    for (unsigned i = 0; i < 400; i++) /* a device that logs four times a second, for good */
        rig_back(r, r->now + i * 250 * TIME_MS, "log\r\n", 5);
    uint64_t start = r->now;
    rig_run(r, r->now + 90 * TIME_S);
    assert_int_equal(r->done, 1);
    assert_true(r->ended_us - start < 10 * TIME_S);
    free(r);
}

static enum rig_fate deaf_behind_block_2(struct rig *r, unsigned frame)
{
    (void)r;
    return frame > 2 ? RIG_LOST : RIG_NORMAL;
}

static void a_receiver_that_falls_silent_is_given_up_in_finite_time(void **state)
{
    (void)state;
    for (size_t k = 0; ymodem_preset_at(k); k++) {
        struct rig *r = rig_new(ymodem_preset_at(k)->name, 921600);
        r->fate = deaf_behind_block_2;
        uint64_t start = r->now;
        rig_transfer(r, 20000);
        assert_int_equal(r->failed, 1);
        assert_int_equal(r->reason, YMODEM_REASON_NO_ANSWER);
        assert_int_equal(ymodem_sender_accepted(&r->sender), 2048);
        assert_true(r->cancelled);
        assert_true(r->ended_us - start < 200 * TIME_S);
        free(r);
    }
}

static enum rig_fate refuse_behind_block_2(struct rig *r, unsigned frame)
{
    (void)r;
    return frame > 2 ? RIG_REFUSED : RIG_NORMAL;
}

static void a_receiver_that_refuses_everything_is_given_up_with_the_reason(void **state)
{
    (void)state;
    struct rig *r = rig_new("mk3060", 921600);
    r->fate = refuse_behind_block_2;
    rig_transfer(r, 20000);
    assert_int_equal(r->failed, 1);
    assert_int_equal(r->reason, YMODEM_REASON_OUT_OF_STEP);
    assert_int_equal(ymodem_sender_accepted(&r->sender), 2048);
    free(r);
    r = rig_new("lrzsz", 921600);
    r->fate = refuse_behind_block_2;
    rig_transfer(r, 20000);
    assert_int_equal(r->failed, 1);
    assert_int_equal(r->reason, YMODEM_REASON_TOO_MANY_ERRORS);
    free(r);
}

static void block_numbers_wrap_also_while_repeating(void **state)
{
    (void)state;
    static const unsigned places[] = {254, 255, 256, 257, 258};
    for (size_t i = 0; i < 5; i++) {
        for (int mute = 0; mute < 2; mute++) {
            struct script s[] = {{places[i], places[i] + 1, mute ? RIG_MUTE : RIG_LOST},
                                 {0, 0, RIG_NORMAL}};
            struct rig *r = scripted("mk3060", s, 270 * 1024);
            assert_int_equal(r->done, 1);
            assert_true(rig_holds_file(r));
            free(r);
        }
    }
}

/* A pseudo-terminal answers long before the frame's time on a line of that speed is over. */
static void a_link_without_a_speed_is_noticed(void **state)
{
    (void)state;
    for (size_t k = 0; ymodem_preset_at(k); k++) {
        struct script s[] = {{3, 4, RIG_MUTE}, {9, 10, RIG_LOST}, {0, 0, RIG_NORMAL}};
        struct rig *r = rig_new(ymodem_preset_at(k)->name, 0);
        r->program_us = 10;
        r->fate = by_script;
        r->fate_user = s;
        rig_start(r, 20000);
        r->sender.config.baud = 9600;
        uint64_t start = r->now;
        rig_run(r, r->now + 1000 * TIME_S);
        assert_int_equal(r->done, 1);
        assert_true(rig_holds_file(r) || r->preset.stores_duplicates);
        assert_true(r->ended_us - start < 2 * (16 * TIME_S + r->preset.reply_wait_us));
        free(r);
    }
}

/* --- many faults at once --------------------------------------------------------------------- */

static struct random_source chance;

static enum rig_fate by_chance(struct rig *r, unsigned frame)
{
    static const enum rig_fate fates[] = {RIG_LOST, RIG_GARBLED, RIG_MUTE,
                                          RIG_LATE, RIG_LOG,     RIG_REFUSED};
    (void)frame;
    r->late_us = random_below(&chance, 2200) * TIME_MS;
    return random_one_in(&chance, 12) ? fates[random_below(&chance, 6)] : RIG_NORMAL;
}

static void no_seed_calls_a_wrong_file_certain(void **state)
{
    (void)state;
    unsigned done = 0, runs = 0;
    for (unsigned seed = 0; seed < 1200; seed++) {
        random_seed(&chance, seed);
        const struct ymodem_preset *p = ymodem_preset_at(seed % 8);
        struct rig *r = rig_new(p->name, random_one_in(&chance, 4) ? 115200 : 921600);
        r->latency_us = random_below(&chance, 20) * TIME_MS;
        r->program_us = random_below(&chance, 40) * TIME_MS;
        r->piece = random_one_in(&chance, 3) ? 1 + random_below(&chance, 1100) : 0;
        r->fate = by_chance;
        uint64_t start = r->now;
        rig_transfer(r, 1 + random_below(&chance, 50000));
        if (r->done + r->failed != 1 || r->ended_us - start > 900 * TIME_S)
            fail_msg("seed %u (%s) did not end", seed, p->name);
        if (r->done && !ymodem_sender_in_doubt(&r->sender) && !rig_holds_file(r))
            fail_msg("seed %u (%s): wrong, and no doubt", seed, p->name);
        uint32_t sure = ymodem_sender_accepted(&r->sender);
        if (!p->stores_duplicates && (sure > r->stored_length || memcmp(r->stored, r->file, sure)))
            fail_msg("seed %u (%s): %u bytes are not over there", seed, p->name, sure);
        runs += !p->stores_duplicates;
        done += r->done && !p->stores_duplicates && rig_holds_file(r);
        free(r);
    }
    /* With a fault on every twelfth frame most transfers still get through. */
    if (done * 100 < runs * 90)
        fail_msg("only %u of %u got through", done, runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_ack_is_seen_through_by_the_nak_of_the_repeat),
        cmocka_unit_test(a_lost_ack_of_block_0_or_of_the_last_block_too),
        cmocka_unit_test(a_wrong_assumption_is_taken_back),
        cmocka_unit_test(two_stray_naks_are_survived),
        cmocka_unit_test(a_late_ack_and_the_nak_of_the_repeat_do_not_confuse),
        cmocka_unit_test(an_answer_too_many_is_not_taken_for_the_next_blocks),
        cmocka_unit_test(two_lost_acks_in_a_row_are_seen_through),
        cmocka_unit_test(an_ack_that_became_a_nak_is_seen_through),
        cmocka_unit_test(an_ack_that_comes_while_quiet_is_waited_for_saves_the_repeat),
        cmocka_unit_test(a_block_stored_twice_is_never_called_certain),
        cmocka_unit_test(a_garbled_block_is_sent_again_at_the_c),
        cmocka_unit_test(a_receiver_that_is_silent_about_bad_blocks_is_waited_for),
        cmocka_unit_test(a_stale_c_between_blocks_repeats_nothing),
        cmocka_unit_test(nothing_is_repeated_into_a_line_that_talks_but_not_for_ever),
        cmocka_unit_test(a_receiver_that_falls_silent_is_given_up_in_finite_time),
        cmocka_unit_test(a_receiver_that_refuses_everything_is_given_up_with_the_reason),
        cmocka_unit_test(block_numbers_wrap_also_while_repeating),
        cmocka_unit_test(a_link_without_a_speed_is_noticed),
        cmocka_unit_test(no_seed_calls_a_wrong_file_certain),
    };
    return cmocka_run_group_tests_name("ymodem sender and faults", tests, NULL, NULL);
}
