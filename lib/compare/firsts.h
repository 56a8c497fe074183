/* The first request of each image, whose detections count for the metric map; private to
 * lib/compare. */
#ifndef OD_COMPARE_FIRSTS_H
#define OD_COMPARE_FIRSTS_H

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

/* A request whose detections are wanted. Texts are the gather's: equal ones are one. */
struct od_wanted {
    size_t place; /* of the cell in sides */
    int side;
    uint32_t run; /* number of the run on its side */
    uint32_t file;
    const char *run_id;
    const char *cell_id;
    int64_t seq;
    int64_t image_id;
    size_t first; /* the user's: of its detections */
    size_t count;
};

/* One an image, side and cell, in the order of place, side and image. A zeroed one is
 * empty. */
struct od_wanted_list {
    struct od_wanted *items; /* owned */
    size_t count;
    struct od_wanted **by_line; /* owned, of od_wanted_index */
};
void od_wanted_release(struct od_wanted_list *wanted);

/* The earliest of the first requests of all cells that are arranged: of the first run on
 * a side that has the image. */
void od_firsts_choose(const struct od_gather *gather, struct od_wanted_list *out);

/* The same cell's request for the same image on side OD_NEW; NULL: there is none. */
struct od_wanted *od_wanted_twin(const struct od_wanted_list *wanted,
                                 const struct od_wanted *base);

/* Prepares for od_wanted_find; items may not move afterwards. */
void od_wanted_index(struct od_wanted_list *wanted);
/* The request that file, run_id, cell_id, seq and image_id of key name; NULL: none that
 * is wanted. */
struct od_wanted *od_wanted_find(const struct od_wanted_list *wanted,
                                 const struct od_wanted *key);

#endif
