/* Recordings and logs played back: what comes, when, and what damage and malice do to it. */
#include "../diagnose/help.h"

#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "session/recorder.h"
#include "ui/player.h"

static char root[128];

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *f)
{
    (void)s;
    (void)kind;
    (void)f;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(root, sizeof root, "%.80s/otaconsole-player-XXXXXX", base ? base : "/tmp");
    return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

/* --- help ------------------------------------------------------------------------------------ */

static const char *in_root(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static const char *write_bytes(const char *name, const void *bytes, size_t n)
{
    const char *path = in_root(name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
    return path;
}

static const char *write_text(const char *name, const char *text)
{
    return write_bytes(name, text, strlen(text));
}

static struct player *open_path(const char *path, double speed)
{
    struct player_options options = {.path = path, .rules = rules, .speed = speed};
    struct problem problem = PROBLEM_INIT;
    struct player *p = NULL;
    player_open(&options, &p, &problem);
    assert_string_equal(problem.what, "");
    assert_non_null(p);
    return p;
}

/* Everything that was told, a line each: "seconds kind name state text|verdict". */
struct heard {
    struct buffer text;
    size_t count;
    struct event last;
    char last_verdict[64];
};

static void hear(void *user, const struct event *e)
{
    struct heard *h = user;
    for (const char *c = e->text; c && *c; c++)
        assert_true((unsigned char)*c >= 0x20 || *c == '\t');
    buffer_format(&h->text, "%.3f %s", (double)e->time_us / 1e6, event_kind_name(e->kind));
    if (e->name)
        buffer_format(&h->text, " %s", e->name);
    if (e->verdict) {
        buffer_format(&h->text, " %s %s", e->verdict->kind, e->verdict->cause);
        snprintf(h->last_verdict, sizeof h->last_verdict, "%s", e->verdict->kind);
    }
    buffer_format(&h->text, " %s\n", e->text ? e->text : "-");
    h->last = *e;
    h->count++;
}

static const char *heard_text(struct heard *h)
{
    return buffer_text(&h->text);
}

static bool heard_line(struct heard *h, const char *text)
{
    return strstr(heard_text(h), text) != NULL;
}

static void forget(struct heard *h)
{
    buffer_free(&h->text);
    memset(h, 0, sizeof *h);
}

/* Plays to the end in virtual time; returns how long it took. */
static uint64_t play(struct player *p, struct heard *h)
{
    struct event_sink sink = {hear, h};
    uint64_t now = 1000000000, begun = now;
    while (!player_at_end(p)) {
        player_step(p, now, &sink, 7);
        uint64_t due = player_deadline(p);
        if (due == TIME_NEVER)
            break;
        now = due > now ? due : now;
    }
    assert_true(player_at_end(p));
    assert_int_equal(player_step(p, now, &sink, 7), 0);
    return now - begun;
}

static char *play_all(const char *path, struct player_about *about)
{
    struct heard h = {0};
    struct player *p = open_path(path, 0);
    assert_int_equal(play(p, &h), 0);
    if (about)
        *about = *player_about(p);
    player_close(p);
    char *text = strdup(heard_text(&h));
    forget(&h);
    return text;
}

/* --- recordings ---------------------------------------------------------------------------------
 */

static void say(struct recorder *r, uint64_t now, const char *text)
{
    recorder_bytes(r, now, '<', (const uint8_t *)text, strlen(text));
    recorder_tick(r, now + TIME_S);
}

/* An update that succeeds, in events and in bytes, and a prompt that has no line end. */
static const char *record(const char *name)
{
    static char path[256];
    struct recorder_info info = {"mk3060", "/dev/ttyUSB0", "run ota.yaml", 921600};
    struct problem p = PROBLEM_INIT;
    struct recorder *r = NULL;
    snprintf(path, sizeof path, "%s/%s", root, name);
    assert_int_equal(recorder_open(path, &info, NULL, 0, &r, &p), PROBLEM_NONE);
    static const struct event events[] = {
        {.kind = EVENT_RUN_STARTED, .name = "run ota.yaml", .text = "mk3060"},
        {.kind = EVENT_STEP_STARTED, .time_us = 100000, .name = "reset", .step = 1, .steps = 1},
        {.kind = EVENT_LINE, .time_us = 600000, .text = "固件 app-1.0", .level = 'I'},
        {.kind = EVENT_NOTE, .time_us = 600000, .text = "at the same time"},
        {.kind = EVENT_LINE, .time_us = 10600000, .text = "ten seconds later", .level = 'W'},
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        recorder_event(r, &events[i]);
    say(r, 600000, "[000600]<I> mqtt connect success!\r\n");
    recorder_bytes(r, 700000, '>', (const uint8_t *)"version\r", 8);
    say(r, 2000000, "# ");
    say(r, 5000000, "\xff\xfe[005000]<W> odd bytes\r\n");
    assert_int_equal(recorder_close(r, &p), PROBLEM_NONE);
    return path;
}

static void a_recording_is_played_in_its_own_time(void **state)
{
    (void)state;
    static const char all[] = "0.000 run-started run ota.yaml mk3060\n"
                              "0.100 step-started reset -\n"
                              "0.600 line 固件 app-1.0\n"
                              "0.600 note at the same time\n"
                              "10.600 line ten seconds later\n";
    static const struct {
        double speed;
        uint64_t least, most;
    } cases[] = {
        {1, 10600000, 10600100}, {10, 1060000, 1060100}, {0.5, 21200000, 21200100}, {0, 0, 0}};
    const char *path = record("whole");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct heard h = {0};
        struct player *p = open_path(path, cases[i].speed);
        assert_in_range(play(p, &h), cases[i].least, cases[i].most);
        assert_string_equal(heard_text(&h), all);
        assert_int_equal(player_position_us(p), 10600000);
        const struct player_about *a = player_about(p);
        assert_string_equal(a->board, "mk3060");
        assert_string_equal(a->port, "/dev/ttyUSB0");
        assert_string_equal(a->command, "run ota.yaml");
        assert_int_equal(strlen(a->started), 20);
        assert_int_equal(a->baud, 921600);
        assert_int_equal(a->duration_us, 10600000);
        assert_false(a->from_stream || a->plain_log);
        assert_int_equal(a->skipped, 0);
        player_close(p);
        forget(&h);
    }
}

static void only_what_is_due_comes_and_never_more_than_asked_for(void **state)
{
    (void)state;
    struct heard h = {0};
    struct event_sink sink = {hear, &h};
    struct player *p = open_path(record("due"), 1);
    uint64_t begun = 500;
    assert_int_equal(player_step(p, begun, &sink, 100), 1);
    assert_in_range(player_deadline(p), begun + 100000, begun + 100002);
    assert_int_equal(player_step(p, begun + 99999, &sink, 100), 0);
    assert_int_equal(player_step(p, begun + 100001, &sink, 100), 1);
    assert_int_equal(player_step(p, begun + 700000, &sink, 1), 1);
    assert_true(player_deadline(p) <= begun + 700000);
    assert_int_equal(player_step(p, begun + 700000, &sink, 0), 0);
    assert_int_equal(player_step(p, begun + 700000, &sink, 100), 1);
    assert_false(player_at_end(p));
    assert_int_equal(player_step(p, begun + 20000000, &sink, 100), 1);
    assert_true(player_at_end(p));
    assert_int_equal(player_deadline(p), TIME_NEVER);
    player_close(p);
    forget(&h);
}

static void a_pause_stops_the_clock_and_speed_changes_on_the_way(void **state)
{
    (void)state;
    struct heard h = {0};
    struct event_sink sink = {hear, &h};
    struct player *p = open_path(record("pause"), 1);
    player_step(p, 0, &sink, 100);
    player_step(p, 600001, &sink, 100);
    assert_int_equal(h.count, 4);
    player_pause(p, true, 1600000);
    assert_true(player_paused(p));
    assert_int_equal(player_deadline(p), TIME_NEVER);
    assert_int_equal(player_step(p, 900000000, &sink, 100), 0);
    assert_false(player_at_end(p));
    player_pause(p, false, 900000000);
    /* One of ten seconds is over; nine at nine times the speed are one. */
    player_set_speed(p, 9, 900000000);
    assert_true(player_speed(p) > 8.9);
    assert_in_range(player_deadline(p), 900999998, 901000003);
    assert_int_equal(player_step(p, 900999000, &sink, 100), 0);
    /* A third of that at full speed, then at once. */
    player_set_speed(p, 0, 900999000);
    assert_int_equal(player_step(p, 900999000, &sink, 100), 1);
    assert_true(player_at_end(p));
    player_close(p);
    forget(&h);
    p = open_path(in_root("pause"), 0);
    player_pause(p, true, 0);
    assert_int_equal(player_step(p, 5, &sink, 100), 0);
    player_pause(p, false, 10);
    assert_int_equal(player_step(p, 10, &sink, 2), 2);
    player_set_speed(p, 1, 20);
    assert_int_equal(player_step(p, 20, &sink, 100), 0);
    assert_in_range(player_deadline(p), 500018, 500022);
    player_set_speed(p, -1, 21);
    assert_true(player_speed(p) == 0);
    player_close(p);
    forget(&h);
}

static void a_line_that_was_cut_is_skipped(void **state)
{
    (void)state;
    struct player_about about;
    char path[300];
    snprintf(path, sizeof path, "%s/events.jsonl", record("cut"));
    struct stat s;
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(truncate(path, s.st_size - 20), 0);
    char *text = play_all(in_root("cut"), &about);
    assert_non_null(strstr(text, "at the same time"));
    assert_null(strstr(text, "later"));
    assert_int_equal(about.skipped, 1);
    assert_int_equal(about.duration_us, 600000);
    free(text);
    /* Without its line end only, it is whole. */
    snprintf(path, sizeof path, "%s/events.jsonl", record("cut2"));
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(truncate(path, s.st_size - 1), 0);
    text = play_all(in_root("cut2"), &about);
    assert_non_null(strstr(text, "ten seconds later"));
    assert_int_equal(about.skipped, 0);
    free(text);
}

static void lost_events_are_judged_anew_from_the_bytes(void **state)
{
    (void)state;
    static const char *const damage[] = {NULL, "", "\x01\x02\x03", "{\"event\":\"later\"}\n"};
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        char name[32], path[300];
        struct player_about about;
        snprintf(name, sizeof name, "lost%zu", i);
        snprintf(path, sizeof path, "%s/events.jsonl", record(name));
        assert_int_equal(unlink(path), 0);
        if (damage[i]) {
            snprintf(path, sizeof path, "%s/events.jsonl", name);
            write_text(path, damage[i]);
        }
        char *text = play_all(in_root(name), &about);
        assert_true(about.from_stream);
        assert_false(about.plain_log);
        assert_int_equal(about.duration_us, 5000000);
        assert_string_equal(about.board, "mk3060");
        assert_non_null(strstr(text, "0.600 line"));
        assert_non_null(strstr(text, "mqtt connect success!"));
        assert_non_null(strstr(text, "0.600 phase mqtt"));
        assert_non_null(strstr(text, "2.000 line # \n"));
        assert_non_null(strstr(text, "5.000 line \\xff\\xfe[005000]<W> odd bytes\n"));
        assert_null(strstr(text, "version"));
        assert_non_null(strstr(text, " verdict no-ota ok -\n"));
        assert_string_equal(strstr(text, " verdict"), strrchr(text, 'v') - 1);
        free(text);
    }
}

static void recorded_events_know_the_time_of_day(void **state)
{
    (void)state;
    struct heard h = {0};
    char path[300];
    snprintf(path, sizeof path, "%s/events.jsonl", record("wall"));
    assert_int_equal(unlink(path), 0);
    write_text("wall/recording.json", "{\"started\":\"2026-01-31T10:00:00Z\"}");
    struct player *p = open_path(in_root("wall"), 0);
    play(p, &h);
    assert_int_equal(h.last.wall_us, 1769853600 * TIME_S + h.last.time_us);
    player_close(p);
    forget(&h);
}

/* --- logs ---------------------------------------------------------------------------------------
 */

static void a_log_without_times_comes_as_fast_as_the_wire(void **state)
{
    (void)state;
    struct buffer log = {0};
    struct heard h = {0};
    for (int i = 0; i < 9216; i++)
        buffer_format(&log, "line %04d\n", i);
    const char *path = write_bytes("plain.log", log.data, log.length);
    struct player *p = open_path(path, 1);
    assert_true(player_about(p)->plain_log);
    assert_in_range(play(p, &h), 990000, 1000100); /* 92,160 bytes */
    assert_int_equal(h.count, 9217);
    assert_true(heard_line(&h, "0.000 line line 0000\n"));
    assert_true(heard_line(&h, "0.500 line line 4608\n"));
    assert_int_equal(h.last.kind, EVENT_VERDICT);
    assert_string_equal(h.last_verdict, "no-ota");
    assert_int_equal(h.last.wall_us, 0);
    player_close(p);
    forget(&h);
    buffer_free(&log);
}

static void time_stamps_set_the_pace_of_a_log(void **state)
{
    (void)state;
    struct heard h = {0};
    setenv("TZ", "UTC", 1);
    tzset();
    char *text = play_all(write_text("dated.log", "no stamp yet\n"
                                                  "[2026-01-31 23:59:59.500] first\n"
                                                  "[2026-02-01 00:00:01.750] second\n"
                                                  "without a stamp\n"
                                                  "[2026-01-31 10:00:00] the clock was set back\n"
                                                  "[2026-02-01 00:00:10] third\n"),
                          NULL);
    assert_non_null(strstr(text, "0.000 line no stamp yet\n"));
    assert_non_null(strstr(text, "0.000 line first\n"));
    assert_non_null(strstr(text, "2.250 line second\n"));
    assert_non_null(strstr(text, "2.250 line without a stamp\n"));
    assert_non_null(strstr(text, "2.251 line the clock"));
    assert_non_null(strstr(text, "10.500 line third\n"));
    free(text);
    text =
        play_all(write_text("timed.log", "23:59:58.000 > a\n23:59:59,000 > b\n00:00:01.000 > c\n"
                                         "00:00:00.900 > d\n23:00:00.000 > e\n01:00:01.000 > f\n"),
                 NULL);
    assert_non_null(strstr(text, "0.000 line a\n1.000 line b\n3.000 line c\n3.000 line d\n"
                                 "82802.000 line e\n90003.000 line f\n"));
    free(text);
    /* Noon in China is four in the morning in UTC. */
    struct player *p = open_path(
        write_text("zone.log", "2026-01-31T12:00:00.250+0800 x\n2026-01-31T04:00:01.250Z y\n"), 0);
    play(p, &h);
    assert_true(heard_line(&h, "0.000 line x\n1.000 line y\n"));
    assert_int_equal(h.last.wall_us / 1000, (1769832000 * TIME_S + 1250000) / 1000);
    player_close(p);
    forget(&h);
}

static void secrets_in_a_log_are_masked(void **state)
{
    (void)state;
    struct buffer log = {0};
    buffer_append_text(&log, "[000100]<I> ssid:home key:hunter22 ok\n");
    for (int i = 0; i < 5000; i++) /* the value lies across the edge of a piece */
        buffer_append_text(&log, "x");
    buffer_append_text(&log, "\n\x1b[31mssid:home \x1b[0mkey:hunt\x1b[1mer22 ok\n");
    char *text = play_all(write_bytes("secret.log", log.data, log.length), NULL);
    assert_null(strstr(text, "hunter22"));
    assert_null(strstr(text, "hunt"));
    assert_non_null(strstr(text, "***"));
    free(text);
    /* Wherever the pieces are cut. */
    for (size_t at = 4060; at < 4100; at++) {
        buffer_clear(&log);
        for (size_t i = 0; i < at; i++)
            buffer_append_text(&log, i % 100 ? "y" : "\n");
        buffer_append_text(&log, "ssid:home key:hunter22 ok\n");
        text = play_all(write_bytes("edge.log", log.data, log.length), NULL);
        assert_null(strstr(text, "hunter22"));
        assert_non_null(strstr(text, "***"));
        free(text);
    }
    buffer_free(&log);
}

static void a_verdict_comes_when_it_changes_and_at_the_end(void **state)
{
    (void)state;
    static const char hash[] = "AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA";
    char log[1024];
    snprintf(log, sizeof log,
             "[1]<I> mqtt connect success!\n[2]<I> req:app-1 res:app-2 need:1\n"
             "[3]<I> s:512 512\n[4]<I> url SHA256=%s00\n[5]<I> digestSHA256=%sFF\nafterwards\n",
             hash, hash);
    char *text = play_all(write_text("failed.log", log), NULL);
    const char *incomplete = strstr(text, "verdict incomplete");
    const char *failed = strstr(text, "verdict failed ota-error-page");
    const char *after = strstr(text, "line afterwards");
    assert_true(incomplete && failed && after);
    assert_true(incomplete < failed && failed < after);
    const char *last = strstr(after, "verdict failed ota-error-page");
    assert_non_null(last);
    assert_null(strchr(strchr(last, '\n') + 1, '\n'));
    free(text);
}

static void a_file_of_json_events_is_played_as_it_is(void **state)
{
    (void)state;
    struct player_about about;
    char *text =
        play_all(write_text("run.jsonl",
                            "make: a line that is no event\n"
                            "{\"schema\":1,\"event\":\"run-started\",\"t\":0,\"name\":\"flash\"}\n"
                            "{\"event\":\"note\",\"t\":2,\"text\":\"two\"}\n"
                            "{\"event\":\"dance\",\"t\":3}\n"
                            "{\"event\":\"note\",\"t\":1,\"text\":\"late\"}\r\n"
                            "\n"
                            "{\"event\":\"note\",\"t\":3,\"text\":\"\\u001b[2J\"}\n"),
                 &about);
    assert_string_equal(text, "0.000 run-started flash \n2.000 note two\n1.000 note late\n"
                              "3.000 note \\x1b[2J\n");
    assert_int_equal(about.skipped, 2);
    assert_int_equal(about.duration_us, 3000000);
    assert_false(about.plain_log);
    free(text);
}

/* --- hostile files -------------------------------------------------------------------------------
 */

static void what_cannot_be_played_is_told(void **state)
{
    (void)state;
    struct player_options options = {.rules = rules, .speed = 1};
    char fifo[256], folder[256], device[256];
    snprintf(fifo, sizeof fifo, "%s/fifo", root);
    snprintf(folder, sizeof folder, "%s/folder", root);
    snprintf(device, sizeof device, "%s/dev", root);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(mkdir(device, 0700), 0);
    assert_int_equal(symlink("/dev/zero", in_root("dev/events.jsonl")), 0);
    const char *const paths[] = {"/nonexistent", "/dev/zero", "/dev/null", fifo,
                                 folder,         device,      ""};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct problem problem = PROBLEM_INIT;
        struct player *p = NULL;
        options.path = paths[i];
        assert_int_equal(player_open(&options, &p, &problem), PROBLEM_INPUT_FILE);
        assert_null(p);
        assert_string_equal(problem.where, paths[i]);
        assert_true(strlen(problem.what) > 0 && strlen(problem.hint) > 0);
    }
    struct player *p = open_path(write_text("empty.log", ""), 1);
    struct heard h = {0};
    play(p, &h);
    assert_int_equal(h.count, 1);
    assert_string_equal(h.last_verdict, "no-ota");
    player_close(p);
    forget(&h);
}

static void huge_lines_are_bounded(void **state)
{
    (void)state;
    size_t n = 3 * 1024 * 1024;
    char *bytes = malloc(n);
    struct player_about about;
    assert_non_null(bytes);
    memset(bytes, 'x', n);
    char *text = play_all(write_bytes("long.log", bytes, n), NULL);
    assert_true(strlen(text) > 100 && strlen(text) < n);
    free(text);
    /* Among events it is one line that is no event. */
    memcpy(bytes, "{\"event\":\"note\",\"t\":1,\"text\":\"a\"}\n{\"", 37);
    memcpy(bytes + n - 38, "\n{\"event\":\"note\",\"t\":2,\"text\":\"b\"}\n\n\n\n", 38);
    text = play_all(write_bytes("long.jsonl", bytes, n), &about);
    assert_string_equal(text, "1.000 note a\n2.000 note b\n");
    assert_int_equal(about.skipped, 1);
    free(text);
    free(bytes);
}

static void one_step_never_reads_a_whole_file(void **state)
{
    (void)state;
    struct buffer file = {0};
    struct heard h = {0};
    struct event_sink sink = {hear, &h};
    buffer_append_text(&file, "{\"event\":\"note\",\"t\":1,\"text\":\"a\"}\n");
    while (file.length < 8u * 1024 * 1024)
        buffer_append_text(&file, "{\"event\":\"from a later version\",\"t\":1}\n");
    struct player *p = open_path(write_bytes("later.jsonl", file.data, file.length), 0);
    unsigned steps = 0;
    while (!player_at_end(p)) {
        player_step(p, 0, &sink, 100);
        assert_true(player_deadline(p) == 0 || player_at_end(p));
        steps++;
    }
    assert_true(steps > 4);
    assert_int_equal(h.count, 1);
    player_close(p);
    forget(&h);
    buffer_free(&file);
}

static void times_out_of_reason_do_not_hold_it_up(void **state)
{
    (void)state;
    struct heard h = {0};
    struct player *p =
        open_path(write_text("times.jsonl", "{\"event\":\"note\",\"t\":-5,\"text\":\"a\"}\n"
                                            "{\"event\":\"note\",\"t\":1e300,\"text\":\"b\"}\n"
                                            "{\"event\":\"note\",\"t\":1e999,\"text\":\"c\"}\n"
                                            "{\"event\":\"note\",\"t\":300000000,\"text\":\"d\"}\n"
                                            "{\"event\":\"note\",\"t\":1,\"text\":\"e\"}\n"),
                  1000000);
    play(p, &h);
    assert_true(heard_line(&h, " note e\n"));
    player_close(p);
    forget(&h);
    static const char *const stamps[] = {
        "[9999-12-31 23:59:60.999999999] a\n[0000-00-00 00:00:00] b\n",
        "[0000-00-00 00:00:00] a\n[9999-12-31 23:59:60] b\n",
        "[1970-01-01 00:00:00] a\n[2026-01-01 00:00:00] b\n"};
    for (size_t i = 0; i < 3; i++) {
        p = open_path(write_text("stamps.log", stamps[i]), 1);
        assert_true(play(p, &h) < TIME_S);
        assert_true(heard_line(&h, "line a\n"));
        assert_true(heard_line(&h, "line b\n"));
        player_close(p);
        forget(&h);
    }
}

/* Any damage to any file of a recording: it opens and ends, or says why not. */
static void damaged_recordings_end(void **state)
{
    (void)state;
    static const char *const names[] = {"events.jsonl", "stream.jsonl", "recording.json"};
    struct random_source random;
    struct buffer originals[3] = {{0}};
    char path[300];
    random_seed(&random, 5);
    record("damaged");
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/damaged/%s", root, names[i]);
        assert_true(read_text_file(path, &originals[i]));
    }
    for (int round = 0; round < 300; round++) {
        for (size_t i = 0; i < 3; i++) {
            size_t n = originals[i].length;
            uint8_t *copy = malloc(n);
            assert_non_null(copy);
            memcpy(copy, originals[i].data, n);
            for (uint32_t k = random_below(&random, 12); k; k--)
                copy[random_below(&random, (uint32_t)n)] =
                    random_one_in(&random, 2)
                        ? (uint8_t)random_below(&random, 256)
                        : (uint8_t) "\"{}[]:,\\9e=\n"[random_below(&random, 12)];
            if (random_one_in(&random, 4))
                n = random_below(&random, (uint32_t)n);
            snprintf(path, sizeof path, "damaged/%s", names[i]);
            write_bytes(path, copy, n);
            if (i == 0 && random_one_in(&random, 2))
                unlink(in_root(path));
            free(copy);
        }
        struct player_options options = {.path = in_root("damaged"), .rules = rules, .speed = 1e6};
        struct problem problem = PROBLEM_INIT;
        struct player *p = NULL;
        struct heard h = {0};
        if (player_open(&options, &p, &problem) == PROBLEM_NONE)
            play(p, &h);
        player_close(p);
        forget(&h);
    }
    for (size_t i = 0; i < 3; i++)
        buffer_free(&originals[i]);
}

