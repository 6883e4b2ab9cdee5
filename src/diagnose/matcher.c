#include "diagnose/matcher.h"

#include <string.h>

#define WINDOW 6u /* characters of a pattern that the scan looks for */
#define BLOCK 3u  /* of which the last three index the shift table */
#define HASH_BITS 13
#define HASH_SIZE (1u << HASH_BITS)
#define START_BITS 10
#define START_SIZE (1u << START_BITS)
#define END UINT16_MAX
/* Above this weight a message is sure enough to be believed without a word boundary. */
#define SURE_WEIGHT 12

struct window {
    uint16_t rule, next;
    uint16_t offset; /* in the pattern's longest literal */
    uint8_t bytes[WINDOW];
};

struct matcher {
    uint8_t shift[HASH_SIZE];
    uint16_t windows_at[HASH_SIZE];
    uint16_t start4[START_SIZE]; /* formats with four or more fixed characters in front */
    uint16_t start1[256];        /* with one to three */
    uint16_t *next;              /* chains of both, by rule */
    struct window *windows;
    uint16_t window_count;
};

static uint32_t block_hash(const uint8_t *p)
{
    uint32_t v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
    return v * 2654435761u >> (32 - HASH_BITS);
}

static uint32_t start_hash(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return v * 2654435761u >> (32 - START_BITS);
}

/* --- building ---------------------------------------------------------------------------- */

/* How often each block occurs in the patterns: windows are put where collisions are rare. */
static void count_blocks(const struct rule_set *set, uint16_t *counts)
{
    for (size_t r = 0; r < set->count; r++) {
        const struct format *f = &set->rules[r].format;
        const struct format_literal *l = &f->literals[f->longest];
        for (unsigned i = 0; i + BLOCK <= l->length; i++) {
            uint16_t *count = &counts[block_hash((const uint8_t *)l->text + i)];
            *count += *count < UINT16_MAX;
        }
    }
}

static void add_window(struct matcher *m, const struct rule_set *set, size_t r,
                       const uint16_t *counts)
{
    const struct format *f = &set->rules[r].format;
    const struct format_literal *l = &f->literals[f->longest];
    const uint8_t *text = (const uint8_t *)l->text;
    unsigned best = 0;
    uint16_t fewest = UINT16_MAX;
    for (unsigned i = 0; i + WINDOW <= l->length; i++) {
        uint16_t count = counts[block_hash(text + i + WINDOW - BLOCK)];
        if (count < fewest) {
            fewest = count;
            best = i;
        }
    }
    struct window *w = &m->windows[m->window_count];
    w->rule = (uint16_t)r;
    w->offset = (uint16_t)best;
    memcpy(w->bytes, text + best, WINDOW);
    for (unsigned i = 0; i + BLOCK <= WINDOW; i++) {
        uint8_t shift = (uint8_t)(WINDOW - BLOCK - i), *old = &m->shift[block_hash(w->bytes + i)];
        *old = shift < *old ? shift : *old;
    }
    uint16_t *head = &m->windows_at[block_hash(w->bytes + WINDOW - BLOCK)];
    w->next = *head;
    *head = m->window_count++;
}

static void add_start(struct matcher *m, const struct rule_set *set, size_t r)
{
    const struct format_literal *l = &set->rules[r].format.literals[0];
    /* With less than four characters in front, a sure format is better found by its window. */
    if (set->rules[r].regex || l->length == 0 || (l->length < 4 && !set->rules[r].weak))
        return;
    const uint8_t *text = (const uint8_t *)l->text;
    uint16_t *head = l->length >= 4 ? &m->start4[start_hash(text)] : &m->start1[text[0]];
    m->next[r] = *head;
    *head = (uint16_t)r;
}

bool matcher_build(struct rule_set *set)
{
    struct matcher *m = arena_alloc(set->arena, 1, sizeof *m);
    uint16_t *order = arena_alloc(set->arena, set->count + 1, sizeof *order);
    uint16_t *counts = arena_alloc(set->arena, HASH_SIZE, sizeof *counts);
    if (!m || !order || !counts)
        return false;
    m->next = arena_alloc(set->arena, set->count, sizeof *m->next);
    m->windows = arena_alloc(set->arena, set->count, sizeof *m->windows);
    if (!m->next || !m->windows)
        return false;
    memset(m->shift, (int)(WINDOW - BLOCK + 1), sizeof m->shift);
    memset(m->windows_at, 0xFF, sizeof m->windows_at);
    memset(m->start4, 0xFF, sizeof m->start4);
    memset(m->start1, 0xFF, sizeof m->start1);
    count_blocks(set, counts);
    /* Chains take the last one added first, so add by rising weight: the most specific wins. */
    size_t sorted = 0;
    for (size_t r = 0; r < set->count; r++) {
        size_t at = sorted++;
        for (; at > 0 && set->rules[order[at - 1]].format.weight > set->rules[r].format.weight;
             at--)
            order[at] = order[at - 1];
        order[at] = (uint16_t)r;
    }
    for (size_t i = 0; i < sorted; i++) {
        add_start(m, set, order[i]);
        if (!set->rules[order[i]].weak)
            add_window(m, set, order[i], counts);
    }
    set->matcher = m;
    return true;
}

bool match_scratch_init(struct match_scratch *s)
{
    s->data = pcre2_match_data_create(FORMAT_VALUES_MAX + 1, NULL);
    s->context = pcre2_match_context_create(NULL);
    if (!s->data || !s->context) {
        match_scratch_free(s);
        return false;
    }
    /* A user's pattern must not be able to stall the tool. */
    pcre2_set_match_limit(s->context, 20000);
    pcre2_set_depth_limit(s->context, 500);
    return true;
}

