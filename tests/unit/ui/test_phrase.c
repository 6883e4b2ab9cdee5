/* Sentences with values in them: found again, translated, whatever the catalogue is like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"
#include "base/text.h"
#include "mo.h"
#include "ui/catalogue.h"
#include "ui/locale.h"
#include "ui/phrase.h"

static struct catalogue catalogue;
static char told[2048];

static int set_up(void **state)
{
    (void)state;
    return make_root("phrase");
}

static int close_catalogue(void **state)
{
    (void)state;
    catalogue_free(&catalogue);
    return 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* `texts` = original, translation, ... in any order. */
static void open_with(const char *const *texts, uint32_t count)
{
    const char *sorted[64];
    uint8_t bytes[MO_MAX];
    char path[256];
    assert_true(count <= 32);
    memcpy(sorted, texts, (size_t)count * 2 * sizeof *texts);
    qsort(sorted, count, 2 * sizeof *sorted, compare);
    snprintf(path, sizeof path, "%s/phrase.mo", root);
    write_file(path, bytes, make_mo(bytes, sorted, count, false));
    catalogue_free(&catalogue);
    assert_true(catalogue_open(path, &catalogue));
}
#define OPEN(...)                                                                                  \
    do {                                                                                           \
        const char *const texts[] = {__VA_ARGS__};                                                 \
        open_with(texts, sizeof texts / sizeof texts[0] / 2);                                      \
    } while (0)

static const char *say(const char *english)
{
    memset(told, 'x', sizeof told);
    phrase_translate(&catalogue, english, told, sizeof told);
    return told;
}

static void whole_texts(void **state)
{
    (void)state;
    OPEN("", "Content-Type: text/plain; charset=UTF-8\n", "No port is open.", "未打开端口。",
         "Give up. Go home.", "放弃吧。", "Empty.", "");
    assert_string_equal(say("No port is open."), "未打开端口。");
    assert_string_equal(say("Give up. Go home."), "放弃吧。");
    assert_string_equal(say("Give up."), "Give up.");
    assert_string_equal(say("Empty."), "Empty.");
    assert_string_equal(say(""), "");
}

static void one_value(void **state)
{
    (void)state;
    OPEN("The device refused %s.", "设备拒绝了 %s。", "%s could not be written to flash.",
         "%s 无法写入 flash。", "the update", "本次升级", "Log", "日志", "gone: %s", "没了：%s");
    assert_string_equal(say("The device refused app-1.0.1."), "设备拒绝了 app-1.0.1。");
    assert_string_equal(say("The device refused the update."), "设备拒绝了本次升级。");
    assert_string_equal(say("The update could not be written to flash."),
                        "本次升级无法写入 flash。");
    /* One word is a value, whatever the catalogue has for it. */
    assert_string_equal(say("The device refused Log."), "设备拒绝了 Log。");
    assert_string_equal(say("The device refused ."), "设备拒绝了 。");
    assert_string_equal(say("gone: 100 %s %n"), "没了：100 %s %n");
    assert_string_equal(say("The device refused"), "The device refused");
    assert_string_equal(say("the device refused x."), "the device refused x.");
    assert_string_equal(say("The device refused x"), "The device refused x");
}

static void several_values(void **state)
{
    (void)state;
    OPEN("%llu of %llu bytes had arrived%s.", "共 %2$llu 字节，已收到 %1$llu 字节%3$s。",
         ", after retries", "（有重试）", "the flash holds 0x%02x, not '%c'",
         "flash 中是 0x%02x，不是 '%c'", "The %s should be %.16s... and is %.16s...",
         "%s应为 %.16s…，实为 %.16s…", "MD5 of the image", "镜像 MD5");
    assert_string_equal(say("188 of 300 bytes had arrived."), "共 300 字节，已收到 188 字节。");
    assert_string_equal(say("188 of 300 bytes had arrived, after retries."),
                        "共 300 字节，已收到 188 字节（有重试）。");
    assert_string_equal(say("some of 300 bytes had arrived."), "some of 300 bytes had arrived.");
    assert_string_equal(say("the flash holds 0xef, not '中'"), "flash 中是 0xef，不是 '中'");
    assert_string_equal(say("the flash holds 0xef, not 'ab'"), "the flash holds 0xef, not 'ab'");
    assert_string_equal(say("the flash holds 0xeg, not 'a'"), "the flash holds 0xeg, not 'a'");
    /* The stops in the middle end no sentence. */
    assert_string_equal(say("The MD5 of the image should be 01ab... and is 02cd..."),
                        "镜像 MD5应为 01ab…，实为 02cd…");
}

