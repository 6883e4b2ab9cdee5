/* The receiver against scripted senders: damage, repetition, hostile names and sizes, bad endings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ymodem/receiver.h"

static struct ymodem_receiver receiver;
static struct ymodem_preset preset;
static uint64_t now;
static uint8_t stored[300001], data[300000];
static uint32_t max_size;
static unsigned headers, retries, done, failed;
static uint32_t done_bytes;
static enum ymodem_reason reason;
static char replies[4096], text[8192];
static size_t text_length;
static bool sink_breaks;

static int sink(void *user, uint32_t offset, const uint8_t *bytes, size_t n)
{
    (void)user;
    assert_true(offset <= max_size && n <= max_size - offset);
    if (sink_breaks)
        return -1;
    memcpy(stored + offset, bytes, n);
    return 0;
}

/* Hands over what is to be sent, as letters: A N C, x for CAN, b for BS. */
static void collect(void)
{
    const uint8_t *bytes;
    size_t n = ymodem_receiver_output(&receiver, &bytes), used = strlen(replies);
    for (size_t i = 0; i < n && used + 1 < sizeof replies; i++) {
        switch (bytes[i]) {
        case YMODEM_ACK:
            replies[used++] = 'A';
            break;
        case YMODEM_NAK:
            replies[used++] = 'N';
            break;
        case YMODEM_CAN:
            replies[used++] = 'x';
            break;
        case YMODEM_BS:
            replies[used++] = 'b';
            break;
        default:
            replies[used++] = (char)bytes[i];
        }
    }
    replies[used] = '\0';
    if (n)
        ymodem_receiver_sent(&receiver, now, n);
    struct ymodem_receiver_event e;
    while (ymodem_receiver_next_event(&receiver, &e)) {
        assert_int_equal(done + failed, 0);
        headers += e.kind == YMODEM_RECEIVER_HEADER;
        retries += e.kind == YMODEM_RECEIVER_RETRY;
        done += e.kind == YMODEM_RECEIVER_DONE;
        failed += e.kind == YMODEM_RECEIVER_FAILED;
        if (e.kind == YMODEM_RECEIVER_FAILED)
            reason = e.reason;
        if (e.kind == YMODEM_RECEIVER_DONE)
            done_bytes = e.bytes;
    }
    size_t k = ymodem_receiver_text(&receiver, &bytes);
    if (k > sizeof text - 1 - text_length)
        k = sizeof text - 1 - text_length;
    memcpy(text + text_length, bytes, k);
    text_length += k;
    text[text_length] = '\0';
}

static void begin(const char *name, uint32_t max)
{
    preset = *ymodem_preset_find(name);
    max_size = max;
    struct ymodem_receiver_config config = {
        .preset = &preset, .max_size = max, .baud = 921600, .sink = {.write = sink}};
    memset(stored, 0xEE, sizeof stored);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 13 + i / 255);
    headers = retries = done = failed = 0;
    reason = YMODEM_REASON_NONE;
    text_length = 0;
    replies[0] = text[0] = '\0';
    sink_breaks = false;
    now = 10 * TIME_S;
    ymodem_receiver_init(&receiver, &config);
    ymodem_receiver_start(&receiver, now);
    collect();
    assert_string_equal(replies, "C");
    replies[0] = '\0';
}

static void hear(const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    while (n) {
        size_t part = n < 200 ? n : 200;
        ymodem_receiver_input(&receiver, now, b, part);
        collect();
        b += part;
        n -= part;
        now += part * 10 * TIME_S / 921600;
    }
}

/* Lets time pass, obeying deadlines. */
static void pass(uint64_t us)
{
    uint64_t end = now + us;
    while (ymodem_receiver_deadline(&receiver) <= end) {
        now = ymodem_receiver_deadline(&receiver) > now ? ymodem_receiver_deadline(&receiver) : now;
        ymodem_receiver_tick(&receiver, now);
        collect();
    }
    now = end;
}

static void expect(const char *wanted)
{
    assert_string_equal(replies, wanted);
    replies[0] = '\0';
}

static void raw_header(const char *body, size_t n)
{
    uint8_t frame[YMODEM_FRAME_MAX] = {0};
    size_t size = n > 128 ? 1024 : 128;
    memcpy(frame + 3, body, n);
    hear(frame, ymodem_frame_seal(frame, 0, size));
}

