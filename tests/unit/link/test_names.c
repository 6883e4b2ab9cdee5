/* Which adapters there are, and from what the user types to a device file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <grp.h>

#include "tree.h"

struct bench {
    struct tree tree;
    int masters[3];
    char slaves[3][64];
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    tree_make(&b->tree);
    for (int i = 0; i < 3; i++)
        b->masters[i] = tree_pty(b->slaves[i]);
    tree_plug(&b->tree, "ttyUSB0", "1-2.3", "0403\n", "6015\n", "DN04ABCD\n", b->slaves[0]);
    tree_plug(&b->tree, "ttyUSB10", "1-4", "1a86\n", "7523\n", NULL, b->slaves[1]);
    tree_plug(&b->tree, "ttyUSB9", "1-5", "0403\n", "6015\n", "DN04WXYZ\n", b->slaves[2]);
    tree_link(&b->tree, "../../ttyUSB0", "dev/serial/by-id/usb-FTDI_FT230X_DN04ABCD-if00-port0");
    /* A console without a device, and a slot in which no chip was found. */
    tree_file(&b->tree, "", "class/tty1/uevent");
    tree_file(&b->tree, "0\n", "class/ttyS1/type");
    tree_file(&b->tree, "", "devices/platform/uevent");
    tree_link(&b->tree, "../../devices/platform", "class/ttyS1/device");
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 3; i++)
        close(b->masters[i]);
    tree_remove(&b->tree);
    free(b);
    return 0;
}

static void adapters_are_listed_with_what_sysfs_knows(void **state)
{
    struct bench *b = *state;
    struct adapter *list;
    size_t count = adapters_list_in(&b->tree.places, &list);
    assert_int_equal(count, 3);
    const struct adapter *a = &list[0];
    assert_non_null(strstr(a->path, "/dev/ttyUSB0"));
    assert_non_null(strstr(a->by_id, "/serial/by-id/usb-FTDI_FT230X_DN04ABCD-if00-port0"));
    assert_string_equal(a->vid_pid, "0403:6015");
    assert_string_equal(a->serial, "DN04ABCD");
    assert_string_equal(a->driver, "ftdi_sio");
    assert_string_equal(a->location, "1-2.3");
    assert_string_equal(a->interface, "1.0");
    /* What a device calls itself cannot move the cursor. */
    assert_string_equal(a->product, "FTDI FT230X Basic\\x1b[31m UART");
    assert_true(a->likely);
    assert_true(a->readable);
    assert_int_equal(a->holder_pid, 0);
    assert_string_equal(list[1].path + strlen(list[1].path) - 7, "ttyUSB9");
    assert_string_equal(list[2].path + strlen(list[2].path) - 8, "ttyUSB10");
    assert_false(list[2].likely);
    char hint[448];
    adapters_hint(list, count, hint, sizeof hint);
    assert_string_equal(hint, "");
    adapters_hint(list, 0, hint, sizeof hint);
    assert_non_null(strstr(hint, "No serial adapter"));
    list[0].readable = list[1].readable = list[2].readable = false;
    adapters_hint(list, count, hint, sizeof hint);
    assert_true(strlen(hint) > 0);
    list[0].readable = true;
    list[0].holder_pid = 4711;
    snprintf(list[0].holder_name, sizeof list[0].holder_name, "minicom");
    adapters_hint(list, count, hint, sizeof hint);
    assert_non_null(strstr(hint, "minicom (pid 4711)"));
    free(list);
}

static void every_form_of_a_name_finds_its_port(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *name, *found;
    } cases[] = {
        {"adapter:DN04ABCD", "ttyUSB0"},
        {"adapter:DN04WXYZ", "ttyUSB9"},
        {"0403:6015:DN04WXYZ", "ttyUSB9"},
        {"1A86:7523", "ttyUSB10"},
        {"1a86:7523", "ttyUSB10"},
        {"403:6015:DN04ABCD", "ttyUSB0"},
        {"ttyUSB9", "ttyUSB9"},
        {"usb-FTDI_FT230X_DN04ABCD-if00-port0", "usb-FTDI_FT230X_DN04ABCD-if00-port0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[LINK_PATH_MAX];
        struct problem p = PROBLEM_INIT;
        assert_int_equal(link_name_resolve(&b->tree.places, cases[i].name, path, &p), PROBLEM_NONE);
        assert_string_equal(strrchr(path, '/') + 1, cases[i].found);
    }
    char path[LINK_PATH_MAX];
    struct problem p = PROBLEM_INIT;
    assert_int_equal(link_name_resolve(&b->tree.places, b->slaves[0], path, &p), PROBLEM_NONE);
    assert_string_equal(path, b->slaves[0]);
}