static void the_most_specific_sentence_wins(void **state)
{
    (void)state;
    OPEN("the file %s", "文件 %s", "the file %s is empty", "文件 %s 是空的", "%s is empty",
         "%s 为空", "%s: %s", "%s；%s", "%s", "[%s]", "of %s", "的 %s");
    assert_string_equal(say("the file a.bin is empty"), "文件 a.bin 是空的");
    assert_string_equal(say("the file a.bin"), "文件 a.bin");
    assert_string_equal(say("a.bin is empty"), "a.bin 为空");
    /* What fits everything says nothing. */
    assert_string_equal(say("a.bin: gone"), "a.bin: gone");
    assert_string_equal(say("of it"), "of it");
}

static void sentence_by_sentence(void **state)
{
    (void)state;
    OPEN("The device refused %s.", "设备拒绝了 %s。", "It gave the code %lld.", "错误码为 %lld。",
         "Was it pushed? Is it online?", "推送了吗？在线吗？", "Stop.", "Halt.");
    assert_string_equal(say("The device refused app-1. It gave the code -3."),
                        "设备拒绝了 app-1。错误码为 -3。");
    assert_string_equal(say("The device refused app-1. Nobody knows. It gave the code 4."),
                        "设备拒绝了 app-1。Nobody knows. 错误码为 4。");
    assert_string_equal(say("Was it pushed? Is it online? Stop. Stop."),
                        "推送了吗？在线吗？Halt. Halt.");
    assert_string_equal(say("Stop. "), "Halt.");
    assert_string_equal(say("A. B. C? D."), "A. B. C? D.");
    /* A stop in a value. */
    assert_string_equal(say("The device refused version 2. B. It gave the code 4."),
                        "设备拒绝了 version 2。B. 错误码为 4。");
}

static void sentences_in_sentences_end(void **state)
{
    (void)state;
    OPEN("sending failed: %s", "发送失败：%s", "block %u sent again: %s", "重发数据块 %u：%s",
         "no answer in time", "等待超时", "so %s", "所以%s");
    assert_string_equal(say("sending failed: block 3 sent again: no answer in time"),
                        "发送失败：重发数据块 3：等待超时");
    char deep[900] = "";
    for (int i = 0; i < 200; i++)
        strcat(deep, "so ");
    say(deep);
    assert_true(strlen(told) > 0);
}

/* Translations that ask for other values than there are, or for none, are none. */
static void hostile_translations(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "nothing",   "%s %s",  "%n",     "%d",      "%",          "%%s",   "%*s",
        "%1$s%1$s",  "%2$s",   "%0$s",   "%7$s",    "%99999999s", "%s %n", "%s%",
        "\x1b[2J%s", "%s\x80", "\xc3%s", "%s \x9f", "%s\xc2\x9b", "%lc",   "%ls %",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        OPEN("The device refused %s.", hostile[i], "Plain text.", "\x1b]0;x\x07");
        if (strcmp(hostile[i], "%99999999s") == 0)
            assert_string_equal(say("The device refused app-1."), "app-1"); /* no width is obeyed */
        else
            assert_string_equal(say("The device refused app-1."), "The device refused app-1.");
        assert_string_equal(say("Plain text."), "Plain text.");
    }
    OPEN("%s of %u", "%u of %s", "%s as %s x %s is %s and %s or %s if %s", "%s%s%s%s%s%s%s",
         "100 % sure: %s", "%s", "all %s%s", "%s%s");
    assert_string_equal(say("many of 3"), "many of 3");
    assert_string_equal(say("a as b x c is d and e or f if g"), "a as b x c is d and e or f if g");
    assert_string_equal(say("100 % sure: yes"), "100 % sure: yes");
    assert_string_equal(say("all ab"), "all ab");
}

static bool valid(const char *text, size_t n)
{
    uint32_t code_point;
    for (size_t i = 0, k; i < n; i += k) {
        k = text_utf8_length((const uint8_t *)text + i, n - i, &code_point);
        if (k == 0)
            return false;
    }
    return true;
}

