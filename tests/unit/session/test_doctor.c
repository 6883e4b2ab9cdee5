/* The connect doctor: what is said of a port and its board, and when; finding the baud rate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "session/doctor.h"

#define MS TIME_MS

struct bench {
    struct doctor d;
    uint64_t now;
    unsigned enters;
};

static void open_port(struct bench *b, bool probe_allowed)
{
    memset(b, 0, sizeof *b);
    b->now = 5 * TIME_S;
    doctor_init(&b->d, probe_allowed);
    assert_int_equal(b->d.state, DOCTOR_CLOSED);
    doctor_port_opened(&b->d, b->now);
}

static void settle(struct bench *b)
{
    doctor_tick(&b->d, b->now);
    if (doctor_wants_probe(&b->d))
        b->enters++;
}

/* Goes from deadline to deadline, as the pump does. */
static void pass(struct bench *b, uint64_t us)
{
    uint64_t end = b->now + us;
    unsigned rounds = 0;
    while (doctor_deadline(&b->d) <= end) {
        uint64_t next = doctor_deadline(&b->d);
        if (next > b->now)
            b->now = next;
        settle(b);
        assert_true(++rounds < 1000); /* a deadline that stays in the past would spin */
    }
    b->now = end;
    settle(b);
}

static void hear(struct bench *b, const void *bytes, size_t n)
{
    doctor_input(&b->d, b->now, bytes, n);
    settle(b);
}

static void say(struct bench *b, const char *text)
{
    hear(b, text, strlen(text));
}

static void noise(struct bench *b, unsigned n)
{
    static const uint8_t runs[] = {0x00, 0x80, 0xF8, 0xFF, 0xE0, 0xFE, 0x00, 0xC0};
    for (unsigned i = 0; i < n; i++)
        hear(b, &runs[i % sizeof runs], 1);
}

#define assert_state(b, wanted)                                                                    \
    assert_string_equal(doctor_state_name((b)->d.state), doctor_state_name(wanted))

static const char *what(const struct bench *b)
{
    static char text[600];
    char next[600];
    doctor_describe(&b->d, text, sizeof text, next, sizeof next);
    return text;
}

static const char *next(const struct bench *b)
{
    char text[600];
    static char words[600];
    doctor_describe(&b->d, text, sizeof text, words, sizeof words);
    return words;
}

#define assert_says(text, part)                                                                    \
    do {                                                                                           \
        if (!strstr(text, part))                                                                   \
            fail_msg("\"%s\" does not say \"%s\"", text, part);                                    \
    } while (0)

/* --- the port ----------------------------------------------------------------------------- */

static void port_failures_in_their_own_words(void **state)
{
    (void)state;
    static const struct {
        enum problem_code code;
        enum doctor_state state;
        enum doctor_offer offer;
    } cases[] = {
        {PROBLEM_PORT_NOT_FOUND, DOCTOR_NOT_FOUND, OFFER_PICK_PORT},
        {PROBLEM_PORT_BUSY, DOCTOR_BUSY, OFFER_RETRY},
        {PROBLEM_PORT_PERMISSION, DOCTOR_PERMISSION, OFFER_RETRY},
        {PROBLEM_PORT_ERROR, DOCTOR_PORT_ERROR, OFFER_RETRY},
        {PROBLEM_CONFIG, DOCTOR_PORT_ERROR, OFFER_RETRY},
    };
    struct bench b;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct problem p = PROBLEM_INIT;
        problem_set(&p, cases[i].code, "/dev/ttyUSB0", "End that program.",
                    "picocom (pid 12) holds the port");
        memset(&b, 0, sizeof b);
        doctor_init(&b.d, true);
        doctor_port_failed(&b.d, 7, &p);
        assert_state(&b, cases[i].state);
        assert_string_equal(what(&b), "/dev/ttyUSB0: picocom (pid 12) holds the port");
        assert_string_equal(next(&b), "End that program.");
        assert_int_equal(doctor_offer(&b.d), cases[i].offer);
        assert_true(doctor_deadline(&b.d) == TIME_NEVER);
        assert_int_equal(b.d.since_us, 7);
        /* Trying again and failing alike is no news. */
        doctor_port_failed(&b.d, 9, &p);
        assert_int_equal(b.d.since_us, 7);
        /* Bytes and states of a closed port are late ones. */
        doctor_board_state(&b.d, 10, "application", NULL, false);
        say(&b, "hello, hello");
        assert_state(&b, cases[i].state);
    }
}

