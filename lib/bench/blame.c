/* Who an error is about. */
#include "bench/blame.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A name ends where no character follows that names have. */
static bool ends(const char *behind)
{
    return !isalnum((unsigned char)*behind) && *behind != '_' && *behind != '-';
}

static bool names_model(const char *text, const char *model)
{
    static const char word[] = "model ";
    size_t len = strlen(model);
    for (const char *p = strstr(text, word); p != NULL; p = strstr(p, word)) {
        p += sizeof word - 1;
        if (strncmp(p, model, len) == 0 && ends(p + len)) {
            return true;
        }
    }
    return false;
}

void od_blame(const char *target, const char *model, struct od_err *err)
{
    size_t len = strlen(target);
    if (!names_model(err->msg, model)) {
        od_err_context(err, "%s, model %s", target, model);
    } else if (strncmp(err->msg, target, len) != 0 || !ends(err->msg + len)) {
        od_err_context(err, "%s", target);
    }
}
