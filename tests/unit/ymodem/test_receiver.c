/* The receiver against scripted senders: good dialogues, damage, repetition. */
#include "tests/unit/ymodem/receiver_rig.h"

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
    };
    return cmocka_run_group_tests_name("ymodem receiver", tests, NULL, NULL);
}