static void lost_stays_lost_until_it_is_back(void **state)
{
    (void)state;
    struct bench b;
    struct problem p = PROBLEM_INIT;
    open_port(&b, true);
    doctor_board_state(&b.d, b.now, "loader", "B1", false);
    doctor_port_lost(&b.d, b.now);
    assert_state(&b, DOCTOR_LOST);
    assert_string_equal(b.d.loader, "");
    assert_says(what(&b), "adapter is gone");
    problem_set(&p, PROBLEM_PORT_NOT_FOUND, "/dev/ttyUSB0", "x", "there is no such port");
    doctor_port_failed(&b.d, b.now, &p);
    assert_state(&b, DOCTOR_LOST);
    problem_set(&p, PROBLEM_PORT_BUSY, "/dev/ttyUSB0", "x", "cat (pid 3) holds the port");
    doctor_port_failed(&b.d, b.now, &p);
    assert_state(&b, DOCTOR_BUSY);
    doctor_port_opened(&b.d, b.now);
    assert_state(&b, DOCTOR_LISTENING);
}

/* --- silence ------------------------------------------------------------------------------ */

static void silence_is_asked_once_and_then_told(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    pass(&b, 1999 * MS);
    assert_int_equal(b.enters, 0);
    pass(&b, 1 * MS);
    assert_int_equal(b.enters, 1);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 1499 * MS);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 1 * MS);
    assert_state(&b, DOCTOR_SILENT);
    assert_says(what(&b), "also after an Enter");
    assert_says(next(&b), "powered");
    assert_says(next(&b), "TX and RX swapped");
    assert_says(next(&b), "ground");
    assert_says(next(&b), "state that says nothing");
    pass(&b, 3600 * TIME_S);
    assert_int_equal(b.enters, 1);
    say(&b, "\r\n# ");
    assert_state(&b, DOCTOR_TALKING);
    pass(&b, 3600 * TIME_S);
    assert_state(&b, DOCTOR_TALKING);
}

static void no_enter_without_leave(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, false);
    pass(&b, 3500 * MS);
    assert_int_equal(b.enters, 0);
    assert_state(&b, DOCTOR_SILENT);
    assert_null(strstr(what(&b), "after an Enter"));
    assert_int_equal(doctor_offer(&b.d), OFFER_PROBE);
}

static void an_enter_not_taken_is_not_claimed(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    b.now += 2 * TIME_S;
    doctor_tick(&b.d, b.now);
    b.now += 2 * TIME_S;
    doctor_tick(&b.d, b.now);
    assert_state(&b, DOCTOR_SILENT);
    assert_false(doctor_wants_probe(&b.d));
    assert_null(strstr(what(&b), "after an Enter"));
}

