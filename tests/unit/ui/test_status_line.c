/* The status line and the row at the bottom: what is left when there is little room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>

#include "help.h"
#include "ui/status_line.h"

static struct screen screen;

static struct status_line usual(void)
{
    struct status_line s = {.port = "/dev/ttyUSB0",
                            .open = true,
                            .baud = 921600,
                            .board = "mk3060",
                            .condition = "application",
                            .condition_style = STYLE_STATUS_GOOD,
                            .received = 1234567,
                            .sent = 999,
                            .receive_rate = 91200,
                            .send_rate = 12};
    return s;
}

static const char *top(const struct status_line *s, unsigned columns)
{
    screen_of(&screen, 1, columns);
    status_line_draw(s, &screen, 0);
    return shown(&screen);
}

static const char *bottom(const struct status_line *s, unsigned columns)
{
    screen_of(&screen, 1, columns);
    status_line_draw_bottom(s, &screen, 0);
    return shown(&screen);
}

static void the_least_telling_goes_first(void **state)
{
    (void)state;
    struct status_line s = usual();
    assert_string_equal(top(&s, 100), " /dev/ttyUSB0  921600  mk3060  application                  "
                                      "      ↓91.2 kB/s ↑12 B/s  Σ1.2 MB/999 B\n");
    assert_string_equal(style_at(&screen, "application"), "status-good");
    assert_string_equal(
        top(&s, 80),
        " /dev/ttyUSB0  921600  mk3060  application    ↓91.2 kB/s ↑12 B/s  Σ1.2 MB/999 B\n");
    assert_string_equal(top(&s, 60),
                        " ttyUSB0  921600  mk3060  application    ↓91.2 kB/s ↑12 B/s\n");
    assert_string_equal(top(&s, 40), " ttyUSB0  921600  mk3060  application\n");
    assert_string_equal(top(&s, 36), " ttyUSB0  921600  application\n");
    assert_string_equal(top(&s, 24), " ttyUSB0  application\n");
    assert_string_equal(top(&s, 14), " application\n");
    assert_string_equal(top(&s, 5), " appl\n");
    assert_string_equal(top(&s, 1), "\n");
}

static void what_matters_stays(void **state)
{
    (void)state;
    struct status_line s = usual();
    snprintf(s.recording, sizeof s.recording, "2026-01-31T12-34-56");
    snprintf(s.run, sizeof s.run, "mk3060-ota 3/7");
    s.errors = 3;
    s.rts_known = s.rts = true;
    s.raw_keys = true;
    assert_string_equal(top(&s, 160),
                        " ttyUSB0  921600  mk3060  application  mk3060-ota 3/7  every key to "
                        "the board      ↓91.2 kB/s ↑12 B/s  Σ1.2 MB/999 B  RTS  dtr  3 errors  "
                        "● 2026-01-31T12-34-56\n");
    assert_string_equal(top(&s, 80), " ttyUSB0  application  mk3060-ota 3/7  every key to the board"
                                     "       3 errors  ●\n");
    s.recording_failed = true;
    assert_non_null(strstr(top(&s, 60), "recording failed"));
    assert_string_equal(style_at(&screen, "recording failed"), "status-bad");
    s.errors = 1;
    s.recording_failed = s.raw_keys = false;
    assert_non_null(strstr(top(&s, 200), " 1 error "));
}

static void without_a_port(void **state)
{
    (void)state;
    struct status_line s = {
        .condition = "adapter gone", .condition_style = STYLE_STATUS_BAD, .baud = 115200};
    assert_string_equal(top(&s, 60), " no port  adapter gone\n");
    assert_string_equal(style_at(&screen, "no port"), "status-warn");
    assert_string_equal(style_at(&screen, "adapter gone"), "status-bad");
}

static void chinese_has_its_width(void **state)
{
    (void)state;
    struct status_line s = usual();
    snprintf(s.condition, sizeof s.condition, "应用程序运行中");
    snprintf(s.board, sizeof s.board, "开发板");
    assert_string_equal(top(&s, 60),
                        " ttyUSB0  921600  开发板  应用程序运行中         ↓91.2 kB/s\n");
    assert_string_equal(top(&s, 12), " 应用程序运\n");
    assert_string_equal(top(&s, 4), " 应\n");
}

static void any_width(void **state)
{
    (void)state;
    struct status_line s = usual();
    snprintf(s.port, sizeof s.port,
             "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_开发板A50285BI-if00-port0");
    snprintf(s.run, sizeof s.run, "刷写固件 2/5");
    snprintf(s.recording, sizeof s.recording, "rec");
    snprintf(s.message, sizeof s.message, "端口已打开；正在监听开发板的输出。");
    snprintf(s.keys, sizeof s.keys, "F1 帮助  F5 运行  F10 退出");
    for (unsigned columns = 1; columns <= 300; columns++) {
        screen_of(&screen, 3, columns);
        for (unsigned c = 0; c < columns; c++) {
            screen_put_text(&screen, 0, c, 1, STYLE_NORMAL, "#");
            screen_put_text(&screen, 2, c, 1, STYLE_NORMAL, "#");
        }
        for (int which = 0; which < 2; which++) {
            if (which)
                status_line_draw_bottom(&s, &screen, 1);
            else
                status_line_draw(&s, &screen, 1);
            for (unsigned c = 0; c < columns; c++) {
                assert_int_equal(screen.cells[c].text[0], '#');
                assert_int_equal(screen.cells[2 * columns + c].text[0], '#');
            }
        }
        status_line_draw(&s, &screen, 3); /* beyond the screen: nothing */
        status_line_draw_bottom(&s, &screen, UINT32_MAX);
        /* Nothing is cut from 40 columns on: the condition is whole. */
        if (columns >= 40)
            assert_non_null(strstr(top(&s, columns), "application"));
    }
}

static void bottom_row(void **state)
{
    (void)state;
    struct status_line s = usual();
    snprintf(s.keys, sizeof s.keys, "F1 help  F5 run  F10 quit");
    assert_string_equal(bottom(&s, 40), "              F1 help  F5 run  F10 quit\n");
    assert_string_equal(style_at(&screen, "F1"), "key");
    assert_string_equal(bottom(&s, 26), "          F1 help  F5 run\n");
    assert_string_equal(bottom(&s, 6), "\n");
    snprintf(s.message, sizeof s.message, "picocom (pid 12) holds the port");
    s.message_style = STYLE_BAD;
    assert_string_equal(bottom(&s, 60),
                        " picocom (pid 12) holds the port  F1 help  F5 run  F10 quit\n");
    assert_string_equal(style_at(&screen, "picocom"), "bad");
    assert_string_equal(bottom(&s, 20), " picocom (pid 12) h…\n");
    snprintf(s.prefix_name, sizeof s.prefix_name, "Ctrl-T");
    s.prefix_pending = true;
    assert_string_equal(bottom(&s, 40), " Ctrl-T …     F1 help  F5 run  F10 quit\n");
}

static int tear_down(void **state)
{
    (void)state;
    screen_free(&screen);
    return 0;
}

int main(void)
{
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_telling_goes_first),
        cmocka_unit_test(what_matters_stays),
        cmocka_unit_test(without_a_port),
        cmocka_unit_test(chinese_has_its_width),
        cmocka_unit_test(any_width),
        cmocka_unit_test(bottom_row),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
