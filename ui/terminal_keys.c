#include "ui/terminal_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define ESCAPE 0x1B
/* How long a lone Escape may be the beginning of more: as vim and tmux have it. */
#define ESCAPE_WAIT (25 * TIME_MS)
#define SEQUENCE_WAIT (100 * TIME_MS)
#define PASTE_WAIT (2 * TIME_S)
/* Longer is no sequence of any terminal. */
#define SEQUENCE_MAX 64
#define PARAMETERS_MAX 4

static const uint8_t paste_end[] = {ESCAPE, '[', '2', '0', '1', '~'};

enum outcome { OUTCOME_INPUT, OUTCOME_NOTHING, OUTCOME_MORE };

struct reading {
    struct key_stream *s;
    const uint8_t *p;
    size_t n;
    struct input *input;
    size_t used;
};

bool key_stream_init(struct key_stream *s)
{
    memset(s, 0, sizeof *s);
    s->paste = malloc(KEY_PASTE_MAX);
    return s->paste != NULL;
}

void key_stream_free(struct key_stream *s)
{
    free(s->paste);
    s->paste = NULL;
}

void key_stream_learn(struct key_stream *s, const char *sequence, uint32_t code)
{
    size_t n = strlen(sequence);
    if (n < 2 || n > KEY_SEQUENCE_BYTES || sequence[0] != ESCAPE ||
        s->sequence_count == KEY_SEQUENCES_MAX)
        return;
    struct key_sequence *q = &s->sequences[s->sequence_count++];
    memcpy(q->bytes, sequence, n);
    q->length = n;
    q->code = code;
}

size_t key_stream_add(struct key_stream *s, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (s->start) {
        memmove(s->bytes, s->bytes + s->start, s->end - s->start);
        s->end -= s->start;
        s->start = 0;
    }
    n = n < KEY_STREAM_BYTES - s->end ? n : KEY_STREAM_BYTES - s->end;
    memcpy(s->bytes + s->end, bytes, n);
    s->end += n;
    if (n)
        s->last_us = now;
    return n;
}

/* --- single keys ---------------------------------------------------------------------------- */

static enum outcome give_key(struct reading *r, uint32_t code, bool alt, size_t used)
{
    r->used = used;
    if (code == KEY_NONE)
        return OUTCOME_NOTHING;
    r->input->kind = INPUT_KEY;
    r->input->key = (struct key){.code = code, .alt = alt};
    return OUTCOME_INPUT;
}

/* What the code point of a key press stands for; KEY_NONE = no key. */
static uint32_t key_of_character(const struct key_stream *s, uint32_t c)
{
    if (c == 0x7F || (c == 0x08 && s->erase_is_ctrl_h))
        return KEY_SPECIAL_BACKSPACE;
    /* C1 controls are no keys in UTF-8. */
    return c >= 0x80 && c < 0xA0 ? KEY_NONE : c;
}

/* One character at p[at], `at` bytes into the reading. */
static enum outcome read_character(struct reading *r, size_t at, bool alt)
{
    uint32_t c = 0;
    size_t n = r->n - at, length = text_utf8_length(r->p + at, n, &c);
    if (length)
        return give_key(r, key_of_character(r->s, c), alt, at + length);
    uint8_t lead = r->p[at];
    size_t wanted = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    bool cut = n < wanted && lead <= 0xF4;
    for (size_t i = 1; i < n; i++)
        cut = cut && (r->p[at + i] & 0xC0) == 0x80;
    r->used = at + 1;
    return cut ? OUTCOME_MORE : OUTCOME_NOTHING;
}

/* --- control sequences ------------------------------------------------------------------------ */

struct parameters {
    unsigned values[PARAMETERS_MAX];
    unsigned count;
};

static struct parameters read_parameters(const uint8_t *p, size_t n)
{
    struct parameters out = {.count = 1};
    for (size_t i = 0; i < n && out.count <= PARAMETERS_MAX; i++) {
        if (p[i] == ';')
            out.count++;
        else if (p[i] >= '0' && p[i] <= '9' && out.values[out.count - 1] < 1000000)
            out.values[out.count - 1] = out.values[out.count - 1] * 10 + (unsigned)(p[i] - '0');
        else if (p[i] == ':')
            break;
    }
    out.count = out.count < PARAMETERS_MAX ? out.count : PARAMETERS_MAX;
    return out;
}