static void a_reset_makes_it_listen_again(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    doctor_board_state(&b.d, b.now, "application", NULL, false);
    assert_state(&b, DOCTOR_APPLICATION);
    assert_int_equal(doctor_offer(&b.d), OFFER_PROFILE);
    pass(&b, 3600 * TIME_S);
    assert_state(&b, DOCTOR_APPLICATION);
    assert_int_equal(b.enters, 0);
    doctor_forget(&b.d, b.now);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 3499 * MS);
    assert_int_equal(b.enters, 1);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 1 * MS);
    assert_state(&b, DOCTOR_SILENT);
    doctor_forget(&b.d, b.now);
    pass(&b, 3500 * MS);
    assert_int_equal(b.enters, 2);
    assert_state(&b, DOCTOR_SILENT);
    doctor_board_state(&b.d, b.now, "loader", "second boot", true);
    assert_state(&b, DOCTOR_SECOND_BOOT);
    assert_int_equal(doctor_offer(&b.d), OFFER_BOOT);
    doctor_board_state(&b.d, b.now, "loader", "MOC108 loader B1/B2", false);
    assert_state(&b, DOCTOR_LOADER);
    assert_string_equal(b.d.loader, "MOC108 loader B1/B2");
    doctor_board_state(&b.d, b.now, "unknown", NULL, false);
    assert_state(&b, DOCTOR_LISTENING);
    assert_string_equal(b.d.loader, "");
}

static void transfers_are_neither_silence_nor_noise(void **state)
{
    (void)state;
    struct bench b;
    uint8_t all[256];
    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    open_port(&b, true);
    doctor_transfer(&b.d, true);
    hear(&b, all, sizeof all);
    pass(&b, 60 * TIME_S);
    hear(&b, all, sizeof all);
    assert_state(&b, DOCTOR_LISTENING);
    assert_int_equal(b.enters, 0);
    doctor_transfer(&b.d, false);
    say(&b, "Programming Completed Successfully!\r\n$ ");
    assert_state(&b, DOCTOR_TALKING);
}

/* --- noise -------------------------------------------------------------------------------- */

static void noise_is_told_after_a_second(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    noise(&b, 40);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 999 * MS);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 1 * MS);
    assert_state(&b, DOCTOR_GARBAGE);
    assert_says(what(&b), "baud rate");
    assert_int_equal(doctor_offer(&b.d), OFFER_FIND_BAUD);
    /* Some lucky text does not change it, a screen full does. */
    say(&b, "abcdefgh");
    assert_state(&b, DOCTOR_GARBAGE);
    pass(&b, 40 * TIME_S);
    say(&b, "abcdefgh");
    assert_state(&b, DOCTOR_GARBAGE);
    for (int i = 0; i < 3; i++)
        say(&b, "[   0.123]<I> app started, all well\r\n");
    assert_state(&b, DOCTOR_TALKING);
}

static void a_burst_before_text_is_none(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    noise(&b, 300);
    pass(&b, 400 * MS);
    say(&b, "Bootloader firmware build at Jul  3 2017 15:26:44\r\n$ help\r\nusage: ...\r\n");
    pass(&b, 5 * TIME_S);
    assert_state(&b, DOCTOR_TALKING);
    /* Nor does one change what is known, when nothing follows. */
    doctor_board_state(&b.d, b.now, "application", NULL, false);
    noise(&b, 64);
    pass(&b, 60 * TIME_S);
    assert_state(&b, DOCTOR_APPLICATION);
    /* Noise that goes on does; and text brings back what is known. */
    for (int i = 0; i < 15; i++) {
        noise(&b, 10);
        pass(&b, 100 * MS);
    }
    assert_state(&b, DOCTOR_GARBAGE);
    for (int i = 0; i < 4; i++)
        say(&b, "a line of the application, readable again\r\n");
    assert_state(&b, DOCTOR_APPLICATION);
}

static void stray_bytes_are_told_as_such(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    noise(&b, 3);
    pass(&b, 3500 * MS);
    assert_state(&b, DOCTOR_SILENT);
    assert_int_equal(b.enters, 1);
    assert_says(what(&b), "stray bytes");
    /* One a minute for an hour is still no wrong baud rate. */
    for (int i = 0; i < 60; i++) {
        noise(&b, 1);
        pass(&b, 60 * TIME_S);
    }
    assert_state(&b, DOCTOR_SILENT);
}

