/*
 * The workflow pane: the steps of the chosen profile with state, time, retries and
 * progress, with rate, time left and a sparkline of the throughput.
 *
 * Pure: fed with events, asked to draw. Times are those of the events (event.time_us).
 */
#ifndef OTACONSOLE_UI_WORKFLOW_PANE_H
#define OTACONSOLE_UI_WORKFLOW_PANE_H

#include "event/event.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "workflow/profile.h"

enum step_state { STEP_WAITING, STEP_RUNNING, STEP_PASSED, STEP_FAILED, STEP_SKIPPED };

#define WORKFLOW_SAMPLES 120

struct workflow_step {
    char *name;       /* safe, owned */
    const char *kind; /* profile_step_kind_name, or "" */
    enum step_state state;
    uint64_t started_us, elapsed_us;
    unsigned attempts;
    char problem[64]; /* code of the failure, "" = none */
};

struct workflow_pane {
    char title[160]; /* the profile's name; "" = none chosen */
    struct workflow_step *steps;
    size_t count, chosen, first;
    size_t offset; /* a run of the last steps only: which of ours is its first */
    bool running;
    bool fresh;  /* a run has begun and not told of any step */
    bool follow; /* the step under way is the chosen one; a movement ends that */
    uint64_t now_us, run_started_us, run_elapsed_us;
    char result[64]; /* code the last run ended with, "" = none yet */
    bool passed;
    char asked[400]; /* what a person is asked for; "" = nothing */
    char asked_for[24];
    struct {
        bool active;
        char activity[32];
        uint64_t done, total, rate, eta_us, time_us;
        uint32_t samples[WORKFLOW_SAMPLES]; /* bytes a second, oldest first */
        unsigned sample_count;
        uint64_t sampled_done, sampled_us;
        unsigned retries; /* blocks sent again */
    } progress;
};

void workflow_pane_free(struct workflow_pane *w);
/* The steps of a profile that is not running yet; NULL empties the pane. */
bool workflow_pane_set_profile(struct workflow_pane *w, const struct profile *profile);
/*
 * Every event of the session comes here. A run whose steps are those of the profile, or
 * the last of them (run from a step), is shown in its list; any other one (flash, read)
 * builds a list of its own as steps begin.
 */
void workflow_pane_take(struct workflow_pane *w, const struct event *event);
/* The time goes on: elapsed times of what runs. */
void workflow_pane_tick(struct workflow_pane *w, uint64_t now_us);
void workflow_pane_move(struct workflow_pane *w, int steps);
/* The step to run from: the chosen one, or after a failure the failed one. 0-based. */
size_t workflow_pane_chosen(const struct workflow_pane *w);
/* Rows wanted to show everything, with the title, for the layout. */
unsigned workflow_pane_rows(const struct workflow_pane *w);
void workflow_pane_draw(struct workflow_pane *w, struct screen *s, struct rect area, bool focus);

#endif
