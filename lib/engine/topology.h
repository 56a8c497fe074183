/* Known architectures with seeded random weights; inside lib/engine only. */
#ifndef OD_ENGINE_TOPOLOGY_H
#define OD_ENGINE_TOPOLOGY_H

#include "base/err.h"
#include "base/rng.h"
#include "engine/dnn.h"
#include "engine/engine_class.h"

#include <stddef.h>
#include <stdint.h>

/* What makes one architecture. Weights are drawn from seed. */
struct od_topology {
    const char *name; /* behind "topology:" */
    struct od_dnn_input input;
    int (*build)(uint64_t seed, struct od_dnn **out, struct od_err *err);
    /* Adds boxes and, for two-stage models, proposals to job. */
    int (*decode)(const struct od_outputs *in, struct od_engine_job *job,
                  struct od_err *err);
};

extern const struct od_topology od_topology_ssd;
extern const struct od_topology od_topology_rfcn;
extern const struct od_topology od_topology_yolov4;

/*
 * A net that grows. After the first failure, which *err keeps, the calls below do
 * nothing; so a builder adds all its layers and asks once, with od_build_end.
 */
struct od_build {
    struct od_dnn *net;
    struct od_rng rng;
    struct od_err *err;
    int rc;
};

/* Weights uniform within +-bound. */
void od_random_floats(struct od_rng *rng, double bound, float *out, size_t count);
/* The bound that keeps the size of the signal from layer to layer behind rectifiers
 * (He et al. 2015): sqrt(6 / inputs) times gain. */
double od_random_bound(size_t inputs, double gain);

void od_build_begin(struct od_build *b, uint64_t seed, const char *const *inputs,
                    size_t count, struct od_err *err);
/* Gives the net to *out, or frees it and returns -1. */
int od_build_end(struct od_build *b, struct od_dnn **out) OD_MUST_CHECK;

/* A layer without weights behind up to four others (NULL behind the last). */
void od_build_layer(struct od_build *b, const char *name, const char *type,
                    const char *params, const char *const from[]);

/* A convolution with random weights and, with relu, a rectifier named NAME/relu. */
struct od_conv {
    const char *name;
    const char *from;
    int inputs;
    int filters;
    int size;
    int stride;        /* 0 means 1 */
    int dilation;      /* 0 means 1 */
    int groups;        /* 0 means 1 */
    double gain;       /* 0 means 1 */
    const float *bias; /* one a filter, NULL means zeros */
    const char *relu;  /* NULL, "ReLU" or "ReLU6" */
    /* Like TensorFlow (as little as gives ceil(size / stride)) or like Caffe (half the
     * window on each side). */
    enum { OD_PAD_HALF, OD_PAD_SAME } padding;
};
void od_build_conv(struct od_build *b, const struct od_conv *conv);

#endif
