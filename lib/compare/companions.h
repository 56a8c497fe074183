/* What the companions of the files say of the runs; private to lib/compare. */
#ifndef OD_COMPARE_COMPANIONS_H
#define OD_COMPARE_COMPANIONS_H

#include "compare/gather.h"

struct json_t;

struct od_companion {
    char *path;          /* owned; of the file itself when it has none */
    struct json_t *root; /* owned; NULL: no companion is there */
    const char *run_id;  /* in root; NULL: not known */
};

/* One for each file of the gather. A zeroed one is empty. */
struct od_companions {
    struct od_companion *items; /* owned */
    size_t count;
};

/* One that is not there is no error. Fails with OD_EINPUT, OD_ESYS or OD_ELIMIT, naming
 * the companion. */
int od_companions_read(struct od_companions *companions, const struct od_gather *gather,
                       struct od_err *err) OD_MUST_CHECK;
void od_companions_release(struct od_companions *companions);

/* -1: value a of a column stands in front of b in the plan of a run, 1: the other way
 * round, 0: no plan tells, or plans differ. */
int od_companions_order(const struct od_companions *companions, const char *column,
                        const char *a, const char *b);

/* Gives the sides of cells their doubts. Fails as od_validity_set_add. */
int od_companions_doubts(const struct od_companions *companions, struct od_gather *gather,
                         struct od_err *err) OD_MUST_CHECK;

/* Adds warnings about runs that differ or did not end, and the facts that all share, to
 * out, whose sources have their labels. */
void od_companions_tell(const struct od_companions *companions,
                        const struct od_gather *gather, struct od_comparison *out);

#endif
