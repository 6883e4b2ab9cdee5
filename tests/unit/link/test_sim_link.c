/* The simulated board as a link: its clock, its speeds, its cable, its files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tree.h"

static struct link *open_sim(const char *port, bool interactive)
{
    struct link_options options = {.port = port, .baud = 921600, .interactive = interactive};
    struct problem p = PROBLEM_INIT;
    struct link *link = NULL;
    link_open(&options, &link, &p);
    assert_string_equal(p.what, "");
    assert_non_null(link);
    return link;
}

static void assert_refused(const char *port, enum problem_code code, const char *what)
{
    struct link_options options = {.port = port, .baud = 921600};
    struct problem p = PROBLEM_INIT;
    struct link *link = NULL;
    assert_int_equal(link_open(&options, &link, &p), code);
    assert_null(link);
    assert_non_null(strstr(p.what, what));
    assert_true(strlen(p.hint) > 0);
}

/* Collects what the board says for so long. */
static size_t hear(struct link *link, uint64_t for_us, char *out, size_t out_size)
{
    uint64_t until = link_now(link) + for_us;
    size_t used = 0;
    while (link_now(link) < until) {
        unsigned bits = link_wait(link, until, -1, false);
        if (bits & LINK_LOST)
            break;
        long n;
        while (used + 1 < out_size &&
               (n = link_read(link, (uint8_t *)out + used, out_size - 1 - used)) > 0)
            used += (size_t)n;
    }
    out[used] = '\0';
    return used;
}

static void the_board_answers_in_its_own_time(void **state)
{
    (void)state;
    static char text[100000];
    struct link *link = open_sim("sim:start=loader", false);
    assert_string_equal(link_name(link), "sim:");
    assert_non_null(link_simulation(link));
    hear(link, TIME_S, text, sizeof text);
    assert_int_equal(link_write(link, (const uint8_t *)"help\r\n", 6), 6);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, true), LINK_WRITABLE);
    hear(link, TIME_S, text, sizeof text);
    assert_non_null(strstr(text, "write"));
    uint64_t wall = link_monotonic();
    hear(link, 3600 * TIME_S, text, sizeof text);
    assert_true(link_now(link) >= 3600 * TIME_S);
    assert_true(link_monotonic() - wall < 5 * TIME_S);
    link_set_low_latency(link, true);
    link_close(link);
}

static void buttons_and_reset_follow_the_settings(void **state)
{
    (void)state;
    struct link *link = open_sim("sim:rts=no,operator=absent", false);
    assert_false(link_set_reset(link, true));
    assert_false(link_press_download(link));
    assert_false(link_press_reset(link));
    link_close(link);
    link = open_sim("sim:", false);
    assert_true(link_set_reset(link, true));
    assert_true(link_set_reset(link, false));
    assert_true(link_press_download(link));
    link_close(link);
}

static void an_unplugged_adapter_is_lost_until_taken_back(void **state)
{
    (void)state;
    uint8_t byte;
    struct link *link = open_sim("sim:unplug=1s,replug=2s", false);
    unsigned bits = 0;
    while (!(bits & LINK_LOST) && link_now(link) < 3 * TIME_S) {
        bits = link_wait(link, 3 * TIME_S, -1, false);
        while (link_read(link, &byte, 1) > 0)
            ;
    }
    assert_true(bits & LINK_LOST);
    assert_int_equal(link_now(link), TIME_S);
    assert_int_equal(link_read(link, &byte, 1), -1);
    assert_int_equal(link_write(link, &byte, 1), -1);
    assert_false(link_set_reset(link, true));
    assert_false(link_reconnect(link));
    /* Now waiting takes its time, or attempts to reconnect would spin. */
    assert_true(link_wait(link, 2 * TIME_S, -1, true) & LINK_LOST);
    assert_int_equal(link_now(link), 2 * TIME_S);
    assert_false(link_reconnect(link));
    assert_true(link_wait(link, TIME_NEVER, -1, false) & LINK_LOST);
    assert_int_equal(link_now(link), 3 * TIME_S);
    assert_int_equal(link_read(link, &byte, 1), -1);
    assert_true(link_wait(link, 4 * TIME_S, -1, false) & LINK_LOST);
    assert_int_equal(link_now(link), 4 * TIME_S);
    assert_true(link_reconnect(link));
    assert_int_equal(link_write(link, &byte, 1), 1);
    assert_false(link_wait(link, 5 * TIME_S, -1, false) & LINK_LOST);
    link_close(link);
}

