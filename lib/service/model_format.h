/* How a model wants its pictures and what its outputs mean, whatever the protocol. */
#ifndef OD_SERVICE_MODEL_FORMAT_H
#define OD_SERVICE_MODEL_FORMAT_H

#include "base/err.h"
#include "image/image.h"
#include "service/answer.h"
#include "service/dtype.h"
#include "service/request.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Reads "KEY=VALUE,..." over what *out holds (options --input-format and --output-format;
 * the keys stand in odbench-run(1), FORMATS). *out is left alone on failure, which is
 * OD_EINPUT naming the key.
 */
int od_input_format_read(const char *text, struct od_input_format *out,
                         struct od_err *err) OD_MUST_CHECK;
int od_output_format_read(const char *text, struct od_output_format *out,
                          struct od_err *err) OD_MUST_CHECK;

/* Of "[MODEL:]KEY=VALUE,...": the text behind the model, whose name has *len bytes; 0:
 * every model is meant. Borrowed. */
const char *od_format_model(const char *text, size_t *len);

/* The same as text, in the keys' order, without what is not set: "" for zeros. */
#define OD_FORMAT_TEXT_MAX 192
void od_input_format_text(const struct od_input_format *format,
                          char out[OD_FORMAT_TEXT_MAX]);
void od_output_format_text(const struct od_output_format *format,
                           char out[OD_FORMAT_TEXT_MAX]);

/*
 * Fills what is not given in *model (signature; name, type, shape, layout and size of the
 * input) from what the server said of it. A signature that takes such a payload is chosen
 * when none is given and the default one does not. Fails with OD_EINPUT when what is
 * given contradicts it, or when the model cannot be fed with one picture: the text says
 * what the model has and names the option that would help. Facts without signatures fit
 * everything.
 */
int od_model_fit(const struct od_model_facts *facts, enum od_payload payload,
                 struct od_model *model, struct od_err *err) OD_MUST_CHECK;

/* "UINT8 [-1,480,640,3]": a tensor for a message or a listing. */
#define OD_TENSOR_TEXT_MAX 128
void od_tensor_info_text(const struct od_tensor_info *info, char out[OD_TENSOR_TEXT_MAX]);

/* A picture as a model wants it, and where the whole picture lies in it. */
struct od_fitted {
    struct od_picture picture; /* data owned by bytes, or borrowed from the image */
    uint8_t *bytes;            /* owned, NULL when the image itself serves */
};
/*
 * Resizes, letters, reorders and scales as the format says. A format of zeros wants the
 * picture as it is: then nothing is copied. Fails with OD_EINPUT for a picture without
 * pixels, and for a type that no picture can have.
 */
int od_model_fit_picture(const struct od_input_format *format,
                         const struct od_image *image, struct od_fitted *out,
                         struct od_err *err) OD_MUST_CHECK;
void od_fitted_release(struct od_fitted *fitted);

/* The pixels of a picture that came in such a format: the way back, for the reference
 * server. *out is owned by the caller. Fails with OD_EINPUT when it has not the bytes of
 * its size and type. */
int od_model_picture_pixels(const struct od_input_format *format,
                            const struct od_picture *picture, struct od_image *out,
                            struct od_err *err) OD_MUST_CHECK;

/* Bytes of a picture of width x height pixels of dtype (NONE: UINT8). */
size_t od_picture_bytes(const struct od_picture *picture);

#endif
