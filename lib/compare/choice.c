/* What is asked of a comparison: names and defaults. */
#include "compare/choice.h"

#include <stddef.h>

static const char *const metrics[] = {
    [OD_METRIC_P50] = "p50",   [OD_METRIC_P90] = "p90",
    [OD_METRIC_P95] = "p95",   [OD_METRIC_P99] = "p99",
    [OD_METRIC_MEAN] = "mean", [OD_METRIC_ERROR_RATE] = "error-rate",
    [OD_METRIC_MAP] = "map",
};

const char *od_metric_name(enum od_metric metric)
{
    return metrics[metric];
}

bool od_metric_is_time(enum od_metric metric)
{
    return metric != OD_METRIC_ERROR_RATE && metric != OD_METRIC_MAP;
}

void od_compare_options_init(struct od_compare_options *options)
{
    *options = (struct od_compare_options){
        .metric = OD_METRIC_P50,
        .alpha = 0.05,
        .confidence = 0.95,
        .correction = OD_ADJUST_HOLM,
        .threshold_ratio = 0.02,
        .threshold_ns = 50000,
        .threshold_errors = 0.001,
        .threshold_map = 0.005,
        .run_noise_ratio = 0.01,
        .pair_noise_ratio = 0.005,
        .resamples = 1000,
        .seed = 1,
    };
}