static void any_bytes_are_a_log(void **state)
{
    (void)state;
    struct random_source random;
    random_seed(&random, 9);
    for (int round = 0; round < 40; round++) {
        uint8_t bytes[20000];
        size_t n = random_below(&random, sizeof bytes);
        for (size_t i = 0; i < n; i++)
            bytes[i] = random_one_in(&random, 3)
                           ? (uint8_t)random_below(&random, 256)
                           : (uint8_t) "[0:<I>]- \r\n{\"\x1b"[random_below(&random, 14)];
        char *text = play_all(write_bytes("any.log", bytes, n), NULL);
        assert_non_null(strstr(text, "verdict"));
        free(text);
    }
}

static int group_set_up(void **state)
{
    return load_rules(state) == 0 ? set_up(state) : -1;
}

static int group_tear_down(void **state)
{
    free_rules(state);
    return tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_is_played_in_its_own_time),
        cmocka_unit_test(only_what_is_due_comes_and_never_more_than_asked_for),
        cmocka_unit_test(a_pause_stops_the_clock_and_speed_changes_on_the_way),
        cmocka_unit_test(a_line_that_was_cut_is_skipped),
        cmocka_unit_test(lost_events_are_judged_anew_from_the_bytes),
        cmocka_unit_test(recorded_events_know_the_time_of_day),
        cmocka_unit_test(a_log_without_times_comes_as_fast_as_the_wire),
        cmocka_unit_test(time_stamps_set_the_pace_of_a_log),
        cmocka_unit_test(secrets_in_a_log_are_masked),
        cmocka_unit_test(a_verdict_comes_when_it_changes_and_at_the_end),
        cmocka_unit_test(a_file_of_json_events_is_played_as_it_is),
        cmocka_unit_test(what_cannot_be_played_is_told),
        cmocka_unit_test(huge_lines_are_bounded),
        cmocka_unit_test(one_step_never_reads_a_whole_file),
        cmocka_unit_test(times_out_of_reason_do_not_hold_it_up),
        cmocka_unit_test(damaged_recordings_end),
        cmocka_unit_test(any_bytes_are_a_log),
    };
    return cmocka_run_group_tests_name("player", tests, group_set_up, group_tear_down);
}
