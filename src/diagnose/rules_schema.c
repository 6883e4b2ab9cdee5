#include "diagnose/rules_internal.h"

static const struct schema_field rule_fields[] = {
    {"id", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Unique name of the rule."},
    {"format", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL,
     "The firmware's printf format, without prefix and line end; or give regex."},
    {"regex", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL,
     "A PCRE2 pattern, for what a format cannot say."},
    {"contains", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "Words of at least 6 characters that a line must hold before the regex is tried; needed with "
     "regex, it keeps the matcher fast."},
    {"captures", SCHEMA_LIST, false, 0, 0, NULL, NULL, "none",
     "Names of the format's values or the pattern's groups, in order; _ for one that is not used."},
    {"generations", SCHEMA_LIST, false, 0, 0, NULL, NULL, "all",
     "Firmware generations that print it: A, B, C, C-verbose, C-terse, D, E, or other."},
    {"phase", SCHEMA_WORD, true, 0, 0,
     "boot|ymodem|cli|wifi|mqtt|ota-notify|version|download|verify-hash|verify-sign|"
     "verify-image-md5|write|reboot|diff-restore|report",
     NULL, NULL, "Where in the story it belongs."},
    {"outcome", SCHEMA_WORD, true, 0, 0, "ok|progress|info|warn|fail|fatal|ambiguous", NULL, NULL,
     "What it says about the phase; ambiguous when a value or the position decides."},
    {"level", SCHEMA_WORD, false, 0, 0, "E|W|I|D|V|F|-", NULL, "-",
     "Level letter it is printed with; - for a raw print."},
    {"fact", SCHEMA_WORD, false, 0, 0,
#define FACT(symbol, name, meaning) name "|"
     FACTS(FACT)
#undef FACT
         "_",
     NULL, "none", "What it tells the story of the update; see the list of facts."},
    {"meaning", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "What the line means, in one sentence."},
    {"advice", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What to do about it."},
    {"source", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Where the wording was seen."},
};
static const struct schema rule_schema = SCHEMA("rule", rule_fields);

static const struct schema_field declined_fields[] = {
    {"format", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "The line that gets no rule."},
    {"reason", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Why not."},
};
static const struct schema declined_schema = SCHEMA("declined line", declined_fields);

static const struct schema_field file_fields[] = {
    {"about", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "What the file's rules have in common."},
    {"rules", SCHEMA_LIST, false, 0, 0, NULL, &rule_schema, "none", "The rules."},
    {"declined", SCHEMA_LIST, false, 0, 0, NULL, &declined_schema, "none",
     "Lines that are known but cannot be told apart from others."},
};
static const struct schema schema = SCHEMA("rule file", file_fields);

const struct schema *rules_schema(void)
{
    return &schema;
}

const char *rule_outcome_name(enum rule_outcome outcome)
{
    static const char *const names[OUTCOME_COUNT] = {"info", "ambiguous", "progress", "ok",
                                                     "warn", "fail",      "fatal"};
    return names[outcome];
}

const char *fact_name(enum fact fact)
{
    static const char *const names[FACT_COUNT] = {
#define FACT(symbol, name, meaning) name,
        FACTS(FACT)
#undef FACT
    };
    return names[fact];
}

const char *capture_name(enum capture capture)
{
    static const char *const names[CAPTURE_COUNT] = {
#define CAPTURE(symbol, name, type, meaning) name,
        CAPTURES(CAPTURE)
#undef CAPTURE
    };
    return names[capture];
}

enum format_value capture_type(enum capture capture)
{
    enum { TEXT = FORMAT_TEXT, WORD = FORMAT_WORD, HEX = FORMAT_HEX_TEXT, JSON = FORMAT_JSON };
    static const unsigned char types[CAPTURE_COUNT] = {
#define CAPTURE(symbol, name, type, meaning) type,
        CAPTURES(CAPTURE)
#undef CAPTURE
    };
    return (enum format_value)types[capture];
}
