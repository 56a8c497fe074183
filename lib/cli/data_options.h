/* The command lines of odbench-data: one option table a command. */
#ifndef OD_CLI_DATA_OPTIONS_H
#define OD_CLI_DATA_OPTIONS_H

#include "cli/opt.h"

/* odbench-data list. */
struct od_data_list {
    char *annotations;
    char *images;
    char *format;
    char *sort;
    bool reverse;
    bool details;
    bool check;
    bool quiet;
    bool verbose;
};

/* odbench-data select. Ranges are still text. */
struct od_data_select {
    char *annotations;
    char *images;
    char *list;
    bool allow_missing;
    char *bytes;
    char *objects;
    char *pixels;
    int64_t random;
    uint64_t seed;
    int64_t first;
    bool names;
    char *output;
    bool force;
    bool quiet;
    bool verbose;
};

/* odbench-data make. Levels and ranges are still text. */
struct od_data_make {
    struct od_strings objects;
    struct od_strings bytes;
    struct od_strings sizes;
    int64_t per_cell;
    int64_t count;
    char *sides;
    int64_t quality;
    uint64_t seed;
    bool allow_off_target;
    char *output;
    bool force;
    bool quiet;
};

/* The program without a command: --help, --version and --completion only. */
extern const struct od_program od_data_program;
extern const struct od_program od_data_list_program;
extern const struct od_program od_data_select_program;
extern const struct od_program od_data_make_program;

#endif
