/* Languages: which one the environment asks for, and catalogues that may be anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <wchar.h>

#include "base/random.h"
#include "mo.h"
#include "ui/catalogue.h"
#include "ui/locale.h"

static void write_catalogue(const char *language, const char *quit)
{
    char path[256];
    uint8_t bytes[MO_MAX];
    const char *texts[] = {"",  "Content-Type: text/plain; charset=UTF-8\n", "Empty", "", "Quit",
                           quit};
    snprintf(path, sizeof path, "%s/%s", root, language);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/LC_MESSAGES", root, language);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/otaconsole.mo", root, language);
    write_file(path, bytes, make_mo(bytes, texts, 3, false));
}

static int set_up(void **state)
{
    (void)state;
    if (make_root("locale") != 0)
        return -1;
    write_catalogue("zh_CN", "退出");
    write_catalogue("de", "Beenden");
    return 0;
}

static const char *quit_in(const char *language, const char *list, const char *all,
                           const char *messages, const char *lang)
{
    const char *names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    const char *values[] = {list, all, messages, lang};
    const char *dirs[] = {"/nonexistent", root};
    for (size_t i = 0; i < 4; i++) {
        if (values[i])
            setenv(names[i], values[i], 1);
        else
            unsetenv(names[i]);
    }
    assert_true(ui_locale_init(language, dirs, 2));
    return ui_text("Quit");
}

/* Whatever locales this system has: the tests must pass on a bare one. */
static void the_environment_names_the_language(void **state)
{
    (void)state;
    assert_string_equal(quit_in(NULL, NULL, NULL, NULL, NULL), "Quit");
    assert_string_equal(quit_in(NULL, NULL, NULL, NULL, "zh_CN.UTF-8"), "退出");
    assert_string_equal(ui_language(), "zh_CN");
    assert_string_equal(quit_in(NULL, NULL, NULL, "de_AT", "zh_CN.UTF-8"), "Beenden");
    assert_string_equal(quit_in(NULL, NULL, "zh_CN", "de_AT", "en_US.UTF-8"), "退出");
    assert_string_equal(quit_in(NULL, "fr:de:zh_CN", NULL, NULL, "zh_CN.UTF-8"), "Beenden");
    assert_string_equal(quit_in(NULL, "zh", NULL, NULL, "C.UTF-8"), "退出");
    assert_string_equal(quit_in(NULL, "zh_CN", "C", NULL, "zh_CN.UTF-8"), "Quit");
    assert_string_equal(quit_in(NULL, "en:zh_CN", NULL, NULL, "zh_CN.UTF-8"), "Quit");
    assert_string_equal(quit_in(NULL, "", "", "", "zh_CN.UTF-8@x"), "退出");
    assert_string_equal(quit_in(NULL, NULL, NULL, NULL, "xx_YY.UTF-8"), "Quit");
    assert_string_equal(ui_language(), "en");
}

static void a_language_that_is_asked_for_wins(void **state)
{
    (void)state;
    assert_string_equal(quit_in("zh-CN", NULL, "C", NULL, NULL), "退出");
    assert_string_equal(quit_in("en", "zh_CN", NULL, NULL, "zh_CN.UTF-8"), "Quit");
    assert_string_equal(quit_in("../../zh_CN", NULL, NULL, NULL, NULL), "Quit");
    assert_string_equal(ui_text("not in it"), "not in it");
    quit_in("zh_CN", NULL, NULL, NULL, NULL);
    assert_string_equal(ui_text("not in it"), "not in it");
    assert_string_equal(ui_text("Empty"), "Empty");
    assert_string_equal(ui_text(""), "");
}

static void wide_characters_work_and_numbers_stay(void **state)
{
    (void)state;
    char text[16];
    quit_in(NULL, NULL, NULL, NULL, "de_DE.UTF-8");
    assert_int_equal(wcwidth(L'中'), 2);
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_equal(text, "1.5");
}

static void the_other_byte_order_is_read(void **state)
{
    (void)state;
    char path[256];
    uint8_t bytes[MO_MAX];
    const char *texts[] = {"", "", "a", "A", "b", "B", "c", "C"};
    struct catalogue c;
    snprintf(path, sizeof path, "%s/swapped.mo", root);
    write_file(path, bytes, make_mo(bytes, texts, 4, true));
    assert_true(catalogue_open(path, &c));
    assert_string_equal(catalogue_find(&c, "a"), "A");
    assert_string_equal(catalogue_find(&c, "c"), "C");
    assert_null(catalogue_find(&c, "d"));
    catalogue_free(&c);
    assert_null(catalogue_find(&c, "a"));
}

/* Every cut, and bytes changed at random: refused, or read without a step outside. */
static void damaged_catalogues_do_no_harm(void **state)
{
    (void)state;
    char path[256];
    uint8_t bytes[MO_MAX], damaged[MO_MAX];
    const char *texts[] = {"", "", "a", "A", "b", "B", "c", "C"};
    struct catalogue c;
    struct random_source random;
    random_seed(&random, 1);
    size_t n = make_mo(bytes, texts, 4, false);
    snprintf(path, sizeof path, "%s/damaged.mo", root);
    for (size_t cut = 0; cut < n; cut++) {
        write_file(path, bytes, cut);
        assert_false(catalogue_open(path, &c));
    }
    for (int i = 0; i < 2000; i++) {
        memcpy(damaged, bytes, n);
        for (int k = 0; k < 3; k++)
            damaged[random_below(&random, (uint32_t)n)] =
                random_one_in(&random, 3) ? 0xFF : (uint8_t)random_below(&random, 256);
        write_file(path, damaged, n);
        if (catalogue_open(path, &c)) {
            for (size_t k = 0; k < 8; k++)
                catalogue_find(&c, texts[k]);
            catalogue_free(&c);
        }
    }
    assert_false(catalogue_open(root, &c));
    assert_false(catalogue_open("/dev/zero", &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_names_the_language),
        cmocka_unit_test(a_language_that_is_asked_for_wins),
        cmocka_unit_test(wide_characters_work_and_numbers_stay),
        cmocka_unit_test(the_other_byte_order_is_read),
        cmocka_unit_test(damaged_catalogues_do_no_harm),
    };
    return cmocka_run_group_tests_name("locale", tests, set_up, tear_down);
}