/* xterm: 1 + (1 Shift, 2 Alt, 4 Ctrl, 8 Meta). Ctrl on a cursor key counts as Alt: by words. */
static enum outcome give_modified(struct reading *r, uint32_t code, unsigned modifier, size_t used)
{
    unsigned bits = modifier ? modifier - 1 : 0;
    bool control = bits & 4, alt = bits & (2 | 8);
    if (control && code >= KEYS_SPECIAL)
        alt = true;
    else if (control && ((code >= '@' && code <= '_') || (code >= 'a' && code <= 'z')))
        code = KEY_CONTROL(code);
    return give_key(r, code, alt, used);
}

static uint32_t key_of_number(unsigned number)
{
    static const uint32_t keys[] = {
        [1] = KEY_SPECIAL_HOME,     [2] = KEY_SPECIAL_INSERT,   [3] = KEY_SPECIAL_DELETE,
        [4] = KEY_SPECIAL_END,      [5] = KEY_SPECIAL_PAGE_UP,  [6] = KEY_SPECIAL_PAGE_DOWN,
        [7] = KEY_SPECIAL_HOME,     [8] = KEY_SPECIAL_END,      [11] = KEY_SPECIAL_F1,
        [12] = KEY_SPECIAL_F1 + 1,  [13] = KEY_SPECIAL_F1 + 2,  [14] = KEY_SPECIAL_F1 + 3,
        [15] = KEY_SPECIAL_F1 + 4,  [17] = KEY_SPECIAL_F1 + 5,  [18] = KEY_SPECIAL_F1 + 6,
        [19] = KEY_SPECIAL_F1 + 7,  [20] = KEY_SPECIAL_F1 + 8,  [21] = KEY_SPECIAL_F1 + 9,
        [23] = KEY_SPECIAL_F1 + 10, [24] = KEY_SPECIAL_F1 + 11,
    };
    return number < sizeof keys / sizeof keys[0] ? keys[number] : KEY_NONE;
}

static uint32_t key_of_letter(uint8_t letter)
{
    switch (letter) {
    case 'A':
        return KEY_SPECIAL_UP;
    case 'B':
        return KEY_SPECIAL_DOWN;
    case 'C':
        return KEY_SPECIAL_RIGHT;
    case 'D':
        return KEY_SPECIAL_LEFT;
    case 'H':
        return KEY_SPECIAL_HOME;
    case 'F':
        return KEY_SPECIAL_END;
    case 'Z':
        return KEY_SPECIAL_BACKTAB;
    default:
        return letter >= 'P' && letter <= 'S' ? KEY_SPECIAL_F1 + (uint32_t)(letter - 'P')
                                              : KEY_NONE;
    }
}

/* A key told by its code point, as xterm's modifyOtherKeys and kitty do. */
static enum outcome give_code(struct reading *r, unsigned code, unsigned modifier, size_t used)
{
    bool private_use = code >= 0xE000 && code <= 0xF8FF;
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code > 0x10FFFF || private_use || surrogate)
        code = KEY_NONE;
    return give_modified(r, key_of_character(r->s, code), modifier, used);
}

static enum outcome give_mouse(struct reading *r, unsigned button, unsigned x, unsigned y,
                               bool pressed, size_t used)
{
    static const enum mouse_button wheel[] = {MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN};
    unsigned kind = button & ~(4u | 8u | 16u); /* without Shift, Alt, Ctrl */
    r->used = used;
    if (!pressed || x == 0 || y == 0 || (kind != 0 && kind != 64 && kind != 65))
        return OUTCOME_NOTHING;
    r->input->kind = INPUT_MOUSE;
    r->input->button = kind == 0 ? MOUSE_LEFT : wheel[kind - 64];
    r->input->row = y - 1;
    r->input->column = x - 1;
    return OUTCOME_INPUT;
}

static enum outcome give_tilde(struct reading *r, const struct parameters *q, size_t used)
{
    r->used = used;
    if (q->values[0] == 200) {
        r->s->pasting = true;
        r->s->paste_length = r->s->paste_given = 0;
        return OUTCOME_NOTHING;
    }
    if (q->values[0] == 27 && q->count >= 3)
        return give_code(r, q->values[2], q->values[1], used);
    return give_modified(r, key_of_number(q->values[0]), q->values[1], used);
}

