/* The pictures of one request through one engine. */
#ifndef OD_SERVER_DETECT_H
#define OD_SERVER_DETECT_H

#include "engine/engine.h"
#include "protocol/protocol.h"

#include <stdint.h>

struct od_detect {
    struct od_engine *engine;         /* in the caller's hands alone */
    const struct od_request *request; /* its pictures */
    const struct od_input_format *in; /* in which they come; NULL: as they are */
    int64_t pixels_max;               /* of one picture */
    int64_t deadline_ns;              /* od_now_ns; 0: none */
};

/*
 * Fills *answer with a list of boxes for every picture, or with a code and a text:
 * INVALID_ARGUMENT for bytes that are no JPEG or a picture of more than pixels_max
 * pixels, DEADLINE_EXCEEDED when the deadline passes between two pictures, INTERNAL when
 * the engine fails. Adds decode, preprocess, infer, postprocess and proposals to
 * answer->server. A JPEG is only probed when the engine looks at no pixels.
 */
void od_detect_pictures(const struct od_detect *detect, struct od_answer *answer);

#endif