static void cuts_between_characters(void **state)
{
    (void)state;
    OPEN("The device refused %s.", "设备拒绝了“%s”。");
    const char *texts[] = {"The device refused 版本一. And so on. The device refused 二.",
                           "没有翻译的文字。"};
    for (size_t k = 0; k < 2; k++) {
        char whole[256];
        snprintf(whole, sizeof whole, "%s", say(texts[k]));
        for (size_t n = 1; n <= strlen(whole) + 2; n++) {
            char out[256];
            memset(out, 'x', sizeof out);
            phrase_translate(&catalogue, texts[k], out, n);
            size_t length = strnlen(out, n);
            assert_true(length < n);
            assert_true(valid(out, length));
            assert_memory_equal(out, whole, length);
            assert_int_equal(out[n], 'x');
        }
    }
}

static void long_texts_stay_as_they_are(void **state)
{
    (void)state;
    char text[1600];
    OPEN("so %s", "所以 %s", "the end", "终");
    memset(text, 'a', sizeof text);
    memcpy(text, "so ", 3);
    for (size_t n = 500; n < sizeof text; n += 13) {
        text[n] = '\0';
        say(text);
        assert_true(strcmp(told, text) == 0 || strncmp(told, "so ", 3) != 0);
        text[n] = 'a';
    }
}

/* Catalogues and texts put together at random from what is hard to read. */
static void random_catalogues_do_no_harm(void **state)
{
    (void)state;
    static const char *const parts[] = {"%s", "%", "%u", "%2$s", "%1$s", " ",    ". ", "abc",
                                        "中", ".", "%c", "%x",   "?",    "\xff", "x "};
    struct random_source random;
    random_seed(&random, 7);
    for (int round = 0; round < 3000; round++) {
        char text[9][64] = {""};
        for (int i = 0; i < 9; i++)
            for (uint32_t k = random_below(&random, 7); k > 0; k--)
                strcat(text[i], parts[random_below(&random, sizeof parts / sizeof parts[0])]);
        OPEN(text[0], text[1], text[2], text[3], text[4], text[5], text[6], text[7]);
        for (size_t n = 1; n < 64; n += 9) {
            char out[64];
            phrase_translate(&catalogue, text[8], out, n);
            assert_true(strnlen(out, n) < n);
        }
    }
}

static void the_users_language(void **state)
{
    (void)state;
    char path[256], out[64];
    uint8_t bytes[MO_MAX];
    const char *texts[] = {"The device refused %s.", "设备拒绝了 %s。"};
    const char *dirs[] = {root};
    snprintf(path, sizeof path, "%s/zh_CN", root);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/zh_CN/LC_MESSAGES", root);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/zh_CN/LC_MESSAGES/otaconsole.mo", root);
    write_file(path, bytes, make_mo(bytes, texts, 1, false));
    assert_true(ui_locale_init("zh_CN", dirs, 1));
    assert_string_equal(ui_phrase("The device refused x.", out, sizeof out), "设备拒绝了 x。");
    assert_string_equal(ui_phrase(NULL, out, sizeof out), "");
    assert_true(ui_locale_init("en", dirs, 1));
    assert_string_equal(ui_phrase("The device refused x.", out, sizeof out),
                        "The device refused x.");
    assert_string_equal(ui_phrase("The device", out, 5), "The ");
    assert_ptr_equal(ui_phrase("x", out, 0), out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(whole_texts, close_catalogue),
        cmocka_unit_test_teardown(one_value, close_catalogue),
        cmocka_unit_test_teardown(several_values, close_catalogue),
        cmocka_unit_test_teardown(the_most_specific_sentence_wins, close_catalogue),
        cmocka_unit_test_teardown(sentence_by_sentence, close_catalogue),
        cmocka_unit_test_teardown(sentences_in_sentences_end, close_catalogue),
        cmocka_unit_test_teardown(hostile_translations, close_catalogue),
        cmocka_unit_test_teardown(cuts_between_characters, close_catalogue),
        cmocka_unit_test_teardown(long_texts_stay_as_they_are, close_catalogue),
        cmocka_unit_test_teardown(random_catalogues_do_no_harm, close_catalogue),
        cmocka_unit_test(the_users_language),
    };
    return cmocka_run_group_tests_name("phrase", tests, set_up, tear_down);
}
