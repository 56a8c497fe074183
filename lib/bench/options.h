/* The options of odbench-run. */
#ifndef OD_BENCH_OPTIONS_H
#define OD_BENCH_OPTIONS_H

#include "cli/opt.h"

#include <stdbool.h>
#include <stdint.h>

/* Values as od_opt_parse leaves them; od_opt_release(&od_run_program, ...) frees them. */
struct od_run_options {
    struct od_strings targets;
    struct od_strings ab;
    struct od_strings models;
    struct od_strings model_infos;
    struct od_strings protocols;
    struct od_strings payloads;
    struct od_strings concurrency;
    char *client;
    char *signature;
    char *input;
    struct od_strings input_formats;
    struct od_strings output_formats;
    char *form;
    char *annotations;
    char *image_dir;
    int64_t limit;
    char *arrival;
    struct od_strings rates;
    int64_t duration_ns;
    int64_t count;
    char *duration_stop;
    int64_t min_samples;
    char *stability;
    int64_t max_repetitions;
    bool search_max_rate;
    char *slo;
    bool precise;
    char *keep_warm;
    struct od_strings pin;
    int64_t repetitions;
    int64_t warmup;
    char *connection;
    char *order;
    uint64_t seed;
    int64_t memory_bytes;
    int64_t timeout_ns;
    int64_t connect_timeout_ns;
    int64_t reply_max_bytes;
    int64_t retries;
    int64_t retry_delay_ns;
    bool tls;
    bool insecure;
    char *cacert;
    char *cert;
    char *key;
    struct od_strings headers;
    char *token_file;
    char *token_env;
    bool allow_plaintext_token;
    char *max_errors;
    char *output;
    char *name;
    char *meta;

    char *plan_file;
    struct od_strings set;
    bool detections;
    bool resume;
    bool verify;
    bool strict;
    bool calibrate;
    bool floor;
    char *log;
    bool paper;
    bool allow_unreachable;
    int64_t wait_ready_ns;
    bool probe;
    bool force;
    bool send_id;
    bool gzip;
    bool quiet;
    bool dry_run;
    bool list_protocols;
    bool list_columns;
    struct od_strings list_models;
};

extern const struct od_program od_run_program;

/*
 * Adds what --plan and --set say to options of a command line: the file of --plan
 * (odbench-plan(5)), a JSON object whose keys are option names and "images", then each
 * KEY=VALUE of --set in order. What given (as od_opt_parse fills it) marks stays as it
 * is; "images" counts when *images is empty. A list of --set takes the place of the
 * plan's, a further --set of the same key adds to it. Fails with OD_EINPUT naming file
 * and key, or --set and key; never quotes a header.
 */
int od_run_options_complete(struct od_run_options *options, const bool *given,
                            struct od_strings *images, struct od_err *err) OD_MUST_CHECK;

#endif
