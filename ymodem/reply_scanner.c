#include "ymodem/reply_scanner.h"

#include <string.h>

#include "base/clock.h"
#include "ymodem/frame.h"

#define ALONE (20 * TIME_MS)

void ymodem_reply_scanner_init(struct ymodem_reply_scanner *r)
{
    memset(r, 0, sizeof *r);
}

void ymodem_reply_scanner_sent(struct ymodem_reply_scanner *r, const uint8_t *frame, size_t n)
{
    r->echo = frame;
    r->echo_length = n;
    r->echo_at = 0;
    r->echoing = false;
}

static void add_text(struct ymodem_reply_scanner *r, uint8_t byte)
{
    if (r->text_length < sizeof r->text)
        r->text[r->text_length++] = byte;
}

static void flush_c_as_text(struct ymodem_reply_scanner *r)
{
    while (r->c_pending) {
        add_text(r, YMODEM_C);
        r->c_pending--;
    }
}

static enum ymodem_reply take_c(struct ymodem_reply_scanner *r)
{
    r->c_pending = 0;
    return YMODEM_REPLY_C;
}

/*
 * A receiver never sends SOH, STX or EOT, so one of them begins an echo (half
 * duplex adapters, shells that echo); it lasts while the bytes agree with what
 * was sent.
 */
static bool is_echo(struct ymodem_reply_scanner *r, uint8_t byte)
{
    if (!r->echoing) {
        if (byte != YMODEM_SOH && byte != YMODEM_STX && byte != YMODEM_EOT)
            return false;
        r->echoing = true;
        r->echo_at = 0;
    }
    if (r->echo_at < r->echo_length && r->echo[r->echo_at] == byte) {
        r->echo_at++;
        if (r->echo_at == r->echo_length)
            r->echoing = false;
        return true;
    }
    /* Not (or no longer) an echo. The opening byte itself is dropped: it is no text either. */
    bool opening = r->echo_at == 0;
    r->echoing = false;
    return opening;
}

enum ymodem_reply ymodem_reply_scanner_byte(struct ymodem_reply_scanner *r, uint64_t now,
                                            uint8_t byte)
{
    if (is_echo(r, byte))
        return YMODEM_REPLY_NONE;
    r->cancels = byte == YMODEM_CAN ? r->cancels + 1 : 0;
    if (byte == YMODEM_ACK || byte == YMODEM_NAK || byte == YMODEM_CAN) {
        /* A 'C' directly before a control byte stood alone; the control byte says more. */
        r->c_pending = 0;
        r->last_text_us = 0;
        if (byte == YMODEM_CAN)
            return r->cancels >= 2 ? YMODEM_REPLY_CANCEL : YMODEM_REPLY_NONE;
        return byte == YMODEM_ACK ? YMODEM_REPLY_ACK : YMODEM_REPLY_NAK;
    }
    bool after_text = r->last_text_us && now < r->last_text_us + ALONE;
    if (byte == YMODEM_C && !after_text) {
        if (r->c_pending == 0)
            r->c_since_us = now;
        if (r->c_pending < YMODEM_INPUT_MAX)
            r->c_pending++;
        r->c_last_us = now;
        return YMODEM_REPLY_NONE;
    }
    /* Line ends before a 'C' do not make it text ("...abort)\r\nC"), behind it they do. */
    flush_c_as_text(r);
    add_text(r, byte);
    if (byte != '\r' && byte != '\n' && byte != 0)
        r->last_text_us = now;
    else if (byte == '\n')
        r->last_text_us = 0;
    return YMODEM_REPLY_NONE;
}

enum ymodem_reply ymodem_reply_scanner_tick(struct ymodem_reply_scanner *r, uint64_t now)
{
    if (r->c_pending && now >= r->c_since_us + ALONE)
        return take_c(r);
    return YMODEM_REPLY_NONE;
}

uint64_t ymodem_reply_scanner_deadline(const struct ymodem_reply_scanner *r)
{
    return r->c_pending ? r->c_since_us + ALONE : TIME_NEVER;
}

size_t ymodem_reply_scanner_text(struct ymodem_reply_scanner *r, const uint8_t **text)
{
    size_t n = r->text_length;
    *text = r->text;
    r->text_length = 0;
    return n;
}
