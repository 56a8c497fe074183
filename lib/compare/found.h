/* What both sides found, for the metric map; private to lib/compare. */
#ifndef OD_COMPARE_FOUND_H
#define OD_COMPARE_FOUND_H

#include "compare/gather.h"

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
