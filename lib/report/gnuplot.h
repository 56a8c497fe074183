/* Running gnuplot. */
#ifndef OD_REPORT_GNUPLOT_H
#define OD_REPORT_GNUPLOT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Runs gnuplot (searched in /usr/local/bin, /usr/bin and /bin, with an environment of its
 * own, so that the same program makes the same bytes) on a program that writes a picture
 * to standard output, and puts the picture at path: into a temporary neighbour, then
 * renamed. Waits for it. Fails with OD_EOUTPUT when path cannot be written, with OD_ESYS
 * when gnuplot is not there or fails; the text then holds its first line.
 */
int od_gnuplot_run(const char *program, size_t len, const char *path,
                   struct od_err *err) OD_MUST_CHECK;

/* The same into memory: appends the picture to *out. By a file below /tmp. */
int od_gnuplot_picture(const char *program, size_t len, struct od_buf *out,
                       struct od_err *err) OD_MUST_CHECK;

/* Whether there is a gnuplot. */
bool od_gnuplot_present(void);

#endif
