#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "image/flash_image.h"
#include "workflow/quote.h"
#include "workflow/runner_internal.h"

static enum problem_code out_of_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

static char *expand(const struct runner *r, const struct profile_step *s, const char *text,
                    struct problem *problem)
{
    char *out = NULL;
    if (text)
        variables_expand(r->options.variables, text, s->where, &out, NULL, NULL, problem);
    return out;
}

/* --- images ------------------------------------------------------------------------------ */

static enum problem_code number_of(const struct runner *r, const struct profile_step *s,
                                   const char *template, const char *what, uint32_t *out,
                                   struct problem *problem)
{
    char *text = expand(r, s, template, problem);
    if (!text)
        return problem->code;
    bool ok = parse_size(text, 0, UINT32_MAX, out);
    if (!ok)
        problem_set(problem, PROBLEM_CONFIG, s->where,
                    "Write it as 0x13200, as a decimal number, or with k or m.",
                    "the %s \"%.40s\" is not a number", what, text);
    free(text);
    return ok ? PROBLEM_NONE : problem->code;
}

static enum problem_code address_of(const struct runner *r, struct plan_step *p,
                                    const struct board_generation *g, struct problem *problem)
{
    p->address = g->write_address;
    if (p->step->address && p->step->address[0])
        return number_of(r, p->step, p->step->address, "address", &p->address, problem);
    return PROBLEM_NONE;
}

static enum problem_code load_image(const struct runner *r, struct plan_step *p,
                                    struct problem *problem)
{
    size_t n = 0;
    p->file = expand(r, p->step, p->step->file, problem);
    if (!p->file)
        return problem->code;
    if (r->options.load_file(r->options.load_user, p->file, &p->image, &n, problem) != PROBLEM_NONE)
        return problem->code;
    if (n == 0)
        return problem_set(problem, PROBLEM_INPUT_FILE, p->file, "Build it again.",
                           "the file is empty");
    if (n > r->options.board->flash.size)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, p->file, "Is it the right file?",
                           "%zu bytes are more than the whole flash of %u bytes", n,
                           r->options.board->flash.size);
    p->size = (uint32_t)n;
    p->readback = malloc(n);
    return p->readback ? PROBLEM_NONE : out_of_memory(problem);
}

static enum problem_code prepare_image(const struct runner *r, struct plan_step *p,
                                       const struct board_generation *g, struct problem *problem)
{
    const struct board *board = r->options.board;
    if (board_check_flashable(board, problem) != PROBLEM_NONE ||
        load_image(r, p, problem) != PROBLEM_NONE || address_of(r, p, g, problem) != PROBLEM_NONE)
        return problem->code;
    bool writing = p->step->kind == STEP_WRITE;
    if (board_check_write(board, g, p->address, p->size, !writing || r->options.force_address,
                          problem) != PROBLEM_NONE) {
        if (!problem->where[0])
            problem_where(problem, "%s", p->file);
        return problem->code;
    }
    if (writing && p->address == g->write_address && !r->options.force_image)
        return flash_image_check(board, p->file, p->image, p->size, problem);
    return PROBLEM_NONE;
}

static enum problem_code prepare_read(const struct runner *r, struct plan_step *p,
                                      const struct board_generation *g, struct problem *problem)
{
    const struct board *board = r->options.board;
    uint32_t end;
    p->file = expand(r, p->step, p->step->file, problem);
    if (!p->file || board_check_flashable(board, problem) != PROBLEM_NONE ||
        address_of(r, p, g, problem) != PROBLEM_NONE ||
        number_of(r, p->step, p->step->size, "size", &p->size, problem) != PROBLEM_NONE)
        return problem->code;
    if (p->size == 0 || __builtin_add_overflow(p->address, p->size, &end) ||
        end > board->flash.size)
        return problem_set(problem, PROBLEM_CONFIG, p->step->where,
                           "Choose an area inside the flash; `otaconsole boards NAME` shows it.",
                           "0x%x bytes at 0x%x are not inside the flash of 0x%x bytes", p->size,
                           p->address, board->flash.size);
    p->readback = malloc(p->size);
    return p->readback ? PROBLEM_NONE : out_of_memory(problem);
}