static void header(const char *name, const char *size)
{
    char body[1024];
    int n = snprintf(body, sizeof body, "%s%c%s", name, 0, size);
    raw_header(body, (size_t)n);
}

static size_t make_block(uint8_t *frame, uint32_t number, size_t size, uint32_t total)
{
    uint32_t at = (number - 1) * (uint32_t)size;
    for (size_t i = 0; i < size; i++)
        frame[3 + i] = at + i < total ? data[at + i] : 0x1A;
    return ymodem_frame_seal(frame, (uint8_t)number, size);
}

static void block(uint32_t number, size_t size, uint32_t total)
{
    uint8_t frame[YMODEM_FRAME_MAX];
    hear(frame, make_block(frame, number, size, total));
}

static void byte(uint8_t b)
{
    hear(&b, 1);
}

static void holds(uint32_t n)
{
    assert_int_equal(done, 1);
    assert_int_equal(failed, 0);
    assert_int_equal(done_bytes, n);
    assert_memory_equal(stored, data, n);
    assert_int_equal(stored[n], 0xEE);
}

/* --- good ----------------------------------------------------------------------------------- */

static void the_loaders_read_dialogue(void **state)
{
    (void)state;
    begin("mk3060", 3000);
    hear("\r\nSelect Receive File\r\n", 23);
    raw_header("image.bin\0"
               "3000,V@\3K",
               19);
    expect("AC");
    assert_int_equal(receiver.size, 3000);
    assert_string_equal(receiver.name, "image.bin");
    block(1, 1024, 3000);
    block(2, 1024, 3000);
    block(3, 1024, 3000);
    expect("AAA");
    byte(YMODEM_EOT);
    expect("A"); /* no 'C': this one sends its closing block by itself */
    raw_header("", 0);
    expect("A");
    assert_int_equal(done, 0);
    byte(YMODEM_EOT);
    expect("A");
    holds(3000);
    assert_string_equal(text, "\r\nSelect Receive File\r\n");
    hear("\r\nFile uploaded successfully \r\n$ ", 33);
    assert_non_null(strstr(text, "uploaded"));
}

static void done_waits_until_the_last_ack_has_left(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    struct ymodem_receiver_event e;
    begin("lrzsz", 100);
    header("f", "100 ");
    block(1, 128, 100);
    byte(YMODEM_EOT);
    memset(frame, 0, sizeof frame);
    ymodem_receiver_input(&receiver, now, frame, ymodem_frame_header(frame, "", 0, true));
    while (ymodem_receiver_next_event(&receiver, &e))
        assert_int_not_equal(e.kind, YMODEM_RECEIVER_DONE);
    collect();
    holds(100);
    /* And on a line that takes nothing more it comes all the same. */
    begin("lrzsz", 100);
    header("f", "100 ");
    ymodem_receiver_abort(&receiver, now);
    assert_false(ymodem_receiver_next_event(&receiver, &e));
    ymodem_receiver_tick(&receiver, now + 2 * TIME_S);
    assert_true(ymodem_receiver_next_event(&receiver, &e));
    assert_int_equal(e.kind, YMODEM_RECEIVER_FAILED);
}

static void digits_in_the_garbage_behind_the_size_do_no_harm(void **state)
{
    (void)state;
    begin("mk3060", 3000);
    raw_header("image.bin\0"
               "300077@",
               17);
    assert_int_equal(receiver.size, 3000);
    for (uint32_t i = 1; i <= 3; i++)
        block(i, 1024, 3000);
    byte(YMODEM_EOT);
    raw_header("", 0);
    byte(YMODEM_EOT);
    holds(3000);
    /* Where the field is trustworthy, too much is too much. */
    begin("lrzsz", 3000);
    header("f", "3001 ");
    assert_int_equal(reason, YMODEM_REASON_TOO_BIG);
    expect("xxxxxxxxbbbbbbbb");
}

static void it_asks_once_a_second_and_gives_up_after_a_minute(void **state)
{
    (void)state;
    begin("lrzsz", 1000);
    pass(10 * TIME_S);
    expect("CCCCCCCCCC");
    pass(60 * TIME_S);
    assert_int_equal(failed, 1);
    assert_int_equal(reason, YMODEM_REASON_NO_ANSWER);
}

