/* Chooses images of a data set: by list, by ranges, by seed, the first ones; and sorts.
 */
#ifndef OD_DATASET_SELECTION_H
#define OD_DATASET_SELECTION_H

#include "base/err.h"
#include "dataset/dataset.h"
#include "dataset/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both ends belong to it. */
struct od_range {
    int64_t low;
    int64_t high;
};

#define OD_RANGE_ALL ((struct od_range){0, INT64_MAX})

/*
 * "2..5", "2..", "..5" or "2"; with bytes the ends are sizes such as 50k. Fails with
 * OD_EINPUT, also when the low end is above the high one.
 */
int od_range_parse(const char *text, bool bytes, struct od_range *out,
                   struct od_err *err) OD_MUST_CHECK;

/* Images of a data set by their index. A zeroed one is empty and valid. */
struct od_picks {
    size_t *items;
    size_t count;
    size_t capacity;
};
void od_picks_release(struct od_picks *picks);
void od_picks_all(const struct od_dataset *dataset, struct od_picks *out);

enum od_order {
    OD_ORDER_GIVEN,
    OD_ORDER_NAME,
    OD_ORDER_ID,
    OD_ORDER_BYTES,
    OD_ORDER_PIXELS,
    OD_ORDER_OBJECTS
};

/* Sorts by a property, equal ones by name and then as given; reverse turns it all round.
 */
void od_picks_sort(const struct od_dataset *dataset, enum od_order order, bool reverse,
                   struct od_picks *picks);

struct od_selection {
    const struct od_manifest
        *list;             /* these, by the last part of their names; NULL: all */
    const char *list_name; /* the list's file, for messages */
    bool allow_missing;    /* listed images that are not there: counted */
    struct od_range bytes;
    struct od_range objects; /* other than OD_RANGE_ALL: annotated images only */
    struct od_range pixels;  /* width * height */
    size_t random;           /* that many of them, drawn with seed; 0: all */
    uint64_t seed;
    size_t first; /* then the first of them; 0: all */
};

/*
 * Applies the list, the ranges, the draw and the count, in this order. The result stands
 * in the list's order, else by name. *missing counts listed images that are not there.
 * Fails with OD_ENOENT on the first of those unless allow_missing is set, and with
 * OD_EINPUT when objects matter and the data set has no annotations or when no image is
 * left. *out is then empty. The caller releases *out.
 */
int od_select(const struct od_dataset *dataset, const struct od_selection *selection,
              struct od_picks *out, size_t *missing, struct od_err *err) OD_MUST_CHECK;

/*
 * Makes the manifest of the picked images: names relative to folder (see relpath.h), or
 * bare names, with the SHA-256 of each file. Reads all of them. Fails with OD_ENOENT,
 * OD_ESYS or OD_EOUTPUT (no such folder), naming the file; *out is then empty. The caller
 * releases *out.
 */
struct od_manifest_spec {
    const char *folder; /* "": the working folder */
    bool bare_names;
};
int od_picks_manifest(const struct od_dataset *dataset, const struct od_picks *picks,
                      const struct od_manifest_spec *spec, struct od_manifest *out,
                      struct od_err *err) OD_MUST_CHECK;

#endif