static void random_bytes_are_noise(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct random_source r;
        struct bench b;
        random_seed(&r, seed);
        open_port(&b, true);
        for (int i = 0; i < 300; i++) {
            uint8_t byte = (uint8_t)random_next(&r);
            hear(&b, &byte, 1);
            if (i % 10 == 0)
                pass(&b, 100 * MS);
        }
        pass(&b, 2 * TIME_S);
        if (b.d.state != DOCTOR_GARBAGE)
            fail_msg("seed %u: %s", (unsigned)seed, doctor_state_name(b.d.state));
    }
}

/* However a text is cut into pieces, it is the same text. */
static void chinese_is_text(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "网络已连接，正在下载固件，请稍候。\r\n",
        /* the same in GBK, with a rare character in the middle */
        ("\xCD\xF8\xC2\xE7\xD2\xD1\xC1\xAC\xBD\xD3\xA3\xAC\xD5\xFD\xD4\xDA\xF6\xCE\xCF\xC2\xD4\xD8"
         "\xB9\xCC\xBC\xFE\xA3\xAC\xC7\xEB\xC9\xD4\xBA\xF2\xA1\xA3\r\n"),
        /* a short one of rare characters only */
        "\xF6\xCE\xEC\xBF\xE7\xB7 ok\r\n",
        /* characters whose two bytes are the same */
        "\xC8\xC8\xB8\xB8\xC8\xC8 ok\r\n",
        "\x1b[32m[  1.2]<I> \xE2\x9C\x94 ok\x1b[0m\r\n",
        "\xF0\x9F\x98\x80 started \xF0\x9F\x98\x80\r\n",
    };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        size_t n = strlen(texts[t]);
        for (size_t piece = 1; piece <= n; piece++) {
            struct bench b;
            open_port(&b, true);
            for (int times = 0; times < 5; times++) {
                for (size_t i = 0; i < n; i += piece) {
                    hear(&b, texts[t] + i, n - i < piece ? n - i : piece);
                    pass(&b, 50 * MS);
                }
            }
            pass(&b, 3 * TIME_S);
            assert_state(&b, DOCTOR_TALKING);
        }
    }
}

/* --- a receiver that waits ---------------------------------------------------------------- */

static void asking_for_a_file(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    for (int i = 0; i < 10; i++) {
        say(&b, "C");
        pass(&b, 1 * TIME_S);
        assert_int_not_equal(b.d.state, DOCTOR_SILENT);
        assert_int_not_equal(b.d.state, DOCTOR_GARBAGE);
    }
    assert_true(b.d.awaits_file);
    assert_int_equal(b.enters, 0);
    assert_says(what(&b), "waits for a file");
    assert_int_equal(doctor_offer(&b.d), OFFER_DOWNLOAD);
    /* In a loader that is known the same words, and it is still a loader. */
    say(&b, "\r\n$ ");
    assert_false(b.d.awaits_file);
    doctor_board_state(&b.d, b.now, "loader", "B0", false);
    say(&b, "\r\nWaiting for the file to be sent ... (press 'a' to abort)\r\nC");
    pass(&b, 1 * TIME_S);
    say(&b, "C");
    assert_state(&b, DOCTOR_LOADER);
    assert_says(what(&b), "waits for a file");
    pass(&b, 13 * TIME_S);
    assert_false(b.d.awaits_file);
    assert_state(&b, DOCTOR_LOADER);
}

static void a_slow_receiver_gets_no_enter(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    say(&b, "C");
    pass(&b, 10 * TIME_S);
    assert_int_equal(b.enters, 0);
    assert_state(&b, DOCTOR_LISTENING);
    say(&b, "C");
    assert_state(&b, DOCTOR_TALKING);
    assert_true(b.d.awaits_file);
    /* Nobody asks any more: it is looked at anew. */
    pass(&b, 13 * TIME_S);
    assert_state(&b, DOCTOR_LISTENING);
    pass(&b, 4 * TIME_S);
    assert_state(&b, DOCTOR_SILENT);
    assert_int_equal(b.enters, 1);
}

