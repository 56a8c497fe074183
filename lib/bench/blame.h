/* Who an error is about. */
#ifndef OD_BENCH_BLAME_H
#define OD_BENCH_BLAME_H

#include "base/err.h"

/*
 * Puts the names of the target and of the model in front of the text of *err, unless it
 * begins with the one and holds "model NAME": a row's message is read without its row.
 */
void od_blame(const char *target, const char *model, struct od_err *err);

#endif