static void block_numbers_wrap(void **state)
{
    (void)state;
    begin("mk3060", 300 * 1000);
    header("f", "300000 ");
    for (uint32_t i = 1; i <= 293; i++) {
        block(i, 1024, 300000);
        if (i % 51 == 0 || i == 255 || i == 256)
            block(i, 1024, 300000); /* its ACK was lost */
    }
    byte(YMODEM_EOT);
    raw_header("", 0);
    byte(YMODEM_EOT);
    holds(300000);
    assert_int_equal(retries, 0);
}

/* --- damage ---------------------------------------------------------------------------------- */

static void a_damaged_block_is_refused_once_the_line_is_quiet(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    static const size_t places[] = {1, 2, 3, 500, 1026, 1027, 1028};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        begin("mk3060", 2000);
        header("f", "2000 ");
        replies[0] = '\0';
        size_t n = make_block(frame, 1, 1024, 2000);
        frame[places[i]] ^= 0x40;
        hear(frame, n);
        expect("");
        pass(60 * TIME_MS);
        expect("N");
        block(1, 1024, 2000);
        block(2, 1024, 2000);
        expect("AA");
        assert_int_equal(retries, 1);
        byte(YMODEM_EOT);
        raw_header("", 0);
        byte(YMODEM_EOT);
        holds(2000);
    }
}

static void a_cut_block_and_a_damaged_head_are_noticed(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    begin("mk3060", 1024);
    header("f", "1024 ");
    replies[0] = '\0';
    make_block(frame, 1, 1024, 1024);
    hear(frame, 700);
    pass(400 * TIME_MS);
    expect("N");
    frame[0] = 0x12; /* neither SOH nor STX nor text */
    hear(frame, 1029);
    pass(60 * TIME_MS);
    expect("N");
    block(1, 1024, 1024);
    expect("A");
    pass(2900 * TIME_MS);
    expect("");
    pass(400 * TIME_MS); /* nothing comes any more */
    expect("N");
}

static void a_repeated_block_is_acknowledged_and_not_stored(void **state)
{
    (void)state;
    begin("lrzsz", 2000);
    header("f", "2000 ");
    header("f", "2000 ");
    expect("ACAC");
    block(1, 1024, 2000);
    block(1, 1024, 2000);
    block(2, 1024, 2000);
    expect("AAA");
    assert_int_equal(headers, 1);
    block(2, 1024, 2000);
    byte(YMODEM_EOT);
    block(2, 1024, 2000);
    expect("AACA");
    raw_header("", 0);
    holds(2000);
}

static void a_block_from_elsewhere_is_refused(void **state)
{
    (void)state;
    begin("lrzsz", 4096);
    header("f", "4096 ");
    replies[0] = '\0';
    block(3, 1024, 4096);
    pass(60 * TIME_MS);
    expect("N");
    block(1, 1024, 4096);
    expect("A");
}

static void log_text_between_blocks_is_text(void **state)
{
    (void)state;
    begin("mk3060", 2048);
    hear("[ 1]\x1b[31mbooting \xe6\x97\xa5\x1b[0m\r\n", 25);
    header("f", "2048 ");
    block(1, 1024, 2048);
    hear("[ 2] log\r\n", 10);
    block(2, 1024, 2048);
    byte(YMODEM_EOT);
    raw_header("", 0);
    byte(YMODEM_EOT);
    holds(2048);
    assert_int_equal(retries, 0);
    assert_non_null(strstr(text, "booting"));
    assert_non_null(strstr(text, "[ 2] log\r\n"));
}

static void an_eot_too_early_is_noise_until_it_is_insisted_upon(void **state)
{
    (void)state;
    begin("mk3060", 40960);
    header("f", "40960 ");
    /* Noise now and then, a good block between: never adds up. */
    for (uint32_t i = 1; i <= 8; i++) {
        block(i, 1024, 40960);
        byte(YMODEM_EOT);
        pass(60 * TIME_MS);
    }
    assert_int_equal(failed, 0);
    for (int i = 0; i < 2; i++) {
        byte(YMODEM_EOT);
        pass(60 * TIME_MS);
    }
    assert_int_equal(failed, 1);
    assert_int_equal(reason, YMODEM_REASON_SHORT);
}

static void nothing_but_damage_ends_after_a_bounded_time(void **state)
{
    (void)state;
    begin("mk3060", 4096);
    header("f", "4096 ");
    uint64_t start = now;
    for (int i = 0; i < 100 && !failed; i++) {
        block(9, 128, 4096);
        pass(TIME_S);
    }
    assert_int_equal(reason, YMODEM_REASON_TOO_MANY_ERRORS);
    assert_true(now - start < 20 * TIME_S);
    assert_non_null(strstr(replies, "xxxxxxxxbbbbbbbb"));
}