static void real_speed_keeps_wall_clock_time(void **state)
{
    (void)state;
    char text[4096];
    static const struct {
        const char *port;
        bool interactive;
        uint64_t least_us, most_us;
    } cases[] = {
        {"sim:fault=silent,speed=real", false, 195 * TIME_MS, 900 * TIME_MS},
        {"sim:fault=silent", true, 195 * TIME_MS, 900 * TIME_MS},
        {"sim:fault=silent,speed=10", true, 19 * TIME_MS, 190 * TIME_MS},
        {"sim:fault=silent", false, 0, 100 * TIME_MS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct link *link = open_sim(cases[i].port, cases[i].interactive);
        uint64_t wall = link_monotonic();
        hear(link, 200 * TIME_MS, text, sizeof text);
        wall = link_monotonic() - wall;
        assert_true(wall >= cases[i].least_us);
        assert_true(wall <= cases[i].most_us);
        link_close(link);
    }
}

static void another_descriptor_interrupts_every_kind_of_waiting(void **state)
{
    (void)state;
    static const char *const ports[] = {"sim:fault=silent", "sim:fault=silent,speed=real"};
    for (size_t i = 0; i < 2; i++) {
        struct link *link = open_sim(ports[i], false);
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "x", 1), 1);
        uint64_t wall = link_monotonic();
        assert_int_equal(link_wait(link, TIME_NEVER, ends[0], false), LINK_FD);
        assert_true(link_monotonic() - wall < 500 * TIME_MS);
        char byte;
        assert_int_equal(read(ends[0], &byte, 1), 1);
        /* Nothing will ever happen: not for ever, and not at once. */
        wall = link_monotonic();
        assert_int_equal(link_wait(link, TIME_NEVER, ends[0], false), 0);
        wall = link_monotonic() - wall;
        assert_true(wall > 500 * TIME_MS && wall < 3 * TIME_S);
        close(ends[0]);
        close(ends[1]);
        link_close(link);
    }
}

static void wrong_settings_are_refused(void **state)
{
    (void)state;
    assert_refused("sim:speed=fast", PROBLEM_USAGE, "speed");
    assert_refused("sim:speed=nan", PROBLEM_USAGE, "speed");
    assert_refused("sim:speed=0", PROBLEM_USAGE, "speed");
    assert_refused("sim:speed=1.2.3", PROBLEM_USAGE, "speed");
    assert_refused("sim:speed=", PROBLEM_USAGE, "speed");
    assert_refused("sim:colour=red", PROBLEM_USAGE, "colour");
    assert_refused("", PROBLEM_USAGE, "no port");
    assert_refused(NULL, PROBLEM_USAGE, "no port");
}

static void files_are_read_kept_and_refused(void **state)
{
    (void)state;
    struct tree t;
    char port[600], path[300];
    tree_make(&t);
    tree_file(&t, "", "empty.bin");
    tree_file(&t, "not a flash", "short.bin");
    snprintf(port, sizeof port, "sim:push=%s/none.bin", t.root);
    assert_refused(port, PROBLEM_INPUT_FILE, "cannot be read");
    snprintf(port, sizeof port, "sim:push=%s", t.root);
    assert_refused(port, PROBLEM_INPUT_FILE, "cannot be read");
    snprintf(port, sizeof port, "sim:push=%s/empty.bin", t.root);
    assert_refused(port, PROBLEM_INPUT_FILE, "is empty");
    snprintf(port, sizeof port, "sim:push=%s/short.bin", t.root);
    struct link *link = open_sim(port, false);
    assert_int_equal(link_simulation(link)->push_length, 11);
    link_close(link);
    snprintf(port, sizeof port, "sim:flash-file=%s/short.bin", t.root);
    assert_refused(port, PROBLEM_INPUT_FILE, "not a saved flash");
    snprintf(port, sizeof port, "sim:flash-file=%s/none/flash.bin", t.root);
    assert_refused(port, PROBLEM_OUTPUT_FILE, "cannot be saved");
    snprintf(port, sizeof port, "sim:flash-file=%s/flash.bin", t.root);
    snprintf(path, sizeof path, "%s/flash.bin", t.root);
    for (int i = 0; i < 2; i++) {
        struct stat s;
        link_close(open_sim(port, false));
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_size, 2 * 1024 * 1024);
    }
    tree_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_board_answers_in_its_own_time),
        cmocka_unit_test(buttons_and_reset_follow_the_settings),
        cmocka_unit_test(an_unplugged_adapter_is_lost_until_taken_back),
        cmocka_unit_test(real_speed_keeps_wall_clock_time),
        cmocka_unit_test(another_descriptor_interrupts_every_kind_of_waiting),
        cmocka_unit_test(wrong_settings_are_refused),
        cmocka_unit_test(files_are_read_kept_and_refused),
    };
    return cmocka_run_group_tests_name("simulated link", tests, NULL, NULL);
}
