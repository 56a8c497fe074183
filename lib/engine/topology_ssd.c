/* SSD with MobileNet v1 at 300 x 300, as TensorFlow's detection models have it. */
#include "engine/topology.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "engine/heads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Howard et al. 2017, "MobileNets", table 1; Liu et al. 2016, "SSD"; the anchors of the
 * ssd_mobilenet_v1_coco model: six grids from 19 to 1 cell, 1917 boxes. */
enum { CLASSES = 91, SOURCES = 6, LAYERS = 13, EXTRAS = 4, SIDE = 300 };

/* With it most scores stay far below 1: random weights would see something everywhere. */
static const float class_bias = -5;

struct source {
    char name[32];
    int channels;
    int anchors;
};

static void add_backbone(struct od_build *b, struct source *sources)
{
    static const struct {
        int filters, stride;
    } plan[LAYERS] = {{64, 1},  {128, 2},  {128, 1}, {256, 2}, {256, 1},
                      {512, 2}, {512, 1},  {512, 1}, {512, 1}, {512, 1},
                      {512, 1}, {1024, 2}, {1024, 1}};
    char from[48] = "conv0/relu";
    int channels = 32;
    od_build_conv(b, &(struct od_conv){.name = "conv0",
                                       .from = "data",
                                       .inputs = 3,
                                       .filters = 32,
                                       .size = 3,
                                       .stride = 2,
                                       .relu = "ReLU6",
                                       .padding = OD_PAD_SAME});
    for (int i = 0; i < LAYERS; i++) {
        char wide[32];
        char point[32];
        (void)snprintf(wide, sizeof wide, "conv%d_depthwise", i + 1);
        (void)snprintf(point, sizeof point, "conv%d_pointwise", i + 1);
        od_build_conv(b, &(struct od_conv){.name = wide,
                                           .from = from,
                                           .inputs = channels,
                                           .filters = channels,
                                           .size = 3,
                                           .stride = plan[i].stride,
                                           .groups = channels,
                                           .relu = "ReLU6",
                                           .padding = OD_PAD_SAME});
        (void)snprintf(from, sizeof from, "%s/relu", wide);
        od_build_conv(b, &(struct od_conv){.name = point,
                                           .from = from,
                                           .inputs = channels,
                                           .filters = plan[i].filters,
                                           .size = 1,
                                           .relu = "ReLU6"});
        (void)snprintf(from, sizeof from, "%s/relu", point);
        channels = plan[i].filters;
    }
    sources[0] = (struct source){"conv11_pointwise/relu", 512, 3};
    sources[1] = (struct source){"conv13_pointwise/relu", 1024, 6};
}

static void add_extras(struct od_build *b, struct source *sources)
{
    static const int filters[EXTRAS] = {512, 256, 256, 128};
    for (int i = 0; i < EXTRAS; i++) {
        char narrow[32];
        char narrow_relu[40];
        char wide[32];
        const struct source *before = &sources[i + 1];
        (void)snprintf(narrow, sizeof narrow, "extra%d_1x1", i + 1);
        (void)snprintf(narrow_relu, sizeof narrow_relu, "%s/relu", narrow);
        (void)snprintf(wide, sizeof wide, "extra%d_3x3", i + 1);
        od_build_conv(b, &(struct od_conv){.name = narrow,
                                           .from = before->name,
                                           .inputs = before->channels,
                                           .filters = filters[i] / 2,
                                           .size = 1,
                                           .relu = "ReLU6"});
        od_build_conv(b, &(struct od_conv){.name = wide,
                                           .from = narrow_relu,
                                           .inputs = filters[i] / 2,
                                           .filters = filters[i],
                                           .size = 3,
                                           .stride = 2,
                                           .relu = "ReLU6",
                                           .padding = OD_PAD_SAME});
        struct source *next = &sources[i + 2];
        (void)snprintf(next->name, sizeof next->name, "extra%d_3x3/relu", i + 1);
        next->channels = filters[i];
        next->anchors = 6;
    }
}

