#include "workflow/profile.h"

static const struct schema_field failure_fields[] = {
    {"text", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Words that mean failure."},
    {"regex", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Or a PCRE2 pattern for them."},
    {"because", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "the words", "What they mean."},
    {"hint", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What to do then."},
    {"code", SCHEMA_WORD, false, 0, 0,
     "assert-failed|wifi-failed|cloud-failed|ota-refused|ota-failed|board-silent|command-refused",
     NULL, "assert-failed", "The problem it amounts to, which sets the exit status."},
};
static const struct schema failure_schema = SCHEMA("fail", failure_fields);

static const struct schema_field enter_fields[] = {
    {"strategies", SCHEMA_LIST, false, 0, 0, NULL, NULL, "all of the board's",
     "Which of probe, reboot-spaces, rts-pulse-spaces, operator to try."},
};
static const struct schema enter_schema = SCHEMA("enter-download", enter_fields);

static const struct schema_field write_fields[] = {
    {"file", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "The image."},
    {"address", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "the board's write address",
     "Physical flash address."},
    {"verify", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "true",
     "Read back and compare; without it nothing is known about the flash."},
};
static const struct schema write_schema = SCHEMA("write", write_fields);

static const struct schema_field verify_fields[] = {
    {"file", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "The image to compare with."},
    {"address", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "the board's write address",
     "Physical flash address."},
};
static const struct schema verify_schema = SCHEMA("verify", verify_fields);

static const struct schema_field read_fields[] = {
    {"file", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Where to save."},
    {"address", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Physical flash address."},
    {"size", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "How many bytes."},
};
static const struct schema read_schema = SCHEMA("read", read_fields);

static const struct schema empty_schema = {"boot", NULL, 0};

static const struct schema_field expect_fields[] = {
    {"text", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Words to wait for."},
    {"regex", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Or a PCRE2 pattern."},
    {"prompt", SCHEMA_WORD, false, 0, 0, "shell|loader", NULL, NULL, "Or a prompt."},
    {"capture", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "Name under device. that takes the pattern's first group, such as device.ip."},
    {"timeout", SCHEMA_DURATION, false, 0, 0, NULL, NULL, "the step's", "How long to wait."},
    {"judge", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "true",
     "Whether a failure that the log rules know ends the wait at once."},
    {"fail", SCHEMA_LIST, false, 0, 0, NULL, &failure_schema, "none",
     "Words that end the wait at once, as a failure."},
};
static const struct schema expect_schema = SCHEMA("expect", expect_fields);

static const struct schema_field watch_fields[] = {
    {"expect-version", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "any",
     "The version that must run in the end."},
    {"until", SCHEMA_WORD, false, 0, 0, "installed|reported", NULL, "reported",
     "Whether the new image must be up and have reported its version, or just be installed."},
    {"message", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "What to ask the operator for, such as a push in the console."},
    {"timeout", SCHEMA_DURATION, false, 0, 0, NULL, NULL, "15m", "How long the update may take."},
};
static const struct schema watch_schema = SCHEMA("watch-ota", watch_fields);

static const struct schema_field assert_fields[] = {
    {"value", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL,
     "What is looked at, such as ${ota.version}."},
    {"equals", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Must be this."},
    {"not-equals", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Must not be this."},
    {"contains", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Must hold this."},
    {"matches", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Must match this PCRE2 pattern."},
};
static const struct schema assert_schema = SCHEMA("assert", assert_fields);

static const struct schema_field pause_fields[] = {
    {"message", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "What the operator reads."},
};
static const struct schema pause_schema = SCHEMA("pause", pause_fields);

static const struct schema_field include_fields[] = {
    {"profile", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL,
     "File, relative to this one, whose steps are done here."},
    {"with", SCHEMA_NAMED, false, 0, 0, NULL, NULL, "none",
     "Values for its variables; ${...} of this profile may be used."},
};
static const struct schema include_schema = SCHEMA("include", include_fields);

static const struct schema_field step_fields[] = {
    {"name", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "from the kind", "What people read."},
    {"timeout", SCHEMA_DURATION, false, 0, 0, NULL, NULL, "by kind", "Most time one try may take."},
    {"retries", SCHEMA_NUMBER, false, 0, 100, NULL, NULL, "0", "More tries after a failure."},
    {"retry-delay", SCHEMA_DURATION, false, 0, 0, NULL, NULL, "1s", "Pause before each."},
    {"on-failure", SCHEMA_WORD, false, 0, 0, "stop|continue", NULL, "stop",
     "Whether the run ends; a run that went on still fails in the end."},
    {"enter-download", SCHEMA_MAP, false, 0, 0, NULL, &enter_schema, NULL,
     "Bring the board to its loader."},
    {"write", SCHEMA_MAP, false, 0, 0, NULL, &write_schema, NULL, "Flash an image and prove it."},
    {"verify", SCHEMA_MAP, false, 0, 0, NULL, &verify_schema, NULL,
     "Compare the flash with a file."},
    {"read", SCHEMA_MAP, false, 0, 0, NULL, &read_schema, NULL, "Save flash to a file."},
    {"boot", SCHEMA_MAP, false, 0, 0, NULL, &empty_schema, NULL,
     "Start the application: loader command, reset pulse, or the operator."},
    {"send", SCHEMA_LIST, false, 0, 0, NULL, NULL, NULL,
     "A command for the application's shell, word by word; quoting is done for you."},
    {"expect", SCHEMA_MAP, false, 0, 0, NULL, &expect_schema, NULL,
     "Wait for words since the last command."},
    {"watch-ota", SCHEMA_MAP, false, 0, 0, NULL, &watch_schema, NULL,
     "Follow an update to its verdict."},
    {"assert", SCHEMA_MAP, false, 0, 0, NULL, &assert_schema, NULL, "Check a value."},
    {"pause", SCHEMA_MAP, false, 0, 0, NULL, &pause_schema, NULL, "Wait for the operator."},
    {"sleep", SCHEMA_TEXT, false, 0, 0, NULL, NULL, NULL, "Do nothing for a duration."},
    {"include", SCHEMA_MAP, false, 0, 0, NULL, &include_schema, NULL,
     "Do another profile's steps."},
};
static const struct schema step_schema = SCHEMA("step", step_fields);

static const struct schema_field variable_fields[] = {
    {"type", SCHEMA_WORD, false, 0, 0, "string|secret|int|bool|size|duration|file", NULL, "string",
     "secret values are masked everywhere; a file must exist."},
    {"description", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What it is, for people."},
    {"default", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Its value when none is given."},
    {"required", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "false", "Whether it must have a value."},
};
static const struct schema variable_schema = SCHEMA("variable", variable_fields);

static const struct schema_field profile_fields[] = {
    {"profile", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Name of the profile."},
    {"description", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What it does."},
    {"board", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "--board", "The board it is for."},
    {"variables", SCHEMA_NAMED, false, 0, 0, NULL, &variable_schema, "none", "Variables, by name."},
    {"steps", SCHEMA_LIST, true, 0, 0, NULL, &step_schema, NULL, "What is done, in order."},
};
static const struct schema schema = SCHEMA("profile", profile_fields);

const struct schema *profile_schema(void)
{
    return &schema;
}
