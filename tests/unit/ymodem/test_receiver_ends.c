/* How a reception ends, well or badly, and senders that mean harm. */
#include "tests/unit/ymodem/receiver_rig.h"

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
    return cmocka_run_group_tests_name("ymodem receiver's ends", tests, NULL, NULL);
}
