/* The files of a new project, as texts; command_new.c writes them. */
#ifndef OTACONSOLE_CLI_NEW_FILES_H
#define OTACONSOLE_CLI_NEW_FILES_H

#include "base/buffer.h"
#include "board/board.h"

struct new_project {
    const struct board *board;
    const struct board_generation *generation;
    const char *board_word; /* as --board takes it: a name, or the path of a board file */
    char name[64];          /* of the profile */
    bool generation_given;  /* not the board's default: commands name it */
};

struct new_file {
    const char *name;
    unsigned mode;
    bool kept; /* never written over: it holds what a person typed */
    const char *meaning;
    void (*write)(const struct new_project *project, struct buffer *out);
};

extern const struct new_file new_files[];
extern const size_t new_file_count;

/* The command that rehearses the project on the simulated board, or NULL when none can. */
bool new_can_rehearse(const struct new_project *project);
void new_write_rehearsal(const struct new_project *project, struct buffer *out);

#endif