/* --- words ------------------------------------------------------------------------------- */

static void free_words(char **words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i])
            explicit_bzero(words[i], strlen(words[i]));
        free(words[i]);
    }
}

static enum problem_code quote(const struct runner *r, const struct profile_step *s, char **words,
                               char *line, size_t size, struct problem *problem)
{
    const struct board_shell *shell = &r->options.board->shell;
    struct quote_limits limits = {.line_max = shell->line_max,
                                  .arguments_max = shell->arguments_max};
    enum problem_code code =
        quote_alios((const char *const *)words, s->argument_count, &limits, line, size, problem);
    if (code != PROBLEM_NONE) {
        char where[sizeof problem->where];
        snprintf(where, sizeof where, "%.120s, %.60s", s->where, problem->where);
        problem_where(problem, "%s", where);
    }
    return code;
}

enum problem_code step_send_command(const struct runner *r, const struct profile_step *s,
                                    char **command, char **shown, struct problem *problem)
{
    char *real[64] = {0}, *masked[64] = {0}, line[TYPIST_LINE_MAX + 1];
    size_t n = s->argument_count;
    enum problem_code code = PROBLEM_NONE;
    *command = *shown = NULL;
    if (n > 64)
        return problem_set(problem, PROBLEM_COMMAND_REFUSED, s->where, "Split the command in two.",
                           "the command has more than 64 words");
    for (size_t i = 0; i < n && code == PROBLEM_NONE; i++)
        code = variables_expand(r->options.variables, s->arguments[i], s->where, &real[i],
                                &masked[i], NULL, problem);
    if (code == PROBLEM_NONE)
        code = quote(r, s, real, line, sizeof line, problem);
    if (code == PROBLEM_NONE)
        *command = strdup(line);
    if (code == PROBLEM_NONE && quote(r, s, masked, line, sizeof line, problem) == PROBLEM_NONE)
        *shown = strdup(line);
    explicit_bzero(line, sizeof line);
    free_words(real, n);
    free_words(masked, n);
    if (code == PROBLEM_NONE && (!*command || !*shown)) {
        free(*command);
        free(*shown);
        *command = *shown = NULL;
        return problem->code != PROBLEM_NONE ? problem->code : out_of_memory(problem);
    }
    return code;
}

static struct pattern *compile(const struct runner *r, const struct profile_step *s,
                               const struct profile_pattern *pattern, struct problem *problem)
{
    char *text = expand(r, s, pattern->text, problem), *regex = NULL;
    struct pattern *p = NULL;
    if (problem->code == PROBLEM_NONE)
        regex = expand(r, s, pattern->regex, problem);
    if (problem->code == PROBLEM_NONE)
        p = pattern_compile(text, regex, pattern->where, problem);
    free(text);
    free(regex);
    return p;
}

static enum problem_code prepare_expect(const struct runner *r, struct plan_step *p,
                                        struct problem *problem)
{
    const struct profile_step *s = p->step;
    if (!s->prompt && !(p->wanted = compile(r, s, &s->wanted, problem)))
        return problem->code;
    p->failures = calloc(s->failure_count + 1, sizeof(struct pattern *));
    if (!p->failures)
        return out_of_memory(problem);
    for (size_t i = 0; i < s->failure_count; i++) {
        if (!(p->failures[i] = compile(r, s, &s->failures[i], problem)))
            return problem->code;
    }
    return PROBLEM_NONE;
}

static enum problem_code prepare_assert(const struct runner *r, struct plan_step *p,
                                        struct problem *problem)
{
    char *text = expand(r, p->step, p->step->value, problem);
    if (!text)
        return problem->code;
    free(text);
    if (!p->step->op || strcmp(p->step->op, "matches") != 0)
        return PROBLEM_NONE;
    char *regex = expand(r, p->step, p->step->operand, problem);
    p->wanted = regex ? pattern_compile(NULL, regex, p->step->where, problem) : NULL;
    free(regex);
    return p->wanted ? PROBLEM_NONE : problem->code;
}

