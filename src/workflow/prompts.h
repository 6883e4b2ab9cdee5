/* Who is talking: a loader of the board, or its application, told by the prompt. */
#ifndef OTACONSOLE_WORKFLOW_PROMPTS_H
#define OTACONSOLE_WORKFLOW_PROMPTS_H

#include "workflow/conversation.h"

/*
 * The dialect whose prompt ends the text since `mark`, or NULL. Prompts may be ends
 * of each other ("aos boot# " and "# "), so the longest wins.
 */
const struct board_dialect *prompts_loader(const struct conversation *c, uint64_t mark);
/* Whether that text ends in the application's prompt. */
bool prompts_application(const struct conversation *c, uint64_t mark);

#endif
