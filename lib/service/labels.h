/* Label maps: names and class numbers of what a detector can tell. */
#ifndef OD_SERVICE_LABELS_H
#define OD_SERVICE_LABELS_H

#include <stdbool.h>
#include <stddef.h>

struct od_label_name {
    int label; /* as in od_box */
    const char *name;
};

/*
 * Names of labels. dense: classes are counted without the gaps that COCO's ids have
 * (coco80). A map of one's own is made with od_label_map_new.
 */
struct od_label_map {
    const char *name; /* "coco91"; "" for one's own */
    const struct od_label_name *items;
    size_t count;
    bool dense;
};

/* Of COCO: the classes are its category ids (coco91), or count the 80 that it uses. */
extern const struct od_label_map od_labels_coco91;
extern const struct od_label_map od_labels_coco80;
/* The one of that name; NULL: there is none. */
const struct od_label_map *od_label_map_find(const char *name);

/* An empty map of one's own, and an item more; the name is copied. */
struct od_label_map *od_label_map_new(void);
void od_label_map_add(struct od_label_map *map, int label, const char *name);
/* Only for a map of one's own; NULL is fine. */
void od_label_map_free(struct od_label_map *map);

/* The name of a label; NULL when it has none. Borrowed. map may be NULL (no names). */
const char *od_label_map_name(const struct od_label_map *map, int label);
/* The label of a name, without regard to ASCII case, blanks, hyphens and underscores
 * unless one is the very same; in COCO's maps also of what Darknet calls some ("sofa").
 * False when there is none. map may be NULL. */
bool od_label_map_label(const struct od_label_map *map, const char *name, int *label);

/*
 * Class numbers, counted from 0, to labels and back: one to one. The label is the class
 * plus 1, but for a dense map: there the classes 0 to 79 are COCO's, and those from 80 on
 * the labels that COCO does not use, in rising order. map may be NULL. Numbers are
 * between -2^30 and 2^30.
 */
int od_label_map_of_class(const struct od_label_map *map, int number);
int od_label_map_class(const struct od_label_map *map, int label);

#endif