/* Scales grow evenly from 0.2 to 0.95; the first grid has three small boxes. */
static void add_priors(struct od_build *b, int index, const struct source *source)
{
    static const double ratios[] = {1, 2, 0.5, 3, 1.0 / 3};
    struct od_buf widths;
    struct od_buf heights;
    struct od_buf params;
    char name[32];
    double scale = 0.2 + 0.15 * index;
    double next = index + 1 < SOURCES ? scale + 0.15 : 1.0;
    od_buf_init(&widths, 0);
    od_buf_init(&heights, 0);
    od_buf_init(&params, 0);
    for (int i = 0; i < source->anchors; i++) {
        double ratio = i < 5 ? ratios[i] : 1;
        double size = index == 0 && i == 0 ? 0.1 : i < 5 ? scale : sqrt(scale * next);
        od_buf_printf(&widths, "%.6f,", SIDE * size * sqrt(ratio));
        od_buf_printf(&heights, "%.6f,", SIDE * size / sqrt(ratio));
    }
    od_buf_printf(&params, "width=%s height=%s flip=0 clip=0 variance=0.1,0.1,0.2,0.2,",
                  widths.data, heights.data);
    (void)snprintf(name, sizeof name, "priors%d", index);
    od_build_layer(b, name, "PriorBox", params.data,
                   (const char *const[]){source->name, "data", NULL});
    od_buf_release(&params);
    od_buf_release(&heights);
    od_buf_release(&widths);
}

/* A predictor with values numbers an anchor, laid out cell by cell as DetectionOutput
 * wants it. */
static void add_predictor(struct od_build *b, const char *name, int values, double gain,
                          const struct source *source)
{
    char order[48];
    char flat[48];
    int filters = source->anchors * values;
    float *bias = od_xcalloc((size_t)filters, sizeof *bias);
    for (int i = 0; i < filters && values == CLASSES; i++) {
        bias[i] = class_bias;
    }
    (void)snprintf(order, sizeof order, "%s/order", name);
    (void)snprintf(flat, sizeof flat, "%s/flat", name);
    od_build_conv(b, &(struct od_conv){.name = name,
                                       .from = source->name,
                                       .inputs = source->channels,
                                       .filters = filters,
                                       .size = 1,
                                       .gain = gain,
                                       .bias = bias});
    od_build_layer(b, order, "Permute", "order=0,2,3,1,",
                   (const char *const[]){name, NULL});
    od_build_layer(b, flat, "Flatten", "", (const char *const[]){order, NULL});
    free(bias);
}

static void add_heads(struct od_build *b, const struct source *sources)
{
    char names[3][SOURCES][32];
    const char *from[3][SOURCES + 1] = {{NULL}};
    for (int i = 0; i < SOURCES; i++) {
        char box[24];
        char class[24];
        (void)snprintf(box, sizeof box, "box%d", i);
        (void)snprintf(class, sizeof class, "class%d", i);
        add_predictor(b, box, 4, 0.2, &sources[i]);
        add_predictor(b, class, CLASSES, 5, &sources[i]);
        add_priors(b, i, &sources[i]);
        (void)snprintf(names[0][i], sizeof names[0][i], "%s/flat", box);
        (void)snprintf(names[1][i], sizeof names[1][i], "%s/flat", class);
        (void)snprintf(names[2][i], sizeof names[2][i], "priors%d", i);
        for (int k = 0; k < 3; k++) {
            from[k][i] = names[k][i];
        }
    }
    od_build_layer(b, "boxes", "Concat", "axis=1", from[0]);
    od_build_layer(b, "logits", "Concat", "axis=1", from[1]);
    od_build_layer(b, "priors", "Concat", "axis=2", from[2]);
    od_build_layer(b, "scores", "Sigmoid", "", (const char *const[]){"logits", NULL});
    od_build_layer(b, "detections", "DetectionOutput",
                   "num_classes=91 share_location=1 background_label_id=0 "
                   "nms_threshold=0.6 top_k=100 keep_top_k=100 code_type=CENTER_SIZE "
                   "confidence_threshold=0.05",
                   (const char *const[]){"boxes", "scores", "priors", NULL});
}

static int build(uint64_t seed, struct od_dnn **out, struct od_err *err)
{
    struct od_build b;
    struct source sources[SOURCES] = {{{0}, 0, 0}};
    od_build_begin(&b, seed, (const char *const[]){"data"}, 1, err);
    add_backbone(&b, sources);
    add_extras(&b, sources);
    add_heads(&b, sources);
    return od_build_end(&b, out);
}

static int decode(const struct od_outputs *in, struct od_engine_job *job,
                  struct od_err *err)
{
    struct od_head head = {.kind = OD_HEAD_DETECTIONS};
    return od_head_decode(&head, in, job, err);
}

const struct od_topology od_topology_ssd = {
    .name = "ssd-mobilenet-v1",
    .input = {.width = SIDE,
              .height = SIDE,
              .scale = 1 / 127.5,
              .mean = {127.5, 127.5, 127.5}},
    .build = build,
    .decode = decode,
};
