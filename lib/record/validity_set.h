/* The validity records of several runs, found by run and cell. */
#ifndef OD_RECORD_VALIDITY_SET_H
#define OD_RECORD_VALIDITY_SET_H

#include "record/validity.h"

/* A zeroed one is empty. */
struct od_validity_set {
    struct od_validity_run *runs; /* owned */
    size_t run_count;
    size_t run_capacity;
};

/*
 * Adds what the companion of a result file says (od_companion_path; "-" has none). A
 * companion that is not there, or has no validity, adds nothing. Fails with OD_EINPUT or
 * OD_ESYS, naming the companion.
 */
int od_validity_set_add(struct od_validity_set *set, const char *rows_path,
                        struct od_err *err) OD_MUST_CHECK;

/* The record of a cell of a run, borrowed; NULL when there is none. */
const struct od_cell_validity *od_validity_set_find(const struct od_validity_set *set,
                                                    const char *run_id,
                                                    const char *cell_id);

void od_validity_set_release(struct od_validity_set *set);

#endif
