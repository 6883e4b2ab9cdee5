#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "workflow/runner_internal.h"

static void format_duration(char *out, size_t size, uint64_t us)
{
    if (us % (60 * TIME_S) == 0 && us)
        snprintf(out, size, "%llu min", (unsigned long long)(us / (60 * TIME_S)));
    else if (us >= TIME_S)
        snprintf(out, size, "%.3g s", (double)us / (double)TIME_S);
    else
        snprintf(out, size, "%llu ms", (unsigned long long)(us / TIME_MS));
}

static void explain_flash(const struct runner *r, const struct plan_step *p, struct buffer *b)
{
    uint32_t sector = r->options.board->flash.sector;
    uint32_t sectors = (p->address + p->size - 1) / sector - p->address / sector + 1;
    if (p->step->kind == STEP_READ) {
        buffer_format(b, "read 0x%x bytes at 0x%x, save in %s", p->size, p->address, p->file);
    } else if (p->step->kind == STEP_VERIFY) {
        buffer_format(b, "read back %u bytes at 0x%x, compare with %s", p->size, p->address,
                      p->file);
    } else {
        buffer_format(b, "write %s (%u bytes, %u sectors) at 0x%x", p->file, p->size, sectors,
                      p->address);
        buffer_append_text(b, p->step->verify && !r->options.no_verify
                                  ? ", read back, rewrite what differs"
                                  : ", NOT verified");
    }
}

static void explain_enter(const struct runner *r, const struct profile_step *s, struct buffer *b)
{
    buffer_append_text(b, "bring the board to its loader:");
    for (size_t i = 0; i < r->options.board->entry_count; i++) {
        enum board_entry_kind kind = r->options.board->entries[i].kind;
        if (s->strategies == 0 || (s->strategies & (1u << kind)))
            buffer_format(b, " %s;", board_entry_name(kind));
    }
}

static void explain_pattern(const struct profile_pattern *p, struct buffer *b)
{
    buffer_format(b, p->regex ? "/%s/" : "\"%s\"", p->regex ? p->regex : p->text);
}

static void explain_expect(const struct profile_step *s, struct buffer *b)
{
    buffer_append_text(b, "wait for ");
    if (s->prompt)
        buffer_format(b, "the %s prompt", s->prompt);
    else
        explain_pattern(&s->wanted, b);
    for (size_t i = 0; i < s->failure_count; i++) {
        buffer_append_text(b, i ? ", " : "; failed at once by ");
        explain_pattern(&s->failures[i], b);
    }
}

static void explain_send(const struct runner *r, const struct profile_step *s, struct buffer *b)
{
    struct problem ignored = PROBLEM_INIT;
    char *command = NULL, *shown = NULL;
    if (step_send_command(r, s, &command, &shown, &ignored) == PROBLEM_NONE)
        buffer_format(b, "type: %s", shown);
    if (command)
        explicit_bzero(command, strlen(command));
    free(command);
    free(shown);
}

static void explain_kind(const struct runner *r, const struct plan_step *p, struct buffer *b)
{
    const struct profile_step *s = p->step;
    char text[32];
    switch (s->kind) {
    case STEP_ENTER_DOWNLOAD:
        explain_enter(r, s, b);
        break;
    case STEP_WRITE:
    case STEP_VERIFY:
    case STEP_READ:
        explain_flash(r, p, b);
        break;
    case STEP_BOOT:
        buffer_append_text(b, "start the application: loader command, RTS pulse, or the operator");
        break;
    case STEP_SEND:
        explain_send(r, s, b);
        break;
    case STEP_EXPECT:
        explain_expect(s, b);
        break;
    case STEP_WATCH_OTA:
        buffer_format(b, "follow the update until it is %s", s->until);
        if (s->expect_version && s->expect_version[0])
            buffer_format(b, "; the version must be %s", s->expect_version);
        break;
    case STEP_ASSERT:
        buffer_format(b, "check that %s %s %s", s->value, s->op, s->operand);
        break;
    case STEP_PAUSE:
        buffer_format(b, "pause: %s", s->message);
        break;
    case STEP_SLEEP:
        format_duration(text, sizeof text, p->duration);
        buffer_format(b, "do nothing for %s", text);
        break;
    case STEP_KIND_COUNT:
        break;
    }
}

void runner_explain(const struct runner *r, void (*line)(void *user, const char *text), void *user)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct profile_step *s = r->plan[i].step;
        struct buffer b = {0};
        char limit[32];
        format_duration(limit, sizeof limit,
                        s->timeout_us ? s->timeout_us : step_default_timeout(s->kind));
        buffer_format(&b, "%2zu. %s: ", i + 1, s->name);
        explain_kind(r, &r->plan[i], &b);
        buffer_format(&b, " (at most %s", limit);
        if (s->retries)
            buffer_format(&b, ", %u more %s", s->retries, s->retries == 1 ? "try" : "tries");
        if (s->continue_on_failure)
            buffer_append_text(&b, ", goes on after a failure");
        buffer_append_text(&b, ")");
        line(user, buffer_text(&b));
        buffer_free(&b);
    }
}
