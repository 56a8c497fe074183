/* Running gnuplot. */
#ifndef OD_REPORT_GNUPLOT_H
#define OD_REPORT_GNUPLOT_H

#include "base/err.h"

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

#endif
