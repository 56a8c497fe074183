/* Quantiles of samples that come in clusters: by image and by unit of time. */
#ifndef OD_STATS_CLUSTER_H
#define OD_STATS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value and the clusters that it belongs to. */
struct od_clustered {
    double value;
    uint32_t image;
    uint32_t unit;
};

/* One side of a comparison. Borrowed; items ascend by value. */
struct od_cluster_side {
    const struct od_clustered *items;
    size_t count;
    uint32_t units; /* every unit is below it */
};

struct od_cluster_how {
    int permille;    /* the quantile: of type 7 without resampling */
    uint32_t images; /* every image is below it, on both sides */
    bool paired;     /* unit k of both sides was measured together: drawn together */
    int resamples;   /* 100 .. 10000 */
    double confidence;
    uint64_t seed;
};

/* The logarithm of the ratio of the quantiles, side 1 over side 0. NaN: not known. */
struct od_cluster_result {
    double quantile[2];
    double log_ratio;
    double error;     /* standard deviation over the resamples */
    double df;        /* least number of clusters of a kind that varied, less 1 */
    double low, high; /* percentile interval over the resamples */
};

/*
 * The two-way cluster bootstrap (Owen and Eckles 2012, "Bootstrapping data arrays of
 * arbitrary order"): a resample draws images with replacement, the same for both sides,
 * and units with replacement, and a value weighs as often as its image times as often as
 * its unit was drawn. Clusters that have values on no side are not drawn, and a kind of
 * cluster of which there is one only is not resampled; without any that can be, error,
 * df, low and high are not known. A resample in which nothing of a side was drawn is left
 * out. Values are positive. The same seed gives the same result on every machine:
 * resample k takes from stream k of the seed as many draws as there are images, in the
 * order of their numbers, then as many as there are units of side 0, then of side 1
 * unless paired. Costs about resamples times the number of values beyond the quantile,
 * from the nearer end.
 */
void od_cluster_quantile(const struct od_cluster_side side[2],
                         const struct od_cluster_how *how, struct od_cluster_result *out);

#endif