static void the_letter_c_in_words_is_no_request(void **state)
{
    (void)state;
    struct bench b;
    open_port(&b, true);
    say(&b, "CCCC"); /* a drawing of a banner */
    assert_false(b.d.awaits_file);
    for (int i = 0; i < 20; i++) {
        say(&b, "CPU C");
        say(&b, "C");
        say(&b, "CC\r\n");
        assert_false(b.d.awaits_file);
        pass(&b, 500 * MS);
    }
    assert_state(&b, DOCTOR_TALKING);
}

/* --- the search --------------------------------------------------------------------------- */

/* What a board of one rate gives at another: nothing readable. */
struct board {
    uint32_t rate;
    bool talks;   /* by itself */
    bool answers; /* an Enter */
    bool asks;    /* only for a file */
    bool mixed;   /* at another rate half of it is letters by chance */
    uint32_t port;
    unsigned changes, enters;
    uint32_t tried[32];
};

static void board_says(struct bench *b, const struct board *board, const char *text)
{
    if (board->port == board->rate)
        say(b, text);
    else if (board->mixed)
        hear(b, "g\x80h\x80i\x80j\x80k\x80l\x80", 12);
    else
        noise(b, board->port > board->rate ? 20 : 5);
}

/* Until the search is over; returns what it found. */
static uint32_t search(struct bench *b, struct board *board)
{
    uint32_t found = 7;
    doctor_search_begin(&b->d, b->now, board->port);
    for (int i = 0; i < 400; i++) {
        uint32_t rate = doctor_search_wants_rate(&b->d);
        if (rate) {
            board->port = rate;
            board->tried[board->changes++] = rate;
        }
        if (doctor_search_result(&b->d, &found))
            return found;
        doctor_tick(&b->d, b->now);
        if (doctor_wants_probe(&b->d)) {
            board->enters++;
            if (board->answers)
                board_says(b, board, "\r\n# ");
        }
        if (board->talks && i % 3 == 0)
            board_says(b, board, "[  12.345]<I> tick\r\n");
        if (board->asks && i % 10 == 0)
            board_says(b, board, "C");
        b->now += 100 * MS;
    }
    fail_msg("the search does not end");
    return 0;
}

static void search_ends_early_on_clear_text(void **state)
{
    (void)state;
    struct bench b;
    struct board board = {.rate = 115200, .talks = true, .port = 9600};
    open_port(&b, false);
    assert_int_equal(search(&b, &board), 115200);
    assert_int_equal(board.port, 115200);
    assert_int_equal(board.changes, 3); /* 9600 921600 115200 */
    assert_int_equal(board.tried[0], 9600);
    assert_int_equal(board.tried[1], 921600);
    assert_state(&b, DOCTOR_TALKING);
}

static void search_by_enter(void **state)
{
    (void)state;
    struct bench b;
    struct board board = {.rate = 230400, .answers = true, .port = 921600};
    open_port(&b, false);
    assert_int_equal(search(&b, &board), 230400);
    assert_int_equal(board.port, 230400);
    assert_int_equal(board.enters, 9);   /* one at each rate, also though none is allowed else */
    assert_int_equal(board.changes, 10); /* nine rates, without doubles, and back to the best */
    assert_int_equal(board.tried[8], 2000000);
    assert_state(&b, DOCTOR_TALKING);
}

static void letters_by_chance_do_not_win(void **state)
{
    (void)state;
    struct bench b;
    struct board board = {.rate = 57600, .answers = true, .mixed = true, .port = 921600};
    open_port(&b, true);
    assert_int_equal(search(&b, &board), 57600);
    board = (struct board){.rate = 1, .talks = true, .mixed = true, .port = 921600};
    assert_int_equal(search(&b, &board), 0);
}

static void search_finds_a_receiver_that_waits(void **state)
{
    (void)state;
    struct bench b;
    struct board board = {.rate = 57600, .asks = true, .port = 921600};
    open_port(&b, true);
    assert_int_equal(search(&b, &board), 57600);
    assert_int_equal(board.port, 57600);
}

