/* Answers amid log text: what counts as one and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "ymodem/frame.h"
#include "ymodem/reply_scanner.h"

static struct ymodem_reply_scanner scanner;
static uint64_t now;

static int begin(void **state)
{
    (void)state;
    ymodem_reply_scanner_init(&scanner);
    now = 50 * TIME_S;
    return 0;
}

/* Everything the bytes of one read amount to, the last answer wins. */
static enum ymodem_reply hear(const char *bytes, size_t n)
{
    enum ymodem_reply found = YMODEM_REPLY_NONE;
    for (size_t i = 0; i < n; i++) {
        enum ymodem_reply r = ymodem_reply_scanner_byte(&scanner, now, (uint8_t)bytes[i]);
        found = r != YMODEM_REPLY_NONE ? r : found;
    }
    return found;
}
#define HEAR(text) hear(text, sizeof(text) - 1)

static enum ymodem_reply wait(uint64_t us)
{
    now += us;
    return ymodem_reply_scanner_tick(&scanner, now);
}

static void expect_text(const char *wanted)
{
    const uint8_t *text;
    size_t n = ymodem_reply_scanner_text(&scanner, &text);
    assert_int_equal(n, strlen(wanted));
    assert_memory_equal(text, wanted, n);
}

static void answers_are_found_behind_text(void **state)
{
    (void)state;
    assert_int_equal(HEAR("[  12]log line\r\n\x06"), YMODEM_REPLY_ACK);
    expect_text("[  12]log line\r\n");
    assert_int_equal(HEAR("half a li\x15ne"), YMODEM_REPLY_NAK);
    expect_text("half a line");
    assert_int_equal(HEAR("\xe6\x97\xa5\xe5\xbf\x97\x06"), YMODEM_REPLY_ACK);
}

static void a_c_counts_only_when_it_stands_alone(void **state)
{
    (void)state;
    assert_int_equal(HEAR("C"), YMODEM_REPLY_NONE);
    assert_int_equal(wait(19 * TIME_MS), YMODEM_REPLY_NONE);
    assert_int_equal(wait(1 * TIME_MS), YMODEM_REPLY_C);
    assert_int_equal(wait(1 * TIME_S), YMODEM_REPLY_NONE);
    expect_text("");
    HEAR("Waiting for the file to be sent ... (press 'a' to abort)\r\nC");
    assert_int_equal(wait(20 * TIME_MS), YMODEM_REPLY_C);
    expect_text("Waiting for the file to be sent ... (press 'a' to abort)\r\n");
}

static void a_c_in_a_word_never_counts_however_it_is_cut(void **state)
{
    static const char line[] = "UNKNOWN COMMAND ABC\r\nCCMP Connect C C\r\n";
    for (size_t cut = 0; cut < sizeof line; cut++) {
        for (size_t gap = 0; gap < 20; gap += 3) {
            begin(state);
            enum ymodem_reply a = hear(line, cut), b = wait(gap * TIME_MS);
            enum ymodem_reply c = hear(line + cut, sizeof line - 1 - cut), d = wait(TIME_S);
            assert_int_equal(a | b | c | d, YMODEM_REPLY_NONE);
            expect_text(line);
        }
    }
    /* Behind a word whose read ended long ago, but directly behind it in the same read. */
    begin(state);
    HEAR("abc");
    wait(TIME_S);
    HEAR("xC");
    assert_int_equal(wait(TIME_S), YMODEM_REPLY_NONE);
    HEAR("Connected");
    assert_int_equal(wait(TIME_S), YMODEM_REPLY_NONE);
}

static void a_flood_is_one_question_even_without_a_pause(void **state)
{
    (void)state;
    unsigned asked = 0;
    /* A second boot asks every few hundred polls, with no gap of 20 ms anywhere. */
    for (int i = 0; i < 100; i++) {
        asked += HEAR("C") == YMODEM_REPLY_C;
        asked += wait(1 * TIME_MS) == YMODEM_REPLY_C;
    }
    assert_in_range(asked, 1, 5);
    begin(state);
    for (int i = 0; i < 74; i++)
        HEAR("C");
    assert_int_equal(wait(20 * TIME_MS), YMODEM_REPLY_C);
    assert_int_equal(wait(20 * TIME_MS), YMODEM_REPLY_NONE);
    assert_int_equal(scanner.c_last_us, 50 * TIME_S);
}

static void a_control_byte_says_more_than_the_c_before_it(void **state)
{
    (void)state;
    assert_int_equal(HEAR("CCC\x06"), YMODEM_REPLY_ACK);
    assert_int_equal(wait(TIME_S), YMODEM_REPLY_NONE);
    assert_int_equal(HEAR("\x06"
                          "C"),
                     YMODEM_REPLY_ACK);
    assert_int_equal(wait(20 * TIME_MS), YMODEM_REPLY_C);
}

static void one_can_is_noise_and_two_are_a_cancel(void **state)
{
    (void)state;
    assert_int_equal(HEAR("\x18"), YMODEM_REPLY_NONE);
    assert_int_equal(HEAR("x\x18"), YMODEM_REPLY_NONE);
    assert_int_equal(HEAR("\x18"), YMODEM_REPLY_CANCEL);
}

static void an_echo_of_our_own_frame_is_no_answer(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    for (size_t i = 0; i < 1024; i++)
        frame[3 + i] = (uint8_t)(i % 3 == 0 ? YMODEM_ACK : i % 3 == 1 ? YMODEM_NAK : YMODEM_CAN);
    size_t n = ymodem_frame_seal(frame, 6, 1024); /* block number 6 looks like an ACK, too */
    ymodem_reply_scanner_sent(&scanner, frame, n);
    assert_int_equal(hear((const char *)frame, n), YMODEM_REPLY_NONE);
    expect_text("");
    assert_int_equal(HEAR("\x06"), YMODEM_REPLY_ACK);
    uint8_t eot = YMODEM_EOT;
    ymodem_reply_scanner_sent(&scanner, &eot, 1);
    assert_int_equal(HEAR("\x04\x15"), YMODEM_REPLY_NAK);
}

static void text_never_overflows(void **state)
{
    (void)state;
    char flood[YMODEM_INPUT_MAX];
    memset(flood, 'C', sizeof flood);
    hear(flood, sizeof flood);
    memset(flood, 'x', sizeof flood);
    for (int i = 0; i < 9; i++)
        hear(flood, sizeof flood);
    const uint8_t *text;
    assert_int_equal(ymodem_reply_scanner_text(&scanner, &text), sizeof scanner.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(answers_are_found_behind_text, begin),
        cmocka_unit_test_setup(a_c_counts_only_when_it_stands_alone, begin),
        cmocka_unit_test_setup(a_c_in_a_word_never_counts_however_it_is_cut, begin),
        cmocka_unit_test_setup(a_flood_is_one_question_even_without_a_pause, begin),
        cmocka_unit_test_setup(a_control_byte_says_more_than_the_c_before_it, begin),
        cmocka_unit_test_setup(one_can_is_noise_and_two_are_a_cancel, begin),
        cmocka_unit_test_setup(an_echo_of_our_own_frame_is_no_answer, begin),
        cmocka_unit_test_setup(text_never_overflows, begin),
    };
    return cmocka_run_group_tests_name("ymodem replies", tests, NULL, NULL);
}
