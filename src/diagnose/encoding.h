/*
 * Chinese logs come in UTF-8 or in GBK, and the device does not say which. The
 * diagnosis works on bytes; whoever shows a line asks here first.
 */
#ifndef OTACONSOLE_DIAGNOSE_ENCODING_H
#define OTACONSOLE_DIAGNOSE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/* Not valid UTF-8, but made of GBK pairs and ASCII. */
bool encoding_is_gbk(const char *text, size_t n);
/*
 * The line as UTF-8 in `out` (terminated, cut between characters); a line that is
 * not GBK, or a system without the conversion, gives the bytes as they are.
 * Returns the length written.
 */
size_t encoding_to_utf8(const char *text, size_t n, char *out, size_t out_size);

#endif