static enum problem_code prepare_sleep(const struct runner *r, struct plan_step *p,
                                       struct problem *problem)
{
    char *text = expand(r, p->step, p->step->duration, problem);
    if (!text)
        return problem->code;
    bool ok = parse_duration(text, 24 * 3600 * TIME_S, &p->duration);
    if (!ok)
        problem_set(problem, PROBLEM_CONFIG, p->step->where, "Write it as 500ms, 30s or 2m.",
                    "\"%.40s\" is not a duration of at most a day", text);
    free(text);
    return ok ? PROBLEM_NONE : problem->code;
}

static enum problem_code prepare_send(const struct runner *r, struct plan_step *p,
                                      struct problem *problem)
{
    char *command, *shown;
    enum problem_code code = step_send_command(r, p->step, &command, &shown, problem);
    if (command)
        explicit_bzero(command, strlen(command));
    free(command);
    free(shown);
    return code;
}

/* Texts that are expanded while the step runs must name variables that exist. */
static enum problem_code check_templates(const struct runner *r, const struct profile_step *s,
                                         struct problem *problem)
{
    const char *const texts[] = {s->message, s->expect_version};
    for (size_t i = 0; i < 2; i++) {
        char *out = expand(r, s, texts[i], problem);
        if (texts[i] && !out)
            return problem->code;
        free(out);
    }
    return PROBLEM_NONE;
}

static enum problem_code prepare_step(struct runner *r, struct plan_step *p,
                                      const struct board_generation *g, struct problem *problem)
{
    switch (p->step->kind) {
    case STEP_ENTER_DOWNLOAD:
        return board_check_flashable(r->options.board, problem);
    case STEP_WRITE:
    case STEP_VERIFY:
        return prepare_image(r, p, g, problem);
    case STEP_READ:
        return prepare_read(r, p, g, problem);
    case STEP_SEND:
        return prepare_send(r, p, problem);
    case STEP_EXPECT:
        return prepare_expect(r, p, problem);
    case STEP_ASSERT:
        return prepare_assert(r, p, problem);
    case STEP_SLEEP:
        return prepare_sleep(r, p, problem);
    default:
        return check_templates(r, p->step, problem);
    }
}

static enum problem_code prepare_steps(struct runner *r, const struct board_generation *g,
                                       struct problem *problem)
{
    const struct profile *profile = r->options.profile;
    while (r->count < profile->step_count) {
        struct plan_step *p = &r->plan[r->count];
        p->step = &profile->steps[r->count++];
        if (prepare_step(r, p, g, problem) != PROBLEM_NONE)
            return problem->code;
    }
    return PROBLEM_NONE;
}

struct runner *runner_prepare(const struct runner_options *options, struct problem *problem)
{
    const struct board_generation *g = board_generation(options->board, options->generation);
    struct runner *r = calloc(1, sizeof *r);
    if (!r) {
        out_of_memory(problem);
        return NULL;
    }
    r->options = *options;
    r->plan = calloc(options->profile->step_count + 1, sizeof *r->plan);
    if (!r->plan)
        out_of_memory(problem);
    else if (!g)
        problem_set(problem, PROBLEM_CONFIG, "--generation",
                    "`otaconsole boards NAME` lists the generations of a board.",
                    "%s has no generation \"%.40s\"", options->board->name, options->generation);
    else if (prepare_steps(r, g, problem) == PROBLEM_NONE)
        return r;
    runner_free(r);
    return NULL;
}

static void free_step(struct plan_step *p)
{
    free(p->file);
    free(p->image);
    free(p->readback);
    pattern_free(p->wanted);
    for (size_t i = 0; p->failures && p->failures[i]; i++)
        pattern_free(p->failures[i]);
    free(p->failures);
}

void runner_free(struct runner *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        free_step(&r->plan[i]);
    if (r->command)
        explicit_bzero(r->command, strlen(r->command));
    free(r->command);
    free(r->command_shown);
    free(r->plan);
    free(r);
}
