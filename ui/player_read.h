/* Lines of a file that anybody may have written, in bounded memory. */
#ifndef OTACONSOLE_UI_PLAYER_READ_H
#define OTACONSOLE_UI_PLAYER_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Far longer than any line of a recording. */
#define PLAYER_LINE_MAX ((size_t)256 * 1024)

enum player_piece {
    PIECE_LINE, /* a whole line, with its end; the last one of a file may have none */
    PIECE_PART, /* of a line longer than asked for */
    PIECE_END
};

struct player_reader {
    int fd;
    uint8_t *bytes;
    size_t start, end;
    bool over;   /* nothing more will come */
    bool inside; /* the last piece was a part */
};

/* Regular files only. 0, or an errno. */
int player_reader_open(struct player_reader *r, const char *path);
void player_reader_close(struct player_reader *r);
/* Bytes are valid until the next call; n > 0 except at the end. `most` <= PLAYER_LINE_MAX. */
enum player_piece player_read(struct player_reader *r, size_t most, const uint8_t **bytes,
                              size_t *n);
/* The last bytes of the file, for a look at how it ends. Returns how many. */
size_t player_read_tail(const struct player_reader *r, uint8_t *out, size_t n);
/* From the beginning again. */
void player_rewind(struct player_reader *r);

#endif
