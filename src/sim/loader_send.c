#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/loader_internal.h"
#include "ymodem/crc16.h"

#define TRY_WAIT (1 * TIME_S)
#define TRIES 10
/* How long `read` waits for somebody to ask; not in the facts, taken as 60 s. */
#define ASK_WAIT (60 * TIME_S)

bool sim_loader_begin_read(struct sim_loader *l, uint64_t now)
{
    if (l->read_size == 0)
        return false;
    l->state = SIM_LOADER_SEND;
    l->read_state = READ_ASK;
    l->read_sent = 0;
    l->read_block = 1;
    l->tries = 0;
    sim_loader_say(l, now, "\r\nSelect Receive File\r\n");
    l->deadline = now + ASK_WAIT;
    return true;
}

static void seal(struct sim_loader *l, uint64_t now, uint8_t number, size_t size)
{
    uint8_t *p = l->packet;
    uint16_t crc = ymodem_crc16(0, p + 3, size);
    p[0] = size == 1024 ? 2 : 1;
    p[1] = number;
    p[2] = (uint8_t)~number;
    p[3 + size] = (uint8_t)(crc >> 8);
    p[4 + size] = (uint8_t)crc;
    l->emit(l->user, now, p, size + 5);
    /* The UART needs its time before the wait for the answer begins. */
    l->deadline = now + TRY_WAIT + (size + 5) * 11;
}

static void send_current(struct sim_loader *l, uint64_t now)
{
    uint8_t *body = l->packet + 3;
    size_t size;
    switch (l->read_state) {
    case READ_HEADER:
        memset(body, 0, 128);
        /* The number's buffer is not terminated: what lies behind it on the stack follows. */
        snprintf((char *)body, 128, "image.bin%c%u,V@%cK", 0, l->read_size, 3);
        seal(l, now, 0, 128);
        break;
    case READ_DATA:
        l->read_bytes = l->read_size - l->read_sent;
        size = l->read_bytes >= 1024 ? 1024 : 128;
        if (l->read_bytes > size)
            l->read_bytes = (uint32_t)size;
        memset(body, 0x1A, size);
        sim_flash_read(l->flash, l->read_address + l->read_sent, body, l->read_bytes);
        seal(l, now, l->read_block, size);
        break;
    case READ_NULL:
        memset(body, 0, 128);
        seal(l, now, 0, 128);
        break;
    default:
        l->emit(l->user, now, "\x04", 1);
        l->deadline = now + TRY_WAIT;
    }
}

static void end(struct sim_loader *l, uint64_t now, bool good)
{
    sim_loader_say(l, now,
                   good
                       ? "\r\nFile uploaded successfully \r\n"
                       : "\r\nError Occurred while Transmitting File\r\ncommand excute failed\r\n");
    sim_loader_prompt(l, now);
}

static void acknowledged(struct sim_loader *l, uint64_t now)
{
    l->tries = 0;
    switch (l->read_state) {
    case READ_HEADER:
        l->read_state = READ_DATA;
        break;
    case READ_DATA:
        l->read_sent += l->read_bytes;
        l->read_block++;
        if (l->read_sent >= l->read_size)
            l->read_state = READ_EOT;
        break;
    case READ_EOT:
        l->read_state = READ_NULL;
        break;
    case READ_NULL:
        l->read_state = READ_LAST_EOT;
        break;
    default:
        end(l, now, true);
        return;
    }
    send_current(l, now);
}

static void once_more(struct sim_loader *l, uint64_t now)
{
    if (++l->tries >= TRIES) {
        end(l, now, false);
        return;
    }
    send_current(l, now);
}

void sim_loader_send_byte(struct sim_loader *l, uint64_t now, uint8_t byte)
{
    if (l->read_state == READ_ASK) {
        if (byte == 'C') {
            l->read_state = READ_HEADER;
            send_current(l, now);
        } else if (byte == 'a' || byte == 'A') {
            end(l, now, false);
        }
        return;
    }
    /* A 'C' before or behind an ACK is passed over (assumed: ordinary receivers get along). */
    if (byte == 6)
        acknowledged(l, now);
    else if (byte == 0x15)
        once_more(l, now);
    else if (byte == 0x18)
        end(l, now, false);
}

void sim_loader_send_timeout(struct sim_loader *l, uint64_t now)
{
    if (l->read_state == READ_ASK)
        end(l, now, false);
    else
        once_more(l, now);
}
