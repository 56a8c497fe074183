/* Requests made ready before the clock. */
#ifndef OD_BENCH_PREPARE_H
#define OD_BENCH_PREPARE_H

#include "bench/plan.h"
#include "image/image.h"
#include "service/model_format.h"
#include "wire/message.h"

#include <signal.h>

/* One image as one cell sends it. Owns the pixels or file bytes that the message borrows.
 */
struct od_prepared {
    struct od_request request;
    struct od_picture picture;
    struct od_image image;
    struct od_fitted fitted;
    struct od_buf file;
    struct od_message message;
    int64_t prepare_ns;    /* reading, decoding and building; -1 when it failed */
    int64_t preprocess_ns; /* between: od_model_fit_picture; -1: files travel */
    struct od_err err; /* why it failed: the request becomes a row with status invalid */
};

/*
 * Reads, decodes and encodes. A failure is kept in out->err. The struct must not be
 * copied afterwards (the request points into it). Any thread.
 */
void od_prepare(const struct od_plan *plan, const struct od_cell *cell,
                const struct od_sample *sample, struct od_prepared *out);
void od_prepared_release(struct od_prepared *prepared);

/* All requests of a cell, as far as they fit into the plan's memory and until
 * *interrupted is not 0. */
struct od_store;
struct od_store *od_store_new(const struct od_plan *plan, const struct od_cell *cell,
                              const volatile sig_atomic_t *interrupted);
/* The prepared request of image i, NULL when it did not fit. Any thread. Borrowed. */
const struct od_prepared *od_store_get(const struct od_store *store, size_t i);
void od_store_free(struct od_store *store);

#endif
