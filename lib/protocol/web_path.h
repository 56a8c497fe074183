/* Paths with a model's name in them; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_WEB_PATH_H
#define OD_PROTOCOL_WEB_PATH_H

#include "base/buf.h"
#include "base/err.h"
#include "service/request.h"

#include <stdbool.h>

/*
 * The text with {model} and {version} (the version's label, else its number) filled in,
 * as %XX where encoded. Fails with OD_EINPUT when the text wants what the model has not.
 * *out is owned by the caller.
 */
int od_web_fill(const char *text, const struct od_model *model, bool encoded, char **out,
                struct od_err *err) OD_MUST_CHECK;

/*
 * Does a path, whose query is not looked at, have the form of the text? What stands at
 * {model} and {version} (digits as a number, else as a label) is written into *model
 * unless that is NULL; false also for names that are too long.
 */
bool od_web_match(const char *text, const char *path, struct od_model *model);

#endif
