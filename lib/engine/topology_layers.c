/* Layers with random weights, one call each. */
#include "engine/topology.h"

#include "base/alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void od_random_floats(struct od_rng *rng, double bound, float *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (float)((od_rng_unit(rng) * 2 - 1) * bound);
    }
}

double od_random_bound(size_t inputs, double gain)
{
    return gain * sqrt(6.0 / (double)inputs);
}

void od_build_begin(struct od_build *b, uint64_t seed, const char *const *inputs,
                    size_t count, struct od_err *err)
{
    *b = (struct od_build){.err = err};
    od_rng_init(&b->rng, seed, 0);
    b->rc = od_dnn_new(inputs, count, &b->net, err);
}

int od_build_end(struct od_build *b, struct od_dnn **out)
{
    *out = b->rc == 0 ? b->net : NULL;
    if (b->rc != 0) {
        od_dnn_free(b->net);
    }
    b->net = NULL;
    return b->rc;
}

static void put(struct od_build *b, const struct od_dnn_layer *layer)
{
    if (b->rc == 0) {
        b->rc = od_dnn_add(b->net, layer, b->err);
    }
}

void od_build_layer(struct od_build *b, const char *name, const char *type,
                    const char *params, const char *const from[])
{
    size_t count = 0;
    while (from[count] != NULL) {
        count++;
    }
    put(b, &(struct od_dnn_layer){.name = name,
                                  .type = type,
                                  .params = params,
                                  .from = from,
                                  .from_count = count});
}

static int at_least_1(int value)
{
    return value > 0 ? value : 1;
}

static void add_relu(struct od_build *b, const struct od_conv *conv)
{
    char name[96];
    if (conv->relu != NULL) {
        (void)snprintf(name, sizeof name, "%s/relu", conv->name);
        od_build_layer(b, name, conv->relu, "", (const char *const[]){conv->name, NULL});
    }
}

void od_build_conv(struct od_build *b, const struct od_conv *conv)
{
    int groups = at_least_1(conv->groups);
    int stride = at_least_1(conv->stride);
    int dilation = at_least_1(conv->dilation);
    size_t filters = (size_t)conv->filters;
    size_t window = (size_t)conv->size * (size_t)conv->size;
    size_t inputs = (size_t)(conv->inputs / groups) * window;
    char params[256];
    char padding[64] = "pad_mode=SAME";
    if (conv->padding == OD_PAD_HALF) {
        int pad = dilation * (conv->size - 1) / 2;
        (void)snprintf(padding, sizeof padding, "pad_h=%d pad_w=%d", pad, pad);
    }
    (void)snprintf(params, sizeof params,
                   "kernel_h=%d kernel_w=%d stride_h=%d stride_w=%d dilation_h=%d "
                   "dilation_w=%d group=%d num_output=%d bias_term=1 %s",
                   conv->size, conv->size, stride, stride, dilation, dilation, groups,
                   conv->filters, padding);
    float *weights = od_xcalloc(filters * inputs, sizeof *weights);
    float *bias = od_xcalloc(filters, sizeof *bias);
    od_random_floats(&b->rng, od_random_bound(inputs, conv->gain > 0 ? conv->gain : 1),
                     weights, filters * inputs);
    struct od_tensor blobs[] = {
        {.data = weights,
         .count = filters * inputs,
         .dims = 4,
         .shape = {conv->filters, conv->inputs / groups, conv->size, conv->size}},
        {.data = conv->bias != NULL ? conv->bias : bias,
         .count = filters,
         .dims = 1,
         .shape = {conv->filters}},
    };
    put(b, &(struct od_dnn_layer){.name = conv->name,
                                  .type = "Convolution",
                                  .params = params,
                                  .from = (const char *const[]){conv->from},
                                  .from_count = 1,
                                  .blobs = blobs,
                                  .blob_count = 2});
    free(weights);
    free(bias);
    add_relu(b, conv);
}
