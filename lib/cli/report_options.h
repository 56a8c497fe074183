/* The command line of odbench-report. */
#ifndef OD_CLI_REPORT_OPTIONS_H
#define OD_CLI_REPORT_OPTIONS_H

#include "cli/opt.h"

struct od_report_options {
    struct od_strings tables;
    struct od_strings specs; /* files */
    char *format;
    bool macros;
    bool interval;
    int64_t digits;
    char *unit;
    struct od_strings by;
    char *order;
    bool findings;
    char *figure;
    char *draw; /* folder */
    char *images;
    double least_score;
    char *where; /* still text */
    char *image;
    char *client;
    char *annotations;
    char *output;
    bool list_tables;
    bool list_figures;
    bool list_columns;
    bool quiet;
};

extern const struct od_program od_report_program;

/* Whether something is asked for that the runs' detections are read for. */
bool od_report_needs_detections(const struct od_report_options *options);

#endif
