/* Whether answers for the same image are the same: --verify. */
#ifndef OD_BENCH_VERIFY_H
#define OD_BENCH_VERIFY_H

#include "base/buf.h"
#include "bench/plan.h"

/*
 * Answers are compared by their hash (od_result_hash), per target, model, image and form
 * of the image: decoded pixels (tensor, json) on one side, the file's bytes (jpeg, b64)
 * on the other, since a server may decode a JPEG a little differently. The first answer
 * is what all others are held against, whatever the protocol, the concurrency or the
 * repetition. Memory: 12 bytes for each such group and image, a bit for each cell and
 * image.
 */
struct od_verify;

/* cells are borrowed. */
struct od_verify *od_verify_new(const struct od_cell *cells, size_t cell_count,
                                size_t image_count);
void od_verify_free(struct od_verify *verify);

/* An answer: hash is the column result_hash; "" is none and is ignored. Any thread. */
void od_verify_add(struct od_verify *verify, size_t cell, size_t image, const char *hash);

/* Images of a cell for which one or more answers differed. Once all threads are done. */
int64_t od_verify_differing(const struct od_verify *verify, size_t cell);

/*
 * Appends "c003 (box, ssd, tfs-rest, json): answers for 2 of 10 images differ from the
 * first ones, e.g. 000000000139.jpg (c001)": the last is the cell of that image's first
 * answer. Nothing when none differs.
 */
void od_verify_describe(const struct od_verify *verify, const struct od_dataset *dataset,
                        size_t cell, struct od_buf *out);

#endif
