/* Where the names of points stand; private to lib/table. */
#ifndef OD_TABLE_PLOT_LABELS_H
#define OD_TABLE_PLOT_LABELS_H

#include <stdbool.h>
#include <stddef.h>

/* A point with its bars and the size of its name, in points of the screen from the lower
 * left corner of the plot. */
struct od_place {
    double x;
    double y;
    double left; /* ends of the bars; those of the point where there are none */
    double right;
    double bottom;
    double top;
    double width; /* of the name */
};

/* The left end and the middle of the height of a name. */
struct od_place_label {
    double x;
    double y;
    bool leads;  /* so far from its point that a line must lead there ... */
    double to_x; /* ... from here, at the edge of the name */
    double to_y;
};

/*
 * Finds places for count names within a plot of that size: next to their points, or
 * further away where they would hide a point, another name or much of a bar there; where
 * nothing is free, where they hide least. The same points give the same places. out has
 * count entries.
 */
void od_places_arrange(const struct od_place *places, size_t count, double width,
                       double height, struct od_place_label *out);

#endif
