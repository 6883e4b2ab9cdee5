#include "cli/json_line.h"

#include <stdlib.h>

void json_line_print(cJSON *object, FILE *out)
{
    char *text = cJSON_PrintUnformatted(object);
    fprintf(out, "%s\n", text ? text : "{}");
    free(text);
    cJSON_Delete(object);
}
