/* The command line of odbench-serve. */
#ifndef OD_CLI_SERVE_OPTIONS_H
#define OD_CLI_SERVE_OPTIONS_H

#include "cli/opt.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the values of the options go. */
struct od_serve_options {
    struct od_strings models;
    char *models_dir, *listen, *port_file, *stamp_log;
    struct od_strings input_formats;
    char *input_name, *dialect, *outputs, *profile;
    char *cert, *key, *cacert, *token_file;
    int64_t grpc_port, rest_port, workers, queue, max_boxes;
    int64_t max_body, timeout_ns, grace_ns;
    double score_min, nms_iou;
    uint64_t seed;
    bool tensor_content, list_models, quiet, verbose;
};

extern const struct od_program od_serve_program;

#endif
