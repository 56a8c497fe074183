/* The Prometheus text format, as far as sums need it. */
#ifndef OD_WIRE_PROMETHEUS_H
#define OD_WIRE_PROMETHEUS_H

#include <stdbool.h>
#include <stddef.h>

/* A label that a sample must carry, with this value; a NULL value: any. */
struct od_prometheus_label {
    const char *name;
    const char *value;
};

/*
 * Adds up the samples of that name that carry all the labels (count of them): label
 * values are compared with \\, \" and \n resolved. Lines that are none are passed over.
 * False when there was no such sample: *sum is 0 then.
 */
bool od_prometheus_sum(const char *text, size_t len, const char *name,
                       const struct od_prometheus_label *labels, size_t count,
                       double *sum);

#endif
