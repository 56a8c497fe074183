/* Which output tensor holds what; for the files of lib/protocol only. */
#ifndef OD_SERVICE_OUTPUTS_FIND_H
#define OD_SERVICE_OUTPUTS_FIND_H

#include "base/err.h"
#include "service/outputs.h"

/* The tensors that a layout reads, borrowed from the list; the others are NULL. */
struct od_outputs_found {
    enum od_output_layout layout;           /* never AUTO */
    const struct od_output_tensor *boxes;   /* of one-tensor layouts: the tensor */
    const struct od_output_tensor *scores;  /* TF, LABELS, PAIR */
    const struct od_output_tensor *classes; /* TF, LABELS */
    const struct od_output_tensor *counts;  /* TF */
};

/*
 * Finds them by names and shapes: of the layout that is wanted, or of the first that fits
 * (AUTO). outputs is the set that was asked for: what is outside it may be missing. Fails
 * with OD_EDECODE, naming the outputs that there are.
 */
int od_outputs_find(enum od_output_layout wanted, unsigned outputs,
                    const struct od_outputs_list *list, struct od_outputs_found *found,
                    struct od_err *err) OD_MUST_CHECK;

/*
 * The dimensions before the last tail ones: each is the last of them (1 when there are
 * none), images the product of the others.
 */
void od_outputs_dims(const struct od_output_tensor *tensor, size_t tail, size_t *images,
                     size_t *each);

#endif
