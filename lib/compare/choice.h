/* What is asked of a comparison. */
#ifndef OD_COMPARE_CHOICE_H
#define OD_COMPARE_CHOICE_H

#include "stats/adjust.h"

#include <stdbool.h>
#include <stdint.h>

enum { OD_BASE, OD_NEW, OD_SIDES };

enum od_metric {
    OD_METRIC_P50,
    OD_METRIC_P90,
    OD_METRIC_P95,
    OD_METRIC_P99,
    OD_METRIC_MEAN,
    OD_METRIC_ERROR_RATE, /* share of requests that failed */
    OD_METRIC_MAP         /* COCO mAP@[.5:.95] of the recorded detections */
};
const char *od_metric_name(enum od_metric metric); /* "p50", "error-rate" */
/* True for nanoseconds, where less is better; a share otherwise. */
bool od_metric_is_time(enum od_metric metric);

/* What is asked. Texts are borrowed. */
struct od_compare_options {
    enum od_metric metric;
    bool response;             /* response_ns in place of service_ns */
    double alpha;              /* 0.05: of all cells together, after the correction */
    double confidence;         /* 0.95: of the intervals */
    enum od_adjust correction; /* Holm */
    double threshold_ratio;    /* 0.02 */
    int64_t threshold_ns;      /* 50000 */
    double threshold_errors;   /* 0.001: share of requests */
    double threshold_map;      /* 0.005 */
    double run_noise_ratio;    /* 0.01: standard deviation between two runs of the same
                                  server; used while a side has one run */
    double pair_noise_ratio;   /* the same of A/B pairs: of the ratio of two equal
                                  servers within a run */
    int resamples;             /* 1000: of the bootstrap */
    uint64_t seed;             /* of the bootstrap, 1 */
    bool strict;               /* what is inconclusive ends with status 3 */
    bool allow_missing;        /* cells of one side only do not end with status 2 */
    const char *row;           /* columns that make a cell, "a,b"; NULL: the default */
    const char *col;           /* column that makes the sides; NULL: the files */
    const char *ignore;        /* columns left out of row */
    const char *filter;        /* record/where.h */
    const char *annotations;   /* COCO file, OD_METRIC_MAP only */
};
void od_compare_options_init(struct od_compare_options *options); /* the defaults above */

/* The default of row. */
#define OD_COMPARE_ROW "model,protocol,payload,target,connection,batch,concurrency,rate"

#endif
