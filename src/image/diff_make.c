#include "image/diff.h"

#include <string.h>

#include "device/patch.h"
#include "image/diff_search.h"
#include "ymodem/crc16.h"

/* A match elsewhere must be this much better than going on where we are (bsdiff's number): a new
 * step costs about as many bytes. */
#define WORTH 8u
/* Where a long match was not worth it, going on where we are agrees nearly as far. A part of that
 * way is passed without looking again, or images of one repeated pattern would take minutes; what
 * is found later is extended backwards. */
#define STRIDE 64u
/* The decoder of the boards with slices of 16 KiB (esp8266) has no more (facts/alios-device.md
 * §2); a smaller dictionary suits the others as well, but packs a little less. */
#define SMALL_SLICE 16384u
#define SMALL_DICTIONARY 4096u

struct maker {
    struct diff_search search;
    struct buffer control, difference, extra; /* of one slice, not yet packed */
    size_t from, end;                         /* the slice in the new image */
    size_t done;                              /* so much of it is described */
    size_t old_at;                            /* and lies beside this in the old image */
    size_t old_told;                          /* where the steps so far lead in the old image */
    uint32_t dictionary;
};

static enum problem_code no_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory and try again.",
                       "there is not enough memory to make the diff");
}

static void put_number(struct buffer *out, int64_t value)
{
    uint8_t bytes[8];
    uint64_t magnitude = value < 0 ? (uint64_t)-value : (uint64_t)value;
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(magnitude >> (8 * i));
    bytes[7] |= value < 0 ? 0x80 : 0;
    buffer_append(out, bytes, sizeof bytes);
}

static void put_step(struct maker *m, size_t add, size_t copy, size_t next)
{
    put_number(&m->control, (int64_t)add);
    put_number(&m->control, (int64_t)copy);
    put_number(&m->control, (int64_t)next - (int64_t)(m->old_told + add));
    m->old_told = next;
}

/* `add` bytes beside the old image, `copy` bytes of their own; then on at `next` in the old one. */
static void describe(struct maker *m, size_t add, size_t copy, size_t next)
{
    const uint8_t *fresh = m->search.fresh.data + m->done, *old = m->search.image + m->old_at;
    /* Every slice begins at byte 0 of the old image, wherever its own place is. */
    if (add && m->old_told != m->old_at)
        put_step(m, 0, 0, m->old_at);
    put_step(m, add, copy, next);
    for (size_t i = 0; i < add; i++) {
        uint8_t byte = (uint8_t)(fresh[i] - old[i]);
        buffer_append(&m->difference, &byte, 1);
    }
    buffer_append(&m->extra, fresh + add, copy);
    m->done += add + copy;
    m->old_at = next;
}

static bool equal(const struct maker *m, size_t new_at, size_t old_at)
{
    return old_at < m->search.image_size && m->search.fresh.data[new_at] == m->search.image[old_at];
}

