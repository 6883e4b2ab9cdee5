/* Any text as a board file: it loads, or it is refused in words with a place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "board/board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct board *board = NULL;
    struct problem problem = PROBLEM_INIT;
    static struct schema_report report;
    report.count = 0;
    if (board_load_memory("fuzz", (const char *)data, size, &board, &report, &problem) !=
        PROBLEM_NONE) {
        if (board || !problem.what[0] || !problem.hint[0] || strncmp(problem.where, "fuzz", 4) != 0)
            abort();
        return 0;
    }
    for (size_t i = 0; i < board->generation_count; i++)
        board_check_write(board, &board->generations[i], board->generations[i].write_address,
                          (uint32_t)size * 977, size % 2, &problem);
    for (size_t i = 0; i < board->dialect_count; i++) {
        if (!board->dialects[i].prompt || !board->dialects[i].prompt[0])
            abort();
    }
    board_free(board);
    return 0;
}
