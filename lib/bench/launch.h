/* From options to files: everything that odbench-run does. */
#ifndef OD_BENCH_LAUNCH_H
#define OD_BENCH_LAUNCH_H

#include "base/buf.h"
#include "bench/options.h"
#include "bench/run.h"
#include "record/meta.h"

/* The program's side: where words go and how it is stopped. */
struct od_launch {
    const struct od_run_options *options;
    const struct od_strings *images; /* operands */
    const char *token;  /* value of the variable of --token-env; NULL: not set */
    const char *client; /* name of this machine when options give none */
    int argc;
    const char *const *argv;          /* the command line; kept without secrets */
    const struct od_meta_pair *facts; /* what else the meta file should hold */
    size_t fact_count;
    const volatile sig_atomic_t *interrupted;
    void (*warn)(const char *text, void *arg);
    void (*note)(const char *text, void *arg); /* what goes on; NULL: nobody asks */
    void (*progress)(const struct od_run_progress *now, void *arg); /* or NULL */
    void *arg;
};

/* What to tell the user at the end. */
struct od_launch_result {
    struct od_buf text; /* closing table, or the cells of a dry run */
    char *rows_path;    /* owned; NULL when there is no file */
    int status;         /* exit status */
};

/*
 * Checks everything that can be checked, then probes, runs and writes rows, meta file and
 * detections. Returns -1 with the reason when nothing was measured or output was lost;
 * then result->status is the exit status too. *result is initialised here and released by
 * the caller.
 */
int od_launch_run(const struct od_launch *launch, struct od_launch_result *result,
                  struct od_err *err) OD_MUST_CHECK;
void od_launch_result_release(struct od_launch_result *result);

#endif
