/* How a model wants its pictures and what its outputs mean, whatever the protocol. */
#ifndef OD_PROTOCOL_MODEL_FORMAT_H
#define OD_PROTOCOL_MODEL_FORMAT_H

#include "base/err.h"
#include "image/image.h"
#include "protocol/answer.h"
#include "protocol/dtype.h"
#include "protocol/request.h"

#include <stdint.h>

/*
 * Reads "KEY=VALUE,..." over what *out holds (options --input-format and --output-format;
 * the keys stand in odbench-run(1)). Fails with OD_EINPUT, naming the key.
 */
int od_input_format_read(const char *text, struct od_input_format *out,
                         struct od_err *err) OD_MUST_CHECK;
int od_output_format_read(const char *text, struct od_output_format *out,
                          struct od_err *err) OD_MUST_CHECK;

/*
 * Fills what is not given in *model (name, type, shape, layout of the input; layout of
 * the outputs) from what the server said of it. Fails with OD_EINPUT when what is given
 * contradicts it, or when the model cannot be fed with one picture: the text names server
 * facts and the option that would help.
 */
int od_model_fit(const struct od_model_facts *facts, enum od_payload payload,
                 struct od_model *model, struct od_err *err) OD_MUST_CHECK;

/* A picture as a model wants it, and where the whole picture lies in it. */
struct od_fitted {
    struct od_picture picture; /* data owned by bytes, or borrowed from the image */
    uint8_t *bytes;            /* owned, NULL when the image itself serves */
};
/*
 * Resizes, letters, reorders and scales as the format says. A format of zeros wants the
 * picture as it is: then nothing is copied. Fails with OD_EINPUT for a size that is none.
 */
int od_model_fit_picture(const struct od_input_format *format,
                         const struct od_image *image, struct od_fitted *out,
                         struct od_err *err) OD_MUST_CHECK;
void od_fitted_release(struct od_fitted *fitted);

/* The pixels of a picture that came in such a format: the way back, for the reference
 * server. *out is owned by the caller. */
int od_model_picture_pixels(const struct od_picture *picture, struct od_image *out,
                            struct od_err *err) OD_MUST_CHECK;

#endif
