#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/commands.h"
#include "device/ota_version.h"
#include "diagnose/story.h"
#include "image/version.h"

static struct tm local_now(void)
{
    time_t now = time(NULL);
    struct tm tm = {0};
    localtime_r(&now, &tm);
    return tm;
}

/* Versions are pasted from logs and consoles: what is not plain text is shown as escapes. */
static const char *safe(const char *text, char *out, size_t size)
{
    text_make_safe(out, size, (const uint8_t *)text, strlen(text));
    return out;
}

static void print_remarks(const char *version, const char *running)
{
    struct version_remark remarks[VERSION_REMARKS_MAX];
    char text[1400];
    unsigned count = version_remarks(version, running, remarks);
    for (unsigned i = 0; i < count; i++)
        printf("warning: %s [%s]\n", safe(remarks[i].what, text, sizeof text), remarks[i].code);
}

/* The two below each other, and a mark below the byte that decides. */
static void print_comparison(const char *running, const char *offered)
{
    char a[600], b[600], same[600];
    size_t i = ota_version_common(running, offered);
    size_t column = i < 128 ? text_make_safe(same, sizeof same, (const uint8_t *)offered, i) : 0;
    printf("  running  %s\n  new      %s\n", safe(running, a, sizeof a),
           safe(offered, b, sizeof b));
    if (offered[i] || running[i])
        printf("           %*s^ %s\n", (int)column, "",
               offered[i] ? "this character decides"
                          : "here the new one ends: they count as equal");
}

static bool taken(const char *running, const char *offered)
{
    return ota_version_accepts(running, offered) && ota_version_accepts_part(running, offered);
}

/* The same numbers behind the running one's letters, when that is all it takes; or the next one. */
static void suggest(const char *running, const char *offered, struct problem *problem)
{
    struct version_next next;
    struct tm now = local_now();
    char same[2 * OTA_VERSION_MAX];
    snprintf(same, sizeof same, "%.*s%s", (int)strcspn(running, "0123456789"), running,
             offered + strcspn(offered, "0123456789"));
    if (strlen(same) <= OTA_VERSION_MAX && taken(running, same))
        problem_hint(problem, "Name it %s: the running one's letters, your numbers.", same);
    else if (version_next(offered, running, &now, &next))
        problem_hint(problem, "Name it %s, for example.", next.version);
    else
        problem_hint(problem, "%s", next.why);
}

static enum problem_code refuse(const char *running, const char *offered, bool whole,
                                struct problem *problem)
{
    char why[400];
    if (whole) {
        char part[2 * OTA_VERSION_MAX];
        size_t n;
        const char *first = ota_version_part(offered, &n);
        snprintf(part, sizeof part, "%.*s", (int)n, first);
        story_explain_refusal(running, part, why, sizeof why);
    } else {
        story_explain_refusal(running, offered, why, sizeof why);
    }
    problem_set(problem, PROBLEM_OTA_REFUSED, NULL, NULL, "%s%s",
                whole ? "A build of several images compares the part before '_'. " : "", why);
    suggest(running, offered, problem);
    return PROBLEM_OTA_REFUSED;
}

static enum problem_code check(const struct options *o, struct problem *problem)
{
    const char *offered = o->words[1], *running = o->running;
    char a[600], b[600];
    if (o->word_count != 2 || !running || !running[0] || !offered[0])
        return problem_set(
            problem, PROBLEM_USAGE, NULL,
            "For example: otaconsole version check app-2.0.0-20180820.1600 --running "
            "app-1.0.0-20180601.1234",
            "version check takes the new version, and the device's behind --running");
    bool whole = ota_version_accepts(running, offered);
    bool part = ota_version_accepts_part(running, offered);
    printf("%s: a device that runs %s %s %s\n", whole && part ? "accepted" : "refused",
           safe(running, a, sizeof a),
           whole && part ? "takes"
           : whole       ? "and was built of several images does not take"
           : part        ? "takes only in builds of several images"
                         : "does not take",
           safe(offered, b, sizeof b));
    print_comparison(running, offered);
    print_remarks(offered, running);
    return whole && part ? PROBLEM_NONE : refuse(running, offered, whole, problem);
}

static enum problem_code next_version(const struct options *o, struct problem *problem)
{
    struct version_next next;
    struct tm now = local_now();
    char text[1700];
    if (o->word_count != 2 || !o->words[1][0])
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole version next app-1.0.0-20180601.1234",
                           "version next takes one version");
    if (!version_next(o->words[1], o->running, &now, &next))
        return problem_set(problem, PROBLEM_OTA_REFUSED, NULL, next.why,
                           "there is no next version after \"%.100s\"", o->words[1]);
    printf("%s\n", safe(next.version, text, sizeof text));
    fprintf(stderr, "%s\n", safe(next.why, text, sizeof text));
    return PROBLEM_NONE;
}

enum problem_code command_version(const struct options *options, struct problem *problem)
{
    const char *part = options->word_count && !options->version ? options->words[0] : NULL;
    if (part && strcmp(part, "check") == 0)
        return check(options, problem);
    if (part && strcmp(part, "next") == 0)
        return next_version(options, problem);
    if (part)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "`otaconsole help version` shows how they are called.",
                           "version knows check and next, not \"%.40s\"", part);
    printf("otaconsole " OTACONSOLE_VERSION "\n");
    return PROBLEM_NONE;
}
