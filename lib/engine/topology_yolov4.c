/* YOLOv4 at 416 x 416, as a Darknet cfg and weights that are made in memory. */
#include "engine/topology.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "engine/heads.h"

#include <assert.h>
#include <stdlib.h>

/* Bochkovskiy, Wang, Liao 2020, "YOLOv4": CSPDarknet53, spatial pyramid pooling, a path
 * aggregation neck and three detection layers of 3 anchors for COCO's 80 classes. */
enum { SIDE = 416, CLASSES = 80, MAX_LAYERS = 200 };

/* The size of the weights that the authors published: the same layers, then. */
enum { PUBLISHED_BYTES = 257717640 };

static const double object_bias = -5;

struct writer {
    struct od_buf cfg;
    struct od_buf weights; /* what Darknet's .weights file would hold */
    struct od_rng rng;
    int channels[MAX_LAYERS];
    int count;   /* of layers so far; the next one's number */
    float scale; /* of the normalisation in the next convolutions */
};

enum activation { MISH, LEAKY, LINEAR };

static void add_floats(struct writer *w, size_t count, float value)
{
    for (size_t i = 0; i < count; i++) {
        od_buf_add(&w->weights, &value, sizeof value);
    }
}

static void add_random(struct writer *w, size_t count, double bound)
{
    float chunk[1024];
    while (count > 0) {
        size_t n = count < 1024 ? count : 1024;
        od_random_floats(&w->rng, bound, chunk, n);
        od_buf_add(&w->weights, chunk, n * sizeof *chunk);
        count -= n;
    }
}

static int last(const struct writer *w)
{
    return w->count > 0 ? w->channels[w->count - 1] : 3;
}

/* Each layer is written through here, so that routes know what comes out of it. */
static int layer(struct writer *w, int channels)
{
    w->channels[w->count] = channels;
    return w->count++;
}

/* Biases, or with normalisation biases, scales, means and variances; then the kernels. */
static void add_weights(struct writer *w, int filters, int size, enum activation kind)
{
    size_t n = (size_t)filters;
    size_t inputs = (size_t)last(w) * (size_t)size * (size_t)size;
    if (kind == LINEAR) {
        for (size_t i = 0; i < n; i++) {
            size_t value = i % (5 + CLASSES);
            add_floats(w, 1, value == 4 ? (float)object_bias : value > 4 ? -1.0F : 0.0F);
        }
    } else {
        add_floats(w, n, 0);
        add_floats(w, n, w->scale);
        add_floats(w, n, 0);
        add_floats(w, n, 1);
    }
    add_random(w, n * inputs, od_random_bound(inputs, 1));
}

static int conv(struct writer *w, int filters, int size, int stride, enum activation kind)
{
    static const char *const names[] = {"mish", "leaky", "linear"};
    od_buf_printf(&w->cfg,
                  "[convolutional]\n%sfilters=%d\nsize=%d\nstride=%d\npad=1\n"
                  "activation=%s\n",
                  kind == LINEAR ? "" : "batch_normalize=1\n", filters, size, stride,
                  names[kind]);
    add_weights(w, filters, size, kind);
    return layer(w, filters);
}

/* Joins the channels of up to four layers, by number; -1 ends the list. */
static int route(struct writer *w, const int *layers)
{
    int channels = 0;
    od_buf_puts(&w->cfg, "[route]\nlayers=");
    for (int i = 0; layers[i] >= 0; i++) {
        od_buf_printf(&w->cfg, "%s%d", i > 0 ? "," : "", layers[i]);
        channels += w->channels[layers[i]];
    }
    od_buf_putc(&w->cfg, '\n');
    return layer(w, channels);
}

static void shortcut(struct writer *w)
{
    od_buf_puts(&w->cfg, "[shortcut]\nfrom=-3\nactivation=linear\n");
    (void)layer(w, last(w));
}

static int maxpool(struct writer *w, int size)
{
    od_buf_printf(&w->cfg, "[maxpool]\nstride=1\nsize=%d\n", size);
    return layer(w, last(w));
}

static void upsample(struct writer *w)
{
    od_buf_puts(&w->cfg, "[upsample]\nstride=2\n");
    (void)layer(w, last(w));
}

/* A cross stage partial stage: half of the channels go past the residual blocks. */
static int stage(struct writer *w, int filters, int blocks)
{
    int half = blocks == 1 ? filters : filters / 2;
    int middle = filters / 2;
    int down = conv(w, filters, 3, 2, MISH);
    int past = conv(w, half, 1, 1, MISH);
    (void)route(w, (const int[]){down, -1});
    (void)conv(w, half, 1, 1, MISH);
    for (int i = 0; i < blocks; i++) {
        (void)conv(w, middle, 1, 1, MISH);
        /* Without this the sums over all blocks would grow out of range. */
        w->scale = 0.2F;
        (void)conv(w, half, 3, 1, MISH);
        w->scale = 1;
        shortcut(w);
    }
    int through = conv(w, half, 1, 1, MISH);
    (void)route(w, (const int[]){through, past, -1});
    return conv(w, filters, 1, 1, MISH);
}

