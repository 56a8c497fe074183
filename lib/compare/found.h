/* Which requests' detections count, and what they are, for the metric map; private to
 * lib/compare. */
#ifndef OD_COMPARE_FOUND_H
#define OD_COMPARE_FOUND_H

#include "compare/gather.h"

/* Of the requests of an origin about an image that counted, those in one file: the one
 * with the lowest number. */
struct od_first {
    uint32_t origin;
    uint32_t file;
    int64_t image_id;
    int64_t seq;
};

/* A zeroed one is empty. */
struct od_firsts {
    struct od_first *items; /* owned */
    size_t count;
    size_t capacity;
    struct od_index index; /* by origin, image and file */
};
void od_firsts_release(struct od_firsts *firsts);

/* For a request that counted, of origin gather->last_origin. */
void od_firsts_note(struct od_gather *gather, const struct od_record *record);

/*
 * Reads the companions of all files and the annotations, and gives every cell of sides,
 * which is arranged, what both sides found. Of a side with several runs the earliest that
 * has an image counts. Fails with OD_EINPUT, saying what is needed: a run without
 * recorded detections, no annotations, or annotations of other images; else as
 * od_accuracy_read.
 */
int od_found_join(const struct od_gather *gather, struct od_sides *sides,
                  struct od_err *err) OD_MUST_CHECK;

#endif
