/* The labels along one side of a table: each once, found fast, in a fixed order. */
#ifndef OD_TABLE_AXIS_H
#define OD_TABLE_AXIS_H

#include <stddef.h>

#define OD_AXIS_NONE ((size_t)-1)

/* A zeroed one is empty. labels are owned and in order. */
struct od_axis {
    char **labels;
    size_t count;
    size_t capacity;
    size_t *slots; /* hash table of index + 1, 0 is free */
    size_t slot_count;
};

void od_axis_release(struct od_axis *axis);

/* The index of label, which is copied and put at the end when it is new. */
size_t od_axis_add(struct od_axis *axis, const char *label);
size_t od_axis_find(const struct od_axis *axis, const char *label); /* OD_AXIS_NONE */

/*
 * Puts the labels of known (NULL-terminated, may be NULL) first, in that order, and the
 * others behind them by name (numbers in it by value). A label with a known first word
 * ("tfs-rest jpeg") stands with that word. So the same cells stand in the same order
 * whatever order the run was shuffled into. Indices change.
 */
void od_axis_sort(struct od_axis *axis, const char *const *known);

/* The study's machines, models and protocols, in its order, for od_axis_sort. */
extern const char *const od_axis_machines[];
extern const char *const od_axis_models[];
extern const char *const od_axis_protocols[];

#endif