static void names_that_find_nothing_say_what_is_there(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *name;
        enum problem_code code;
        const char *what, *hint;
    } cases[] = {
        {"/dev/no-such-port", PROBLEM_PORT_NOT_FOUND, "no such port", "Plugged in: "},
        {"adapter:DN04XXXX", PROBLEM_PORT_NOT_FOUND, "no plugged-in adapter", "DN04"},
        {"adapter:", PROBLEM_USAGE, "serial number", "otaconsole ports"},
        {"dead:beef", PROBLEM_PORT_NOT_FOUND, "no plugged-in adapter", "Plugged in: "},
        {"0403:6015", PROBLEM_PORT_NOT_FOUND, "2 ports match", "path or its serial"},
        {"/", PROBLEM_PORT_NOT_FOUND, "directory", "Plugged in: "},
        {"/proc/self/status", PROBLEM_PORT_NOT_FOUND, "a file", "Plugged in: "},
        {"rfc2217://board:5000", PROBLEM_NOT_AVAILABLE, "not in this build", "socat"},
        {"tcp://board:5000", PROBLEM_NOT_AVAILABLE, "not in this build", "socat"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[LINK_PATH_MAX];
        struct problem p = PROBLEM_INIT;
        assert_int_equal(link_name_resolve(&b->tree.places, cases[i].name, path, &p),
                         cases[i].code);
        assert_int_equal(p.code, cases[i].code);
        assert_string_equal(p.where, cases[i].name);
        assert_non_null(strstr(p.what, cases[i].what));
        assert_non_null(strstr(p.hint, cases[i].hint));
    }
    char longer[600], path[LINK_PATH_MAX];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    struct problem p = PROBLEM_INIT;
    assert_int_equal(link_name_resolve(&b->tree.places, longer, path, &p), PROBLEM_PORT_NOT_FOUND);
    memcpy(longer, "adapter:", 8);
    assert_int_equal(link_name_resolve(&b->tree.places, longer, path, &p), PROBLEM_USAGE);
    memcpy(longer, "0403:6015:", 10);
    assert_int_equal(link_name_resolve(&b->tree.places, longer, path, &p), PROBLEM_PORT_NOT_FOUND);
}

static void the_nearest_name_comes_first(void **state)
{
    struct bench *b = *state;
    char hint[448];
    link_name_suggest(&b->tree.places, "/dev/ttyUSB1", hint, sizeof hint);
    const char *first = strstr(hint, "ttyUSB");
    assert_non_null(first);
    assert_true(strncmp(first, "ttyUSB10", 8) == 0);
    link_name_suggest(&b->tree.places, "DN04W", hint, sizeof hint);
    first = strstr(hint, "ttyUSB");
    assert_true(strncmp(first, "ttyUSB9", 7) == 0);
    link_name_suggest(&b->tree.places, "DN04W", hint, 10);
    assert_int_equal(strlen(hint), 9);
    struct link_places nowhere = b->tree.places;
    nowhere.tty_class = "/nonexistent";
    link_name_suggest(&nowhere, "ttyUSB0", hint, sizeof hint);
    assert_non_null(strstr(hint, "No serial adapter is plugged in"));
}

static void the_same_adapter_is_known_by_serial_or_by_socket(void **state)
{
    (void)state;
    struct adapter a = {.vid_pid = "0403:6015", .serial = "X1", .interface = "1.0"}, b = a;
    snprintf(a.location, sizeof a.location, "1-2");
    snprintf(b.location, sizeof b.location, "1-4");
    assert_true(adapter_is_same(&a, &b));
    snprintf(b.interface, sizeof b.interface, "1.1");
    assert_false(adapter_is_same(&a, &b));
    snprintf(b.interface, sizeof b.interface, "1.0");
    a.serial[0] = '\0';
    assert_false(adapter_is_same(&a, &b));
    b.serial[0] = '\0';
    assert_false(adapter_is_same(&a, &b));
    snprintf(b.location, sizeof b.location, "1-2");
    assert_true(adapter_is_same(&a, &b));
    a.vid_pid[0] = b.vid_pid[0] = '\0';
    assert_false(adapter_is_same(&a, &b));
}

static void the_hint_names_the_group_of_the_device(void **state)
{
    struct bench *b = *state;
    char path[512], hint[448];
    const struct group *dialout = getgrnam("dialout");
    tree_file(&b->tree, "", "dev/probe");
    snprintf(path, sizeof path, "%s/dev/probe", b->tree.root);
    if (dialout && chown(path, (uid_t)-1, dialout->gr_gid) == 0) {
        chmod(path, 0660);
        adapter_permission_hint(path, hint, sizeof hint);
        assert_non_null(strstr(hint, "sudo usermod -aG dialout $USER"));
        chmod(path, 0600);
    }
    chmod(path, 0600);
    adapter_permission_hint(path, hint, sizeof hint);
    assert_non_null(strstr(hint, "udev rule"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(adapters_are_listed_with_what_sysfs_knows, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_form_of_a_name_finds_its_port, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_that_find_nothing_say_what_is_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_nearest_name_comes_first, set_up, tear_down),
        cmocka_unit_test(the_same_adapter_is_known_by_serial_or_by_socket),
        cmocka_unit_test_setup_teardown(the_hint_names_the_group_of_the_device, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("link names", tests, NULL, NULL);
}