/* How far the bytes from `done` on are worth describing beside the old ones: where most agree. */
static size_t extend_forward(const struct maker *m, size_t until)
{
    size_t agree = 0, best = 0;
    int64_t best_score = 0;
    for (size_t i = 0; m->done + i < until && m->old_at + i < m->search.image_size;) {
        agree += equal(m, m->done + i, m->old_at + i);
        i++;
        int64_t score = 2 * (int64_t)agree - (int64_t)i;
        if (score > best_score) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

/* The same backwards from a match that begins at `match` and at `position` in the old image. */
static size_t extend_backward(const struct maker *m, size_t match, size_t position)
{
    size_t agree = 0, best = 0;
    int64_t best_score = 0;
    for (size_t i = 1; match >= m->done + i && position >= i; i++) {
        agree += equal(m, match - i, position - i);
        int64_t score = 2 * (int64_t)agree - (int64_t)i;
        if (score > best_score) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

/* Where both extensions reach over each other, the border goes where the most bytes agree. */
static size_t split(const struct maker *m, size_t add, size_t back, size_t match, size_t position)
{
    size_t overlap = m->done + add - (match - back), best = 0;
    int64_t score = 0, best_score = 0;
    for (size_t i = 0; i < overlap; i++) {
        size_t at = match - back + i;
        score += equal(m, at, m->old_at + (at - m->done));
        score -= equal(m, at, position - back + i);
        if (score > best_score) {
            best_score = score;
            best = i + 1;
        }
    }
    return overlap - best; /* to be taken off `add`; `back` loses `best` */
}

/* Describes everything up to a match, and turns to it. */
static void turn(struct maker *m, size_t match, size_t position)
{
    size_t add = extend_forward(m, match), back = extend_backward(m, match, position);
    if (m->done + add > match - back) {
        size_t overlap = m->done + add - (match - back);
        size_t off = split(m, add, back, match, position);
        add -= off;
        back -= overlap - off;
    }
    describe(m, add, match - back - m->done - add, position - back);
}

/* bsdiff's search (C. Percival, "Naive differences of executable code"), within one slice. */
static void match_slice(struct maker *m)
{
    size_t scan = m->from, length = 0, position = 0;
    m->done = m->from;
    m->old_at = m->from < m->search.image_size ? m->from : 0;
    m->old_told = 0;
    while (scan < m->end) {
        size_t counted, agree = 0; /* bytes of [scan, counted) that agree where we are */
        int64_t here = (int64_t)m->old_at - (int64_t)m->done;
        scan += length;
        for (counted = scan; scan < m->end;) {
            length = diff_search_longest(&m->search, scan, m->end - scan, &position);
            for (; counted < scan + length; counted++)
                agree += equal(m, counted, (size_t)((int64_t)counted + here));
            if ((length && length == agree) || length > agree + WORTH)
                break;
            size_t stride = 1 + length / STRIDE;
            for (; stride && scan < counted; stride--, scan++)
                agree -= equal(m, scan, (size_t)((int64_t)scan + here));
            if (counted == scan && stride) /* a byte that is nowhere in the old image */
                counted = ++scan;
        }
        if (scan < m->end && length != agree)
            turn(m, scan, position);
    }
    size_t add = extend_forward(m, m->end);
    describe(m, add, m->end - m->done - add, m->old_at + add);
}

static enum problem_code put_section(struct maker *m, struct buffer *out, struct problem *problem)
{
    struct buffer packed = {0}, *streams[3] = {&m->control, &m->difference, &m->extra};
    size_t lengths[3], size = m->end - m->from;
    for (unsigned i = 0; i < 3; i++) {
        struct bytes raw = {streams[i]->data, streams[i]->length};
        size_t before = packed.length;
        if (raw.size && problem->code == PROBLEM_NONE)
            pack_xz(raw, m->dictionary, &packed, problem);
        lengths[i] = packed.length - before;
        packed.failed = packed.failed || streams[i]->failed;
        buffer_clear(streams[i]);
    }
    buffer_append(out, "BSDIFF40", 8);
    for (unsigned i = 0; i < 3; i++)
        put_number(out, (int64_t)lengths[i]);
    put_number(out, (int64_t)size);
    put_number(out, ymodem_crc16(0, m->search.fresh.data + m->from, size));
    buffer_append(out, packed.data, packed.length);
    if (problem->code == PROBLEM_NONE && (packed.failed || out->failed))
        no_memory(problem);
    buffer_free(&packed);
    return problem->code;
}

static enum problem_code check_files(struct bytes old_image, struct bytes new_image,
                                     uint32_t slice_size, struct problem *problem)
{
    if (slice_size < 1024 || slice_size > DIFF_FILE_MAX)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "Take what the board has: 64k for mk3060, 16k for esp8266.",
                           "a slice of %u bytes is not possible", (unsigned)slice_size);
    if (old_image.size == 0 || new_image.size == 0)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Name the files of two builds.",
                           "the %s image is empty", old_image.size == 0 ? "old" : "new");
    if (old_image.size > DIFF_FILE_MAX || new_image.size > DIFF_FILE_MAX)
        return problem_set(
            problem, PROBLEM_IMAGE_REFUSED, NULL, "No board with diff packages has as much flash.",
            "the %s image is larger than 8 MiB", old_image.size > DIFF_FILE_MAX ? "old" : "new");
    if (old_image.size == new_image.size &&
        memcmp(old_image.data, new_image.data, old_image.size) == 0)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Name the file that is on the board first, then the new one.",
                           "the old and the new image are the same");
    return PROBLEM_NONE;
}

/* What goes to a cloud is proven first. */
static enum problem_code prove(struct bytes old_image, struct bytes new_image, uint32_t slice_size,
                               const struct buffer *package, struct problem *problem)
{
    struct buffer restored = {0};
    enum problem_code code = diff_apply(old_image, (struct bytes){package->data, package->length},
                                        slice_size, &restored, problem);
    if (code == PROBLEM_NONE && (restored.length != new_image.size ||
                                 memcmp(restored.data, new_image.data, new_image.size) != 0))
        code = problem_set(problem, PROBLEM_INTERNAL, NULL, "Please report this with both files.",
                           "the device's code does not restore the new image from the diff");
    buffer_free(&restored);
    return code;
}

enum problem_code diff_make(struct bytes old_image, struct bytes new_image, uint32_t slice_size,
                            struct buffer *out, struct problem *problem)
{
    struct maker m = {
        .dictionary = slice_size <= SMALL_SLICE ? SMALL_DICTIONARY : PATCH_DICTIONARY,
    };
    struct buffer package = {0};
    if (check_files(old_image, new_image, slice_size, problem) != PROBLEM_NONE)
        return problem->code;
    if (!diff_search_open(&m.search, old_image, new_image))
        return no_memory(problem);
    while (problem->code == PROBLEM_NONE && m.end < new_image.size) {
        m.from = m.end;
        m.end = new_image.size - m.from < slice_size ? new_image.size : m.from + slice_size;
        match_slice(&m);
        put_section(&m, &package, problem);
        diff_search_advance(&m.search, m.end);
    }
    if (problem->code == PROBLEM_NONE &&
        prove(old_image, new_image, slice_size, &package, problem) == PROBLEM_NONE) {
        buffer_append(out, package.data, package.length);
        if (out->failed)
            no_memory(problem);
    }
    diff_search_close(&m.search);
    buffer_free(&package);
    buffer_free(&m.control);
    buffer_free(&m.difference);
    buffer_free(&m.extra);
    return problem->code;
}
