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
    char *figure;
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

/* True when the table is among those that are asked for by name. */
bool od_report_asks(const struct od_report_options *options, const char *table);

#endif
