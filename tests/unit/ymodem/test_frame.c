/* Frames, presets and the trace that people paste into reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ymodem/frame.h"
#include "ymodem/preset.h"
#include "ymodem/trace.h"

static void block_0_has_a_short_plain_name_and_a_size_with_a_space(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    size_t n = ymodem_frame_header(frame, "/a/b\\c/otaapp@mk3060.bin", 123456, false);
    assert_int_equal(n, 133);
    assert_int_equal(frame[0], YMODEM_SOH);
    assert_int_equal(frame[1], 0);
    assert_int_equal(frame[2], 0xFF);
    assert_memory_equal(frame + 3,
                        "otaapp@mk3060.bin\0"
                        "123456 \0",
                        26);
    for (size_t i = 3 + 26; i < 131; i++)
        assert_int_equal(frame[i], 0);
    assert_true(ymodem_frame_valid(frame, n));
    char longest[400];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    n = ymodem_frame_header(frame, longest, UINT32_MAX, false);
    assert_int_equal(n, 133);
    assert_int_equal(strlen((const char *)frame + 3), YMODEM_NAME_MAX);
    assert_string_equal((const char *)frame + 3 + YMODEM_NAME_MAX + 1, "4294967295 ");
    ymodem_frame_header(frame, "\xe5\x9b\xba \x1b.bin", 1, false);
    assert_string_equal((const char *)frame + 3, "_____.bin");
    ymodem_frame_header(frame, "dir/", 1, false);
    assert_string_equal((const char *)frame + 3, "_"); /* an empty name would end the batch */
    ymodem_frame_header(frame, "ignored", 77, true);
    for (size_t i = 3; i < 133; i++)
        assert_int_equal(frame[i], 0);
}

static void every_flipped_bit_makes_a_frame_invalid(void **state)
{
    (void)state;
    uint8_t frame[YMODEM_FRAME_MAX];
    for (size_t i = 0; i < 128; i++)
        frame[3 + i] = (uint8_t)(i * 5);
    size_t n = ymodem_frame_seal(frame, 200, 128);
    assert_true(ymodem_frame_valid(frame, n));
    for (size_t bit = 8; bit < n * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(ymodem_frame_valid(frame, n));
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_false(ymodem_frame_valid(frame, 5));
}

static void presets_are_those_promised_and_make_sense(void **state)
{
    static const char *const promised[] = {"mk3060", "alios-2nd-boot", "mico",  "stm32-iap",
                                           "u-boot", "rt-thread",      "lrzsz", "realtek"};
    (void)state;
    size_t count = 0;
    for (; ymodem_preset_at(count); count++) {
        const struct ymodem_preset *p = ymodem_preset_at(count);
        assert_ptr_equal(ymodem_preset_find(p->name), p);
        assert_true(p->block_size == 1024 || p->block_size == 128);
        assert_true(p->retries > 0 && p->reply_wait_us && p->header_wait_us && p->quiet_us);
        assert_true(p->description && p->description[0]);
    }
    assert_int_equal(count, sizeof promised / sizeof promised[0]);
    for (size_t i = 0; i < count; i++)
        assert_non_null(ymodem_preset_find(promised[i]));
    assert_null(ymodem_preset_find("no-such"));
    assert_null(ymodem_preset_find(NULL));
    /* What the mk3060 loader is known for. */
    const struct ymodem_preset *mk = ymodem_preset_find("mk3060");
    assert_true(mk->naks_duplicates && !mk->checks_crc && mk->early_header && mk->early_null);
    assert_true(mk->reply_wait_us > 1000000); /* its own patience is a second */
}

static void reasons_all_have_words(void **state)
{
    (void)state;
    for (int i = 0; i < YMODEM_REASON_COUNT; i++)
        assert_string_not_equal(ymodem_reason_text((enum ymodem_reason)i), "unknown");
    assert_string_equal(ymodem_reason_text((enum ymodem_reason)99), "unknown");
}

static void the_trace_says_what_the_bytes_mean(void **state)
{
    (void)state;
    char line[YMODEM_TRACE_LINE];
    uint8_t frame[YMODEM_FRAME_MAX];
    size_t n = ymodem_frame_header(frame, "app.bin", 4096, false);
    size_t used = ymodem_trace_format(line, 12345678, '>', "header", frame, n);
    assert_int_equal(used, strlen(line));
    assert_string_equal(line, "0012.345678 > header: SOH block 0 crc ok header \"app.bin 4096 \"");
    for (size_t i = 0; i < 1024; i++)
        frame[3 + i] = (uint8_t)i;
    n = ymodem_frame_seal(frame, 7, 1024);
    frame[n - 1] ^= 1;
    ymodem_trace_format(line, 0, '>', "data", frame, n);
    assert_string_equal(
        line, "0000.000000 > data: STX block 7 CRC WRONG data 00 01 02 03 04 05 06 07 ...");
    ymodem_trace_format(line, 1, '<', "data", (const uint8_t *)"\x06log\r\n\x1b\xff", 8);
    assert_string_equal(line, "0000.000001 < data: <ACK>log<CR><LF><1b><ff> (8 bytes)");
    ymodem_trace_format(line, 1, '<', "data", (const uint8_t *)"C", 1);
    assert_string_equal(line, "0000.000001 < data: C (1 byte)");
}

static void the_trace_never_overflows_whatever_comes(void **state)
{
    (void)state;
    char line[YMODEM_TRACE_LINE + 1];
    uint8_t bytes[2048], name[126];
    line[YMODEM_TRACE_LINE] = 'Q';
    for (int fill = 0; fill < 256; fill += 51) {
        memset(bytes, fill, sizeof bytes);
        for (size_t n = 0; n < sizeof bytes; n += 97) {
            size_t used = ymodem_trace_format(line, UINT64_MAX, '<', "closing", bytes, n);
            assert_true(used < YMODEM_TRACE_LINE);
            assert_int_equal(strlen(line), used);
        }
    }
    memset(name, 'n', sizeof name);
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes + 3, name, sizeof name);
    size_t n = ymodem_frame_seal(bytes, 0, 128);
    ymodem_trace_format(line, UINT64_MAX, '<', "closing", bytes, n);
    assert_int_equal(line[YMODEM_TRACE_LINE], 'Q');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(block_0_has_a_short_plain_name_and_a_size_with_a_space),
        cmocka_unit_test(every_flipped_bit_makes_a_frame_invalid),
        cmocka_unit_test(presets_are_those_promised_and_make_sense),
        cmocka_unit_test(reasons_all_have_words),
        cmocka_unit_test(the_trace_says_what_the_bytes_mean),
        cmocka_unit_test(the_trace_never_overflows_whatever_comes),
    };
    return cmocka_run_group_tests_name("ymodem frames, presets, trace", tests, NULL, NULL);
}
