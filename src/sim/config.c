#include "sim/config.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"

enum kind { TEXT, WORD, NUMBER, SIZE, DURATION, FLAG, FAULT };

struct key {
    const char *name;
    enum kind kind;
    size_t offset, size;
    const char *value; /* when not given */
    const char *words; /* WORD: '|'-separated */
    const char *meaning;
};

#define AT(field) offsetof(struct sim_config, field), sizeof(((struct sim_config *)0)->field)

static const struct key keys[] = {
    {"loader", WORD, AT(loader), "b1", "b0|b1|menu", "first-stage loader on the board"},
    {"start", WORD, AT(start), "app", "app|loader|blank",
     "what runs at the beginning; blank = no application in flash"},
    {"fault", FAULT, AT(fault), "none", NULL, "what goes wrong, see below"},
    {"seed", NUMBER, AT(seed), "1", NULL, "every random choice follows from it"},
    {"baud", NUMBER, AT(baud), "921600", NULL,
     "the board's rate; a port at another one reads garbage"},
    {"noise", NUMBER, AT(noise), "0", NULL, "one flipped byte in so many, both ways; 0 = none"},
    {"lose", NUMBER, AT(lose), "0", NULL, "one lost byte in so many, both ways; 0 = none"},
    {"log-every", NUMBER, AT(log_every), "0", NULL,
     "a log line before every n-th answer of a transfer; 0 = none"},
    {"latency", DURATION, AT(latency_us), "0us", NULL, "delay of the adapter, each way"},
    {"flash-time", FLAG, AT(flash_time), "yes", NULL, "erasing and programming take time"},
    {"operator", WORD, AT(operator_present), "present", "present|absent",
     "whether somebody obeys when buttons are to be pressed"},
    {"rts", FLAG, AT(rts), "yes", NULL, "the adapter's RTS is wired to reset"},
    {"unplug", DURATION, AT(unplug_us), "0us", NULL, "the adapter goes away then; 0 = never"},
    {"replug", DURATION, AT(replug_us), "0us", NULL, "and comes back that much later; 0 = never"},
    {"power-cut", DURATION, AT(power_cut_us), "0us", NULL, "the board loses power then; 0 = never"},
    {"push-delay", DURATION, AT(push_delay_us), "2s", NULL,
     "from the device's report to the cloud's push"},
    {"size", SIZE, AT(size), "96k", NULL, "size of the rehearsal images before CRCs"},
    {"version", TEXT, AT(version), "app-1.0.0-20180601.1200", NULL, "of the image in flash"},
    {"push-version", TEXT, AT(push_version), "", NULL,
     "announced with the push; empty = what the pushed image says"},
    {"ssid", TEXT, AT(ssid), "rehearsal-net", NULL, "name of the wireless network"},
    {"password", TEXT, AT(password), "rehearsal-password", NULL, "its password"},
    {"pk", TEXT, AT(pk), "a1otaCons01", NULL, "ProductKey the cloud knows"},
    {"dn", TEXT, AT(dn), "bench01", NULL, "DeviceName the cloud knows"},
    {"ds", TEXT, AT(ds), "0123456789abcdef0123456789abcdef", NULL, "its DeviceSecret"},
    {"push", TEXT, AT(push), "", NULL, "file the cloud pushes; empty = a rehearsal image"},
    {"flash-file", TEXT, AT(flash_file), "", NULL, "file that keeps the flash between runs"},
    {"speed", TEXT, AT(speed), "max", NULL,
     "max = as fast as the machine, real = wall clock, or a factor such as 10"},
};
#define KEY_COUNT (sizeof keys / sizeof keys[0])

static const struct {
    const char *name;
    enum sim_fault fault;
    const char *meaning;
} faults[] = {
    {"none", SIM_FAULT_NONE, "everything works"},
    {"wrong-password", SIM_FAULT_WRONG_PASSWORD, "the network has another password"},
    {"wrong-credentials", SIM_FAULT_WRONG_CREDENTIALS, "the cloud does not accept the device"},
    {"no-push", SIM_FAULT_NO_PUSH, "the cloud never pushes"},
    {"refused-version", SIM_FAULT_REFUSED_VERSION,
     "the pushed version sorts below the running one"},
    {"bad-hash", SIM_FAULT_BAD_HASH, "a byte of the package is damaged on the way"},
    {"bad-trailer", SIM_FAULT_BAD_TRAILER, "the file without the 28-byte trailer was uploaded"},
    {"bad-image-md5", SIM_FAULT_BAD_IMAGE_MD5, "the trailer belongs to another image"},
    {"error-page", SIM_FAULT_ERROR_PAGE, "the server answers with a 403 page"},
    {"cut-download", SIM_FAULT_CUT_DOWNLOAD, "the connection dies half way"},
    {"stuck-bit", SIM_FAULT_STUCK_BIT, "a flash cell is worn out"},
    {"silent", SIM_FAULT_SILENT, "nothing is connected"},
};
#define FAULT_COUNT (sizeof faults / sizeof faults[0])

