#include "image/upload_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void note_other(struct upload_name *result, const char *at)
{
    uint32_t code_point;
    size_t n = text_utf8_length((const uint8_t *)at, strlen(at), &code_point);
    if (result->others++ == 0)
        text_make_safe(result->other, sizeof result->other, (const uint8_t *)at, n ? n : 1);
}

void upload_name_make(const char *path, struct upload_name *result)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    *result = (struct upload_name){0};
    const char *last = strrchr(base, '.');
    size_t n = 0;
    for (const char *p = base; *p && n + 1 < sizeof result->name; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '@' || (c == '.' && p != last)) {
            result->ats += c == '@';
            result->dots += c == '.';
            c = '_';
        } else if (c != '.' && c != '-' && c != '_' && !(c < 128 && isalnum(c)) &&
                   (c & 0xC0) != 0x80) {
            note_other(result, p);
        }
        result->name[n++] = (char)c;
    }
}