static void search_in_vain_goes_back(void **state)
{
    (void)state;
    struct bench b;
    struct board odd = {.rate = 74880, .talks = true, .port = 921600};
    open_port(&b, true);
    assert_int_equal(search(&b, &odd), 0);
    assert_int_equal(odd.port, 921600);
    assert_state(&b, DOCTOR_GARBAGE);
    assert_says(what(&b), "any of the usual");
    struct board dead = {.rate = 1, .port = 74880};
    open_port(&b, true);
    assert_int_equal(search(&b, &dead), 0);
    assert_int_equal(dead.port, 74880);
    assert_int_equal(dead.tried[0], 74880);
    assert_int_equal(dead.changes, 11);
    assert_state(&b, DOCTOR_SILENT);
    assert_says(what(&b), "also after an Enter");
}

static void search_ends_when_the_board_is_recognised(void **state)
{
    (void)state;
    struct bench b;
    uint32_t found;
    open_port(&b, true);
    doctor_search_begin(&b.d, b.now, 115200);
    assert_state(&b, DOCTOR_SEARCHING);
    assert_int_equal(doctor_search_wants_rate(&b.d), 115200);
    assert_int_equal(doctor_search_wants_rate(&b.d), 0);
    doctor_board_state(&b.d, b.now, "application", NULL, false);
    assert_state(&b, DOCTOR_APPLICATION);
    assert_true(doctor_search_result(&b.d, &found));
    assert_int_equal(found, 115200);
    assert_false(doctor_search_result(&b.d, &found));
    assert_int_equal(doctor_search_wants_rate(&b.d), 0);
}

static void search_cancelled_or_cut_off_restores_the_rate(void **state)
{
    (void)state;
    struct bench b;
    uint32_t found;
    open_port(&b, true);
    doctor_board_state(&b.d, b.now, "application", NULL, false);
    doctor_search_begin(&b.d, b.now, 9600);
    assert_int_equal(doctor_search_wants_rate(&b.d), 9600);
    pass(&b, 1250 * MS);
    assert_int_equal(doctor_search_wants_rate(&b.d), 921600);
    /* Begun again, the original is still the user's. */
    doctor_search_begin(&b.d, b.now, 921600);
    assert_int_equal(doctor_search_wants_rate(&b.d), 9600);
    pass(&b, 1250 * MS);
    assert_int_equal(doctor_search_wants_rate(&b.d), 921600);
    doctor_search_cancel(&b.d);
    assert_state(&b, DOCTOR_APPLICATION);
    assert_int_equal(doctor_search_wants_rate(&b.d), 9600);
    assert_false(doctor_search_result(&b.d, &found));
    /* Unplugged: the rate is put back when the port is open again. */
    doctor_search_begin(&b.d, b.now, 9600);
    assert_int_equal(doctor_search_wants_rate(&b.d), 9600);
    pass(&b, 1250 * MS);
    assert_int_equal(doctor_search_wants_rate(&b.d), 921600);
    doctor_port_lost(&b.d, b.now);
    assert_state(&b, DOCTOR_LOST);
    assert_int_equal(doctor_search_wants_rate(&b.d), 0);
    doctor_port_opened(&b.d, b.now);
    assert_int_equal(doctor_search_wants_rate(&b.d), 9600);
    /* A closed port cannot be searched. */
    doctor_port_lost(&b.d, b.now);
    doctor_search_begin(&b.d, b.now, 9600);
    assert_state(&b, DOCTOR_LOST);
    assert_false(doctor_wants_probe(&b.d));
}

/* --- anything ----------------------------------------------------------------------------- */

static void every_state_has_words(void **state)
{
    (void)state;
    for (int s = DOCTOR_CLOSED; s <= DOCTOR_SEARCHING; s++) {
        struct bench b = {0};
        doctor_init(&b.d, true);
        b.d.state = (enum doctor_state)s;
        assert_true(doctor_state_name(b.d.state)[0]);
        assert_true(what(&b)[0]);
        assert_true(s == DOCTOR_LISTENING || next(&b)[0]);
        char small[4], less[1];
        doctor_describe(&b.d, small, sizeof small, less, sizeof less);
        assert_int_equal(strlen(small), 3);
        assert_int_equal(strlen(less), 0);
    }
}