static bool one_of(const char *value, const char *words)
{
    size_t n = strlen(value);
    while (*words) {
        size_t length = strcspn(words, "|");
        if (length == n && memcmp(words, value, n) == 0)
            return true;
        words += length + (words[length] == '|');
    }
    return false;
}

static bool set_fault(struct sim_config *config, const char *value)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        if (strcmp(faults[i].name, value) == 0) {
            config->fault = faults[i].fault;
            return true;
        }
    }
    return false;
}

static bool set(struct sim_config *config, const struct key *key, const char *value)
{
    char *field = (char *)config + key->offset;
    uint64_t number = 0;
    uint32_t size = 0;
    bool flag = false;
    switch (key->kind) {
    case WORD:
        if (!one_of(value, key->words))
            return false;
        if (key->size == sizeof(bool)) {
            flag = strcmp(value, "present") == 0;
            memcpy(field, &flag, sizeof flag);
            return true;
        }
        snprintf(field, key->size, "%s", value);
        return true;
    case TEXT:
        if (strlen(value) >= key->size)
            return false;
        snprintf(field, key->size, "%s", value);
        return true;
    case NUMBER:
        if (!parse_u64(value, 0, key->size == 4 ? UINT32_MAX : UINT64_MAX, &number))
            return false;
        size = (uint32_t)number;
        memcpy(field, key->size == 4 ? (const void *)&size : (const void *)&number, key->size);
        return true;
    case SIZE:
        if (!parse_size(value, 4096, 900 * 1024, &size))
            return false;
        memcpy(field, &size, sizeof size);
        return true;
    case DURATION:
        if (!parse_duration(value, UINT64_MAX / 2, &number))
            return false;
        memcpy(field, &number, sizeof number);
        return true;
    case FLAG:
        if (!parse_bool(value, &flag))
            return false;
        memcpy(field, &flag, sizeof flag);
        return true;
    case FAULT:
        return set_fault(config, value);
    }
    return false;
}

static enum problem_code apply(struct sim_config *config, const char *name, const char *value,
                               struct problem *problem)
{
    char where[96];
    snprintf(where, sizeof where, "sim:%.60s", name);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].name, name) != 0)
            continue;
        if (set(config, &keys[i], value))
            return PROBLEM_NONE;
        return problem_set(problem, PROBLEM_USAGE, where,
                           "`otaconsole help sim` lists the keys and what they take.",
                           "\"%.80s\" is no value for %s", value, name);
    }
    return problem_set(problem, PROBLEM_USAGE, where,
                       "`otaconsole help sim` lists the keys and what they take.",
                       "the simulated board has no setting \"%.60s\"", name);
}

enum problem_code sim_config_parse(const char *text, struct sim_config *config,
                                   struct problem *problem)
{
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < KEY_COUNT; i++)
        set(config, &keys[i], keys[i].value);
    while (*text) {
        char pair[700], *equals;
        size_t n = strcspn(text, ",");
        if (n >= sizeof pair)
            return problem_set(problem, PROBLEM_USAGE, "sim:", "Shorten it.",
                               "a setting is too long");
        memcpy(pair, text, n);
        pair[n] = '\0';
        text += n + (text[n] == ',');
        if (n == 0)
            continue;
        equals = strchr(pair, '=');
        if (!equals)
            return problem_set(problem, PROBLEM_USAGE, "sim:",
                               "Write sim:key=value,key=value; `otaconsole help sim` lists them.",
                               "\"%.60s\" has no value", pair);
        *equals = '\0';
        if (apply(config, pair, equals + 1, problem) != PROBLEM_NONE)
            return problem->code;
    }
    if (config->baud == 0)
        config->baud = 921600;
    return PROBLEM_NONE;
}

const char *sim_config_rehearsal_value(const struct sim_config *config, const char *name)
{
    if (strcmp(name, "ssid") == 0)
        return config->ssid;
    if (strcmp(name, "password") == 0)
        return config->password;
    if (strcmp(name, "pk") == 0)
        return config->pk;
    if (strcmp(name, "dn") == 0)
        return config->dn;
    if (strcmp(name, "ds") == 0)
        return config->ds;
    return NULL;
}

void sim_config_write_reference(struct buffer *out)
{
    buffer_append_text(out, "| setting | if left out | meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < KEY_COUNT; i++)
        buffer_format(out, "| `%s` | %s | %s |\n", keys[i].name,
                      keys[i].value[0] ? keys[i].value : "(empty)", keys[i].meaning);
    buffer_append_text(out, "\n| fault | what happens |\n|---|---|\n");
    for (size_t i = 0; i < FAULT_COUNT; i++)
        buffer_format(out, "| `%s` | %s |\n", faults[i].name, faults[i].meaning);
}
