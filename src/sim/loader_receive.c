#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/loader_internal.h"

/* Per byte, about 1 s; 20 of them without a block end the transfer (facts §6.4, peers §4.2). */
#define BYTE_WAIT (1 * TIME_S)
#define ERRORS_MAX 20
#define RESULT_PAUSE (500 * TIME_MS)

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 0x15, CAN = 0x18, ASK = 'C' };

static void put(struct sim_loader *l, uint64_t now, uint8_t byte)
{
    l->emit(l->user, now, &byte, 1);
}

bool sim_loader_begin_write(struct sim_loader *l, uint64_t now)
{
    l->state = SIM_LOADER_RECEIVE;
    l->have = l->want = 0;
    l->packets = l->errors = l->cancels = 0;
    l->file_done = false;
    l->size = l->received = 0;
    sim_loader_say(l, now, "\r\nWaiting for the file to be sent ... (press 'a' to abort)\r\n");
    put(l, now, ASK);
    l->deadline = now + BYTE_WAIT;
    return true;
}

static void end(struct sim_loader *l, uint64_t now, int result)
{
    l->result = result;
    l->state = SIM_LOADER_REPORT;
    l->have = l->want = 0;
    l->deadline = result > 0 ? now + RESULT_PAUSE : now;
    if (result <= 0)
        sim_loader_report(l, now);
}

void sim_loader_report(struct sim_loader *l, uint64_t now)
{
    switch (l->result) {
    case -1:
        sim_loader_say(l, now, "\r\nThe image size is higher than the allowed space memory!\r\n");
        break;
    case -3:
        sim_loader_say(l, now, "\r\nAborted by user.\r\n");
        break;
    case 0:
        sim_loader_say(l, now, "\r\nFailed to receive the file!\r\n");
        break;
    default:
        sim_loader_say(l, now, "\r\nProgramming Completed Successfully!\r\n");
    }
    if (l->result <= 0)
        sim_loader_say(l, now, "command excute failed\r\n");
    sim_loader_prompt(l, now);
}

static void error(struct sim_loader *l, uint64_t now)
{
    l->have = l->want = 0;
    l->deadline = now + BYTE_WAIT;
    if (++l->errors > ERRORS_MAX) {
        put(l, now, CAN);
        put(l, now, CAN);
        end(l, now, 0);
        return;
    }
    put(l, now, ASK);
}

/* --- blocks -------------------------------------------------------------------------------- */

/* Up to a space or 16 characters; decimal, 0x, k and m are understood, unknown text is 0. */
static uint32_t declared_size(const uint8_t *body, size_t n)
{
    char text[17];
    size_t i = 0, used = 0;
    while (i < n && body[i])
        i++;
    for (i++; i < n && used < 16 && body[i] && body[i] != ' '; i++)
        text[used++] = (char)body[i];
    text[used] = '\0';
    char *stop;
    unsigned long value = strtoul(text, &stop, 0);
    if (*stop == 'k' || *stop == 'K')
        value *= 1024;
    else if (*stop == 'm' || *stop == 'M')
        value *= 1024ul * 1024;
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static void take_header(struct sim_loader *l, uint64_t now)
{
    if (l->packet[3] == '\0') {
        put(l, now, ACK);
        end(l, now, l->received ? 1 : 0);
        return;
    }
    l->size = declared_size(l->packet + 3, l->want - 5);
    l->received = 0;
    if (l->address >= SIM_FLASH_SIZE || l->size > SIM_FLASH_SIZE - l->address) {
        for (int i = 0; i < 4; i++)
            put(l, now, CAN);
        end(l, now, -1);
        return;
    }
    l->erased_to = l->address / SIM_FLASH_SECTOR * SIM_FLASH_SECTOR;
    if (l->dialect == SIM_LOADER_B0)
        now += sim_flash_erase(l->flash, l->address, l->size);
    l->busy_until = now;
    l->packets = 1;
    l->file_done = false;
    put(l, now, ACK);
    put(l, now, ASK);
    l->deadline = now + BYTE_WAIT;
}

static uint64_t store(struct sim_loader *l)
{
    uint32_t n = (uint32_t)(l->want - 5), at = l->address + l->received;
    uint64_t time = 0;
    if (n > l->size - l->received)
        n = l->size - l->received;
    if (l->dialect != SIM_LOADER_B0) {
        while (n && l->erased_to < at + n) {
            time += sim_flash_erase(l->flash, l->erased_to, 1);
            l->erased_to += SIM_FLASH_SECTOR;
        }
    }
    time += sim_flash_program(l->flash, at, l->packet + 3, n);
    l->received += n;
    return time;
}

static void take_packet(struct sim_loader *l, uint64_t now)
{
    uint8_t number = l->packet[1];
    if ((uint8_t)(number ^ l->packet[2]) != 0xFF) {
        error(l, now);
        return;
    }
    /* The CRC was read with the rest of the packet; nobody looks at it. */
    if (number != (uint8_t)l->packets) {
        l->have = l->want = 0;
        l->deadline = now + BYTE_WAIT;
        put(l, now, NAK);
        if (++l->errors > ERRORS_MAX) {
            put(l, now, CAN);
            put(l, now, CAN);
            end(l, now, 0);
        }
        return;
    }
    l->errors = 0;
    if (l->packets == 0) {
        take_header(l, now);
    } else {
        l->busy_until = now + store(l);
        l->packets++;
        put(l, l->busy_until, ACK);
        l->deadline = l->busy_until + BYTE_WAIT;
    }
    l->have = l->want = 0;
}

static void header_byte(struct sim_loader *l, uint64_t now, uint8_t byte)
{
    l->cancels = byte == CAN ? l->cancels + 1 : 0;
    if (byte == SOH || byte == STX) {
        l->packet[0] = byte;
        l->have = 1;
        l->want = byte == STX ? 1029 : 133;
        l->deadline = now + BYTE_WAIT;
    } else if (byte == EOT) {
        put(l, now, ACK);
        l->file_done = true;
        l->packets = 0;
        l->deadline = now + BYTE_WAIT;
    } else if (byte == CAN) {
        if (l->cancels >= 2) {
            put(l, now, ACK);
            end(l, now, 0);
        }
    } else if (byte == 'a' || byte == 'A') {
        put(l, now, CAN);
        put(l, now, CAN);
        end(l, now, -3);
    } else {
        error(l, now);
    }
}

void sim_loader_receive_byte(struct sim_loader *l, uint64_t now, uint8_t byte)
{
    if (l->want == 0) {
        header_byte(l, now, byte);
        return;
    }
    l->packet[l->have++] = byte;
    l->deadline = now + BYTE_WAIT;
    if (l->have == l->want)
        take_packet(l, now);
}

void sim_loader_receive_timeout(struct sim_loader *l, uint64_t now)
{
    error(l, now);
}
