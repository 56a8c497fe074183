/* What Darknet's .cfg and .weights files say, before OpenCV reads them. */
#ifndef OD_ENGINE_DARKNET_CFG_H
#define OD_ENGINE_DARKNET_CFG_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct od_darknet_facts {
    int width; /* of the net's input */
    int height;
    int classes;          /* of the [yolo] or [region] sections */
    int64_t weight_count; /* floats that the layers take from the .weights file */
};

/*
 * Follows the layers of a cfg and adds up their weights. path is for messages. Fails with
 * OD_EINPUT (bad text or values, no detection layer), OD_EUNSUPPORTED (a section that
 * is not known, an input without 3 channels); messages name path and line.
 */
int od_darknet_read_cfg(const char *path, const char *text, struct od_darknet_facts *out,
                        struct od_err *err) OD_MUST_CHECK;

/*
 * Appends the cfg with thresh set in every detection section: OpenCV drops what scores
 * less already inside the net, by default at 0.2.
 */
void od_darknet_set_thresh(const char *text, double thresh, struct od_buf *out);

/*
 * OpenCV takes a truncated file without a word and computes garbage, hence this check of
 * the size. Fails with OD_EINPUT naming the expected and the actual bytes.
 */
int od_darknet_check_weights(const char *path, const void *data, size_t len,
                             int64_t weight_count, struct od_err *err) OD_MUST_CHECK;

#endif
