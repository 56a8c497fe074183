/* OpenCV's dnn module behind C: nets in, float tensors out. */
#ifndef OD_ENGINE_DNN_H
#define OD_ENGINE_DNN_H

#include "base/err.h"
#include "image/image.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Why this folder has C++: OpenCV offers no C interface. No exception leaves these
 * functions, nothing is logged, and OpenCV runs on the calling thread only (its thread
 * pool is off for the whole process). A net belongs to one thread at a time; nets of
 * several threads run in parallel.
 */
struct od_dnn;

enum { OD_DNN_DIMS = 6 };

/* A dense tensor of floats, row major. In outputs all pointers are borrowed. */
struct od_tensor {
    const char *name;
    const float *data;
    size_t count; /* product of shape */
    int dims;
    int shape[OD_DNN_DIMS];
};

enum od_dnn_format { OD_DNN_DARKNET, OD_DNN_ONNX, OD_DNN_TENSORFLOW, OD_DNN_CAFFE };

/* The bytes of a model; config is NULL for ONNX. Borrowed for the call. */
struct od_dnn_files {
    enum od_dnn_format format;
    const void *model; /* .weights, .onnx, .pb, .caffemodel */
    size_t model_len;
    const void *config; /* .cfg, -, .pbtxt, .prototxt */
    size_t config_len;
};

/* Fails with OD_EINPUT and OpenCV's reason. The caller frees *out. */
int od_dnn_read(const struct od_dnn_files *files, struct od_dnn **out,
                struct od_err *err) OD_MUST_CHECK;
/* A net without layers, for od_dnn_add; inputs are the names of what it is fed with. */
int od_dnn_new(const char *const *inputs, size_t count, struct od_dnn **out,
               struct od_err *err) OD_MUST_CHECK;
void od_dnn_free(struct od_dnn *net); /* NULL too */

/* One layer for od_dnn_add; everything is borrowed for the call. */
struct od_dnn_layer {
    const char *name;
    const char *type; /* OpenCV's name: "Convolution", "PriorBox" ... */
    /* "key=value ...": numbers, words, and lists of numbers as "1,2,". */
    const char *params;
    const char *const *from; /* where its inputs come from: layers or inputs of the net */
    size_t from_count;
    const struct od_tensor *blobs; /* copied */
    size_t blob_count;
};

/* Adds a layer behind those in from. Fails with OD_EBUG. */
int od_dnn_add(struct od_dnn *net, const struct od_dnn_layer *layer,
               struct od_err *err) OD_MUST_CHECK;

/* How an image becomes an input: stretched to width x height, then (x - mean) * scale. */
struct od_dnn_input {
    const char *name; /* NULL when the net has only one */
    int width;
    int height;
    double scale;
    double mean[3]; /* in the order of the channels as fed */
    bool bgr;       /* channels blue first */
};

/* Stretches bilinearly, converts to planes (1 x 3 x height x width). Fails with OD_EBUG.
 */
int od_dnn_set_image(struct od_dnn *net, const struct od_image *image,
                     const struct od_dnn_input *input, struct od_err *err) OD_MUST_CHECK;

/* Feeds a tensor (copied); its name may be NULL as above. Fails with OD_EBUG. */
int od_dnn_set_tensor(struct od_dnn *net, const struct od_tensor *tensor,
                      struct od_err *err) OD_MUST_CHECK;

/* What a net gave; borrowed until its next forward or free. */
struct od_outputs {
    const struct od_tensor *items;
    size_t count;
};

/*
 * Runs the net. *out holds all layers that feed no other, in the order of the net. Fails
 * with OD_EINPUT and OpenCV's reason: with what a file brought, any layer may turn out to
 * be impossible only here.
 */
int od_dnn_forward(struct od_dnn *net, struct od_outputs *out,
                   struct od_err *err) OD_MUST_CHECK;

#endif