/* --- endings --------------------------------------------------------------------------------- */

static void to_eot(const char *name)
{
    begin(name, 100);
    header("f", "100 ");
    block(1, 128, 100);
    byte(YMODEM_EOT);
    replies[0] = '\0';
}

static void a_sender_that_never_closes_is_not_waited_for_long(void **state)
{
    (void)state;
    to_eot("lrzsz");
    pass(5 * TIME_S);
    expect("CC");
    holds(100);
    to_eot("mk3060"); /* closes, but its last EOT is lost */
    raw_header("", 0);
    pass(2 * TIME_S);
    holds(100);
}

static void a_lost_answer_at_the_end_is_repeated(void **state)
{
    (void)state;
    to_eot("lrzsz");
    byte(YMODEM_EOT);
    expect("A");
    to_eot("mk3060");
    raw_header("", 0);
    raw_header("", 0);
    raw_header("", 0);
    expect("AAA");
    byte(YMODEM_EOT);
    expect("A");
    holds(100);
    assert_int_equal(retries, 0);
}

static void damage_behind_the_last_block_does_not_spoil_the_file(void **state)
{
    (void)state;
    to_eot("lrzsz");
    for (int i = 0; i < 40 && !done; i++) {
        block(77, 128, 100);
        pass(100 * TIME_MS);
    }
    holds(100);
}

static void a_second_file_is_declined(void **state)
{
    (void)state;
    to_eot("lrzsz");
    header("another", "50 ");
    expect("xxxxxxxx");
    holds(100);
}

static void an_empty_batch_is_an_empty_end(void **state)
{
    (void)state;
    begin("lrzsz", 100);
    raw_header("", 0);
    expect("A");
    assert_int_equal(done, 1);
    assert_int_equal(done_bytes, 0);
}

static void can_can_ends_it_anywhere(void **state)
{
    static const uint8_t cancel[] = "\x18\x18\x18\x18\x18\x18\x18\x18\b\b\b\b\b\b\b\b\r";
    uint8_t frame[YMODEM_FRAME_MAX];
    (void)state;
    begin("lrzsz", 5000);
    byte(YMODEM_CAN);
    assert_int_equal(failed, 0);
    byte(YMODEM_CAN);
    assert_int_equal(reason, YMODEM_REASON_CANCELLED);
    expect("");
    begin("lrzsz", 5000);
    header("f", "5000 ");
    byte(YMODEM_CAN);
    block(1, 1024, 5000); /* one was noise */
    hear(cancel, 17);
    assert_int_equal(reason, YMODEM_REASON_CANCELLED);
    /* Behind the rest of a damaged block, which is dropped unread. */
    begin("lrzsz", 5000);
    header("f", "5000 ");
    make_block(frame, 1, 1024, 5000);
    frame[1] ^= 1;
    hear(frame, 1029);
    hear(cancel, 17);
    pass(100 * TIME_MS);
    assert_int_equal(failed, 1);
    assert_int_equal(reason, YMODEM_REASON_CANCELLED);
}

static void our_own_abort_is_told(void **state)
{
    (void)state;
    begin("lrzsz", 5000);
    header("f", "5000 ");
    replies[0] = '\0';
    ymodem_receiver_abort(&receiver, now);
    ymodem_receiver_abort(&receiver, now);
    collect();
    expect("xxxxxxxxbbbbbbbb");
    assert_int_equal(failed, 1);
    assert_int_equal(reason, YMODEM_REASON_ABORTED);
}

/* --- hostile ---------------------------------------------------------------------------------- */