void match_scratch_free(struct match_scratch *s)
{
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    s->data = NULL;
    s->context = NULL;
}

/* --- matching ------------------------------------------------------------------------------ */

static bool is_whole(const char *text, size_t n, size_t end)
{
    while (end < n && (text[end] == ' ' || text[end] == '\t'))
        end++;
    return end == n;
}

/*
 * A weak format must be the whole message. A count of bytes may have the text of
 * another task behind it: it is told from others by standing at the beginning.
 */
static bool may_end_here(const struct rule *rule, const char *text, size_t n, size_t end)
{
    const struct format *f = &rule->format;
    bool counts = rule->fact == FACT_DOWNLOAD_PROGRESS && f->values &&
                  f->value[f->values - 1] == FORMAT_NUMBER && f->literals[f->values].length == 0;
    return !rule->weak || counts || is_whole(text, n, end);
}

static bool try_start(const struct rule_set *set, uint16_t r, const char *text, size_t n,
                      size_t from, struct match *match)
{
    for (; r != END; r = set->matcher->next[r]) {
        const struct rule *rule = &set->rules[r];
        const struct format_literal *l = &rule->format.literals[0];
        /* Most of a chain shares its beginning: the end of the literal tells sooner. */
        if (n - from < l->length || text[from + l->length - 1] != l->text[l->length - 1])
            continue;
        size_t end = format_match(&rule->format, text, n, from, match->values);
        if (end && may_end_here(rule, text, n, end)) {
            match->rule = rule;
            match->start = from;
            match->end = end;
            return true;
        }
    }
    return false;
}

bool matcher_at(const struct rule_set *set, const char *text, size_t n, size_t from,
                struct match *match)
{
    const struct matcher *m = set->matcher;
    const uint8_t *p = (const uint8_t *)text + from;
    if (n - from >= 4 && try_start(set, m->start4[start_hash(p)], text, n, from, match))
        return true;
    return n > from && try_start(set, m->start1[p[0]], text, n, from, match);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* "memory fail" is not in "memory failed"; a long message may be spliced onto anything. */
static bool stands_alone(const struct rule *rule, const char *text, size_t n,
                         const struct match *match)
{
    if (rule->format.weight >= SURE_WEIGHT)
        return true;
    bool glued_before =
        match->start > 0 && is_letter(text[match->start - 1]) && is_letter(text[match->start]);
    bool glued_after = match->end < n && match->end > 0 && is_letter(text[match->end]) &&
                       is_letter(text[match->end - 1]);
    return !glued_before && !glued_after;
}

static bool match_regex(const struct rule *rule, struct match_scratch *s, const char *text,
                        size_t n, size_t from, struct match *match)
{
    int groups = pcre2_match(rule->regex, (PCRE2_SPTR)text, n, from, 0, s->data, s->context);
    if (groups <= 0)
        return false;
    const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(s->data);
    for (unsigned k = 0; k < FORMAT_VALUES_MAX; k++) {
        bool set = k + 1 < (unsigned)groups && ovector[2 * k + 2] != PCRE2_UNSET;
        match->values[k].offset = set ? (uint32_t)ovector[2 * k + 2] : 0;
        match->values[k].length = set ? (uint32_t)(ovector[2 * k + 3] - ovector[2 * k + 2]) : 0;
    }
    if (ovector[1] <= from || ovector[0] > ovector[1])
        return false; /* it must move on */
    match->start = ovector[0];
    match->end = ovector[1];
    return true;
}

static bool try_window(const struct rule_set *set, struct match_scratch *scratch,
                       const struct window *w, const char *text, size_t n, size_t from, size_t at,
                       struct match *match)
{
    const struct rule *rule = &set->rules[w->rule];
    const struct format_literal *l = &rule->format.literals[rule->format.longest];
    if (at < from + w->offset || n - (at - w->offset) < l->length ||
        memcmp(text + at - w->offset, l->text, l->length) != 0)
        return false;
    match->rule = rule;
    if (rule->regex)
        return match_regex(rule, scratch, text, n, from, match);
    match->end = format_match_around(&rule->format, text, n, from, rule->format.longest,
                                     at - w->offset, &match->start, match->values);
    return match->end && stands_alone(rule, text, n, match);
}

static bool same_window(const uint8_t *a, const uint8_t *b)
{
    uint32_t a4, b4;
    uint16_t a2, b2;
    memcpy(&a4, a, 4);
    memcpy(&b4, b, 4);
    memcpy(&a2, a + 4, 2);
    memcpy(&b2, b + 4, 2);
    return a4 == b4 && a2 == b2;
}

bool matcher_find(const struct rule_set *set, struct match_scratch *scratch, const char *text,
                  size_t n, size_t from, struct match *match)
{
    const struct matcher *m = set->matcher;
    const uint8_t *t = (const uint8_t *)text;
    for (size_t i = from + WINDOW; i <= n;) {
        uint32_t hash = block_hash(t + i - BLOCK);
        unsigned shift = m->shift[hash];
        if (shift) {
            i += shift;
            continue;
        }
        for (uint16_t w = m->windows_at[hash]; w != END; w = m->windows[w].next) {
            if (same_window(m->windows[w].bytes, t + i - WINDOW) &&
                try_window(set, scratch, &m->windows[w], text, n, from, i - WINDOW, match))
                return true;
        }
        i++;
    }
    return false;
}