/* Whatever happens in whatever order: deadlines lie ahead after a tick, states are states. */
static void no_order_of_things_hurts(void **state)
{
    (void)state;
    static const char *const names[] = {"application", "loader", "unknown"};
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct random_source r;
        struct bench b;
        struct problem p = PROBLEM_INIT;
        uint8_t bytes[40];
        uint32_t found;
        random_seed(&r, seed);
        open_port(&b, random_below(&r, 2));
        for (int i = 0; i < 400; i++) {
            size_t n = random_below(&r, sizeof bytes);
            switch (random_below(&r, 14)) {
            case 0:
                doctor_port_lost(&b.d, b.now);
                break;
            case 1:
                p.code = (enum problem_code)random_below(&r, PROBLEM_CODE_COUNT);
                doctor_port_failed(&b.d, b.now, &p);
                break;
            case 2:
            case 3:
                doctor_port_opened(&b.d, b.now);
                break;
            case 4:
                doctor_board_state(&b.d, b.now, names[random_below(&r, 3)], "x",
                                   random_below(&r, 2));
                break;
            case 5:
                doctor_transfer(&b.d, random_below(&r, 3) == 0);
                break;
            case 6:
                doctor_forget(&b.d, b.now);
                break;
            case 7:
                doctor_search_begin(&b.d, b.now, random_below(&r, 2) ? 115200 : 0);
                break;
            case 8:
                doctor_search_cancel(&b.d);
                break;
            case 9:
                (void)doctor_search_wants_rate(&b.d);
                (void)doctor_search_result(&b.d, &found);
                break;
            case 10:
                memset(bytes, 'C', n);
                doctor_input(&b.d, b.now, bytes, n);
                break;
            default:
                for (size_t k = 0; k < n; k++)
                    bytes[k] = (uint8_t)random_next(&r);
                doctor_input(&b.d, b.now, bytes, n);
                break;
            }
            pass(&b, random_below(&r, 4) * 700 * MS);
            assert_true(b.d.state <= DOCTOR_SEARCHING);
            assert_true(b.d.search.running == (b.d.state == DOCTOR_SEARCHING));
            assert_true(what(&b)[0]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_failures_in_their_own_words),
        cmocka_unit_test(lost_stays_lost_until_it_is_back),
        cmocka_unit_test(silence_is_asked_once_and_then_told),
        cmocka_unit_test(no_enter_without_leave),
        cmocka_unit_test(an_enter_not_taken_is_not_claimed),
        cmocka_unit_test(a_reset_makes_it_listen_again),
        cmocka_unit_test(transfers_are_neither_silence_nor_noise),
        cmocka_unit_test(noise_is_told_after_a_second),
        cmocka_unit_test(a_burst_before_text_is_none),
        cmocka_unit_test(stray_bytes_are_told_as_such),
        cmocka_unit_test(random_bytes_are_noise),
        cmocka_unit_test(chinese_is_text),
        cmocka_unit_test(asking_for_a_file),
        cmocka_unit_test(a_slow_receiver_gets_no_enter),
        cmocka_unit_test(the_letter_c_in_words_is_no_request),
        cmocka_unit_test(search_ends_early_on_clear_text),
        cmocka_unit_test(search_by_enter),
        cmocka_unit_test(letters_by_chance_do_not_win),
        cmocka_unit_test(search_finds_a_receiver_that_waits),
        cmocka_unit_test(search_in_vain_goes_back),
        cmocka_unit_test(search_ends_when_the_board_is_recognised),
        cmocka_unit_test(search_cancelled_or_cut_off_restores_the_rate),
        cmocka_unit_test(every_state_has_words),
        cmocka_unit_test(no_order_of_things_hurts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