static void hostile_names_become_harmless(void **state)
{
    static const char *const names[][2] = {
        {"../../etc/passwd", "passwd"},  {"..", "_."},
        {".bashrc", "_bashrc"},          {"C:\\windows\\x.bin", "x.bin"},
        {"a b\x1b[31m", "a_b_[31m"},     {"dir/", ""},
        {"\xe4\xb8\xad.bin", "___.bin"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        begin("lrzsz", 100);
        header(names[i][0], "10 ");
        assert_string_equal(receiver.name, names[i][1]);
    }
    char longest[900];
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    begin("lrzsz", 100);
    header(longest, "10 ");
    assert_int_equal(strlen(receiver.name), YMODEM_NAME_MAX);
    assert_int_equal(receiver.size, 10);
    begin("lrzsz", 100);
    memset(longest, 'n', 128);
    raw_header(longest, 128); /* no NUL in it at all */
    assert_int_equal(headers, 1);
    assert_false(receiver.has_size);
}

static void hostile_sizes_store_nothing_beyond_the_limit(void **state)
{
    static const char *const sizes[] = {"4294967296 ", "99999999999999999999 ", "4294967295 "};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin("lrzsz", 1000);
        header("f", sizes[i]);
        assert_int_equal(reason, YMODEM_REASON_TOO_BIG);
    }
    /* Without a size: up to the limit, which sink() checks. */
    begin("lrzsz", 1000);
    header("f", "");
    block(1, 128, 5000);
    assert_int_equal(failed, 0);
    block(2, 1024, 5000);
    assert_int_equal(reason, YMODEM_REASON_TOO_BIG);
    /* Padding may fill one block; whole blocks behind the end are a sender without end. */
    begin("lrzsz", 1000);
    header("f", "5 ");
    block(1, 1024, 5);
    assert_int_equal(failed, 0);
    block(2, 1024, 5);
    assert_int_equal(failed, 1);
    begin("lrzsz", 1000);
    header("f", "0 ");
    block(1, 128, 128);
    assert_int_equal(failed, 1);
    assert_int_equal(stored[0], 0xEE);
}

static void a_sink_that_fails_cancels(void **state)
{
    (void)state;
    begin("lrzsz", 1000);
    header("f", "1000 ");
    sink_breaks = true;
    replies[0] = '\0';
    block(1, 1024, 1000);
    assert_int_equal(reason, YMODEM_REASON_SINK);
    expect("xxxxxxxxbbbbbbbb");
}

static void the_last_event_is_never_lost(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    const uint8_t *bytes;
    begin("lrzsz", 128 * 40);
    header("f", "5120 ");
    for (uint32_t i = 1; i <= 40; i++) {
        size_t n = make_block(frame, i, 128, 5120);
        ymodem_receiver_input(&receiver, now, frame, n);
        ymodem_receiver_sent(&receiver, now, ymodem_receiver_output(&receiver, &bytes));
    }
    frame[0] = YMODEM_EOT;
    ymodem_receiver_input(&receiver, now, frame, 1);
    ymodem_receiver_sent(&receiver, now, ymodem_receiver_output(&receiver, &bytes));
    ymodem_receiver_input(&receiver, now, frame, ymodem_frame_header(frame, "", 0, true));
    collect();
    holds(5120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loaders_read_dialogue),
        cmocka_unit_test(done_waits_until_the_last_ack_has_left),
        cmocka_unit_test(digits_in_the_garbage_behind_the_size_do_no_harm),
        cmocka_unit_test(it_asks_once_a_second_and_gives_up_after_a_minute),
        cmocka_unit_test(block_numbers_wrap),
        cmocka_unit_test(a_damaged_block_is_refused_once_the_line_is_quiet),
        cmocka_unit_test(a_cut_block_and_a_damaged_head_are_noticed),
        cmocka_unit_test(a_repeated_block_is_acknowledged_and_not_stored),
        cmocka_unit_test(a_block_from_elsewhere_is_refused),
        cmocka_unit_test(log_text_between_blocks_is_text),
        cmocka_unit_test(an_eot_too_early_is_noise_until_it_is_insisted_upon),
        cmocka_unit_test(nothing_but_damage_ends_after_a_bounded_time),
        cmocka_unit_test(a_sender_that_never_closes_is_not_waited_for_long),
        cmocka_unit_test(a_lost_answer_at_the_end_is_repeated),
        cmocka_unit_test(damage_behind_the_last_block_does_not_spoil_the_file),
        cmocka_unit_test(a_second_file_is_declined),
        cmocka_unit_test(an_empty_batch_is_an_empty_end),
        cmocka_unit_test(can_can_ends_it_anywhere),
        cmocka_unit_test(our_own_abort_is_told),
        cmocka_unit_test(hostile_names_become_harmless),
        cmocka_unit_test(hostile_sizes_store_nothing_beyond_the_limit),
        cmocka_unit_test(a_sink_that_fails_cancels),
        cmocka_unit_test(the_last_event_is_never_lost),
    };
    return cmocka_run_group_tests_name("ymodem receiver", tests, NULL, NULL);
}