/* "ESC [ M" and three bytes: the mouse as terminals before SGR tell it. */
static enum outcome read_x10_mouse(struct reading *r)
{
    if (r->n < 6)
        return OUTCOME_MORE;
    unsigned button = r->p[3] - 32u, x = r->p[4] - 32u, y = r->p[5] - 32u;
    return give_mouse(r, button & 0xFF, x & 0xFF, y & 0xFF, (button & 3) != 3, 6);
}

static enum outcome read_csi(struct reading *r)
{
    size_t at = 2;
    while (at < r->n && at < SEQUENCE_MAX && r->p[at] >= 0x20 && r->p[at] <= 0x3F)
        at++;
    r->used = at;
    if (at == SEQUENCE_MAX)
        return OUTCOME_NOTHING;
    if (at == r->n)
        return OUTCOME_MORE;
    uint8_t last = r->p[at];
    if (last < 0x40 || last > 0x7E)
        return OUTCOME_NOTHING; /* it broke off; what broke it is read on its own */
    struct parameters q = read_parameters(r->p + 2, at - 2);
    r->used = at + 1;
    if (at == 2 && last == 'M')
        return read_x10_mouse(r);
    if (at == 2 && last == '[') { /* F1 to F5 of the Linux console */
        if (r->n < 4)
            return OUTCOME_MORE;
        bool known = r->p[3] >= 'A' && r->p[3] <= 'E';
        return give_key(r, known ? KEY_SPECIAL_F1 + (uint32_t)(r->p[3] - 'A') : KEY_NONE, false, 4);
    }
    if (at > 2 && r->p[2] == '<') {
        q = read_parameters(r->p + 3, at - 3);
        return give_mouse(r, q.values[0], q.values[1], q.values[2], last == 'M', at + 1);
    }
    if (at > 2 && r->p[2] > '9')
        return OUTCOME_NOTHING; /* an answer to a question of another program */
    if (last == '~')
        return give_tilde(r, &q, at + 1);
    if (last == 'u')
        return give_code(r, q.values[0], q.values[1], at + 1);
    return give_modified(r, key_of_letter(last), q.values[1], at + 1);
}

/* "ESC O" and a letter; older ones put the modifier between. */
static enum outcome read_ss3(struct reading *r)
{
    size_t at = 2;
    unsigned modifier = 0;
    if (at < r->n && r->p[at] >= '1' && r->p[at] <= '9')
        modifier = r->p[at++] - (unsigned)'0';
    if (at == r->n)
        return OUTCOME_MORE;
    uint8_t c = r->p[at];
    if (c >= 'j' && c <= 'y') /* the number pad: its characters, 0x40 further */
        return give_modified(r, c - 0x40u, modifier, at + 1);
    if (c == 'M' || c == 'I' || c == 'X')
        return give_modified(r, c == 'X' ? '=' : c - 0x40u, modifier, at + 1);
    uint32_t code = key_of_letter(c);
    return code == KEY_NONE ? give_key(r, 'O', true, 2) : give_modified(r, code, modifier, at + 1);
}

static const struct key_sequence *find_learnt(const struct reading *r, bool *begins)
{
    const struct key_sequence *best = NULL;
    *begins = false;
    for (unsigned i = 0; i < r->s->sequence_count; i++) {
        const struct key_sequence *q = &r->s->sequences[i];
        if (q->length <= r->n && memcmp(q->bytes, r->p, q->length) == 0)
            best = !best || q->length > best->length ? q : best;
        else if (q->length > r->n && memcmp(q->bytes, r->p, r->n) == 0)
            *begins = true;
    }
    return best;
}

static enum outcome read_escape(struct reading *r)
{
    bool begins;
    const struct key_sequence *learnt = find_learnt(r, &begins);
    if (learnt)
        return give_key(r, learnt->code, false, learnt->length);
    if (begins || r->n < 2)
        return OUTCOME_MORE;
    if (r->p[1] == '[')
        return read_csi(r);
    if (r->p[1] == 'O')
        return read_ss3(r);
    if (r->p[1] != ESCAPE)
        return read_character(r, 1, true);
    /* rxvt and some others: Alt with a cursor key is another Escape in front. */
    if (r->n < 3)
        return OUTCOME_MORE;
    if (r->p[2] != '[' && r->p[2] != 'O')
        return give_key(r, ESCAPE, false, 1);
    struct reading inner = {.s = r->s, .p = r->p + 1, .n = r->n - 1, .input = r->input};
    enum outcome outcome = r->p[2] == '[' ? read_csi(&inner) : read_ss3(&inner);
    r->used = inner.used + 1;
    if (outcome == OUTCOME_INPUT && r->input->kind == INPUT_KEY)
        r->input->key.alt = true;
    return outcome;
}

