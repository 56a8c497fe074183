/* What makes a run the same run, so that it can go on: its plan, seed and images. */
#ifndef OD_BENCH_IDENTITY_H
#define OD_BENCH_IDENTITY_H

#include "base/err.h"
#include "dataset/sha256.h"

/* Borrowed texts, as they stand in a .meta.json. */
struct od_identity {
    const char *plan;   /* JSON object, as od_run_facts writes it */
    const char *seed;   /* digits */
    const char *digest; /* of the images */
};

/*
 * SHA-256 over the canonical JSON (sorted keys, no blanks) of all three. Left out is what
 * may change between two parts of a run: how patient the user is (timeouts, limits of
 * errors), memory, whether targets are probed, which of them answered, how the run ended.
 * Fails with OD_EINPUT when plan is no JSON object.
 */
int od_identity_hash(const struct od_identity *identity, char out[OD_SHA256_SIZE],
                     struct od_err *err) OD_MUST_CHECK;

/*
 * Fails with OD_EINPUT naming the first thing that differs, what it was and what it is:
 * "cells[2].concurrency was 1, is 4". Also when a server tells another version of a model
 * than it did.
 */
int od_identity_same(const struct od_identity *was, const struct od_identity *is,
                     struct od_err *err) OD_MUST_CHECK;

#endif
