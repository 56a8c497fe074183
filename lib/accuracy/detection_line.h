/* One line of a file of detections; private to lib/accuracy. */
#ifndef OD_ACCURACY_DETECTION_LINE_H
#define OD_ACCURACY_DETECTION_LINE_H

#include "accuracy/join.h"
#include "dataset/jsonwalk.h"
#include "record/intern.h"

/*
 * Reads a line's object, in which members stand in any order and unknown ones are left
 * out of account. The texts of *out are pool's. Fails with OD_EINPUT, naming file, line
 * and, where it is known, column: broken JSON, a member that is missing, stands twice or
 * is of another type.
 */
int od_detection_line_parse(const struct od_json_text *line, struct od_intern *pool,
                            struct od_detection_line *out,
                            struct od_err *err) OD_MUST_CHECK;

#endif