/* No more came in time: what is there has to mean something by itself. */
static enum outcome give_up_waiting(struct reading *r)
{
    if (r->p[0] != ESCAPE) {
        r->used = 1;
        return OUTCOME_NOTHING;
    }
    if (r->n == 1 || r->p[1] == ESCAPE)
        return give_key(r, ESCAPE, false, 1);
    if (r->n == 2 && r->p[1] < 0x80)
        return give_key(r, key_of_character(r->s, r->p[1]), true, 2);
    r->used = r->n;
    return OUTCOME_NOTHING;
}

/* --- pastes ----------------------------------------------------------------------------------- */

static bool give_paste(struct key_stream *s, size_t n, struct input *input)
{
    s->paste_given = n;
    if (n == 0)
        return false;
    input->kind = INPUT_PASTE;
    input->text = (const char *)s->paste;
    input->n = n;
    return true;
}

/* How many bytes at the end of the paste may begin its end mark. */
static size_t half_end(const struct key_stream *s)
{
    size_t n = sizeof paste_end - 1;
    n = n < s->paste_length ? n : s->paste_length;
    while (n && memcmp(s->paste + s->paste_length - n, paste_end, n) != 0)
        n--;
    return n;
}

static bool next_paste(struct key_stream *s, uint64_t now, struct input *input)
{
    size_t had = s->paste_length, n = s->end - s->start;
    n = n < KEY_PASTE_MAX - had ? n : KEY_PASTE_MAX - had;
    memcpy(s->paste + had, s->bytes + s->start, n);
    s->paste_length += n;
    size_t from = had < sizeof paste_end ? 0 : had - sizeof paste_end;
    const uint8_t *end =
        memmem(s->paste + from, s->paste_length - from, paste_end, sizeof paste_end);
    if (end) {
        size_t length = (size_t)(end - s->paste);
        s->start += length + sizeof paste_end - had;
        s->pasting = false;
        s->paste_length = length;
        return give_paste(s, length, input);
    }
    s->start += n;
    if (s->paste_length == KEY_PASTE_MAX)
        return give_paste(s, s->paste_length - half_end(s), input);
    if (now < time_after(s->last_us, PASTE_WAIT))
        return false;
    s->pasting = false; /* its end got lost: keys are keys again */
    return give_paste(s, s->paste_length, input);
}

static void forget_given(struct key_stream *s)
{
    s->paste_length -= s->paste_given;
    memmove(s->paste, s->paste + s->paste_given, s->paste_length);
    s->paste_given = 0;
}

/* --- the stream ------------------------------------------------------------------------------- */

uint64_t key_stream_deadline(const struct key_stream *s)
{
    size_t n = s->end - s->start;
    if (s->pasting)
        return time_after(s->last_us, PASTE_WAIT);
    if (n == 0)
        return TIME_NEVER;
    bool lone = n == 1 && s->bytes[s->start] == ESCAPE;
    return time_after(s->last_us, lone ? ESCAPE_WAIT : SEQUENCE_WAIT);
}

static enum outcome read_one(struct key_stream *s, uint64_t now, struct input *input)
{
    struct reading r = {
        .s = s, .p = s->bytes + s->start, .n = s->end - s->start, .input = input, .used = 0};
    enum outcome outcome = r.p[0] == ESCAPE ? read_escape(&r) : read_character(&r, 0, false);
    if (outcome == OUTCOME_MORE && now >= key_stream_deadline(s))
        outcome = give_up_waiting(&r);
    if (outcome != OUTCOME_MORE)
        s->start += r.used;
    return outcome;
}

bool key_stream_next(struct key_stream *s, uint64_t now, struct input *input)
{
    memset(input, 0, sizeof *input);
    forget_given(s);
    while (s->pasting || s->start < s->end) {
        if (s->pasting) {
            if (next_paste(s, now, input))
                return true;
            if (s->pasting)
                return false;
            continue;
        }
        enum outcome outcome = read_one(s, now, input);
        if (outcome != OUTCOME_NOTHING)
            return outcome == OUTCOME_INPUT;
    }
    return false;
}
