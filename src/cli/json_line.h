/* One JSON object a line, as every --json output of the command line is. */
#ifndef OTACONSOLE_CLI_JSON_LINE_H
#define OTACONSOLE_CLI_JSON_LINE_H

#include <stdio.h>
#include <cJSON.h>

/* Prints the object and releases it. */
void json_line_print(cJSON *object, FILE *out);

#endif