/* 1x1 and 3x3 in turn; ends at filters channels. */
static int chain(struct writer *w, int filters, int count)
{
    int at = 0;
    for (int i = 0; i < count; i++) {
        at = i % 2 == 0 ? conv(w, filters, 1, 1, LEAKY)
                        : conv(w, 2 * filters, 3, 1, LEAKY);
    }
    return at;
}

static int pyramid(struct writer *w)
{
    int from = chain(w, 512, 3);
    int small = maxpool(w, 5);
    (void)route(w, (const int[]){from, -1});
    int middle = maxpool(w, 9);
    (void)route(w, (const int[]){from, -1});
    int large = maxpool(w, 13);
    (void)route(w, (const int[]){large, middle, small, from, -1});
    return chain(w, 512, 3);
}

/* From coarse to fine: enlarge, and join with a stage of the backbone. */
static int widen(struct writer *w, int filters, int with)
{
    (void)conv(w, filters, 1, 1, LEAKY);
    upsample(w);
    int fine = w->count - 1;
    (void)route(w, (const int[]){with, -1});
    int side = conv(w, filters, 1, 1, LEAKY);
    (void)route(w, (const int[]){side, fine, -1});
    return chain(w, filters, 5);
}

/* From fine to coarse. */
static int narrow(struct writer *w, int filters, int from, int with)
{
    (void)route(w, (const int[]){from, -1});
    int down = conv(w, filters, 3, 2, LEAKY);
    (void)route(w, (const int[]){down, with, -1});
    return chain(w, filters, 5);
}

static void detection(struct writer *w, int filters, int first_anchor, double stretch)
{
    (void)conv(w, filters, 3, 1, LEAKY);
    (void)conv(w, 3 * (5 + CLASSES), 1, 1, LINEAR);
    od_buf_printf(&w->cfg,
                  "[yolo]\nmask=%d,%d,%d\nanchors=12,16,19,36,40,28,36,75,76,55,72,146,"
                  "142,110,192,243,459,401\nclasses=%d\nnum=9\nscale_x_y=%.2f\n"
                  "thresh=0.0001\n",
                  first_anchor, first_anchor + 1, first_anchor + 2, CLASSES, stretch);
    (void)layer(w, 3 * (5 + CLASSES));
}

static void write_net(struct writer *w)
{
    static const int32_t header[] = {0, 2, 5, 0, 0};
    w->scale = 1;
    od_buf_add(&w->weights, header, sizeof header);
    od_buf_printf(&w->cfg, "[net]\nwidth=%d\nheight=%d\nchannels=3\n", SIDE, SIDE);
    (void)conv(w, 32, 3, 1, MISH);
    (void)stage(w, 64, 1);
    (void)stage(w, 128, 2);
    int fine = stage(w, 256, 8);
    int middle = stage(w, 512, 8);
    (void)stage(w, 1024, 4);
    int coarse = pyramid(w);
    int neck = widen(w, 256, middle);
    int top = widen(w, 128, fine);
    detection(w, 256, 0, 1.2);
    int next = narrow(w, 256, top, neck);
    detection(w, 512, 3, 1.1);
    (void)narrow(w, 512, next, coarse);
    detection(w, 1024, 6, 1.05);
}

static int build(uint64_t seed, struct od_dnn **out, struct od_err *err)
{
    struct writer *w = od_xcalloc(1, sizeof *w);
    od_buf_init(&w->cfg, 0);
    od_buf_init(&w->weights, 0);
    od_rng_init(&w->rng, seed, 0);
    write_net(w);
    assert(w->weights.len == PUBLISHED_BYTES);
    struct od_dnn_files files = {.format = OD_DNN_DARKNET,
                                 .model = w->weights.data,
                                 .model_len = w->weights.len,
                                 .config = w->cfg.data,
                                 .config_len = w->cfg.len};
    int rc = od_dnn_read(&files, out, err);
    od_buf_release(&w->weights);
    od_buf_release(&w->cfg);
    free(w);
    return rc;
}

static int decode(const struct od_outputs *in, struct od_engine_job *job,
                  struct od_err *err)
{
    return od_head_region(in, CLASSES, job, err);
}

const struct od_topology od_topology_yolov4 = {
    .name = "yolov4",
    .input = {.width = SIDE, .height = SIDE, .scale = 1 / 255.0},
    .build = build,
    .decode = decode,
};
