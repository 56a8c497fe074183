/* R-FCN with ResNet-101: proposals, then position-sensitive votes for each of 300. */
#include "engine/topology.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* He et al. 2016, "Deep Residual Learning", table 1 (101 layers); Dai et al. 2016,
 * "R-FCN": the last stage dilated instead of strided, 7 x 7 score maps, boxes of any
 * class; Ren et al. 2015, "Faster R-CNN", for the proposals: 9 anchors a cell. */
enum { CLASSES = 91, WIDTH = 800, HEIGHT = 600, BINS = 7, ROIS = 300, ANCHORS = 9 };

static const float object_bias = -5;

/* One block: 1x1, 3x3 and 1x1 convolutions beside a shortcut. */
struct block {
    char from[32];
    int inputs;
    int width; /* of the middle; four times that comes out */
    int stride;
    int dilation;
    bool project; /* the shortcut has a convolution of its own */
};

/* The convolution named PREFIX_PART. */
static void conv(struct od_build *b, const char *prefix, const char *part,
                 struct od_conv conv)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s_%s", prefix, part);
    conv.name = name;
    od_build_conv(b, &conv);
}

static void add_block(struct od_build *b, const char *name, const struct block *k)
{
    char first[64];
    char second[64];
    char third[64];
    char side[64];
    char sum[64];
    (void)snprintf(first, sizeof first, "%s_a/relu", name);
    (void)snprintf(second, sizeof second, "%s_b/relu", name);
    (void)snprintf(third, sizeof third, "%s_c", name);
    (void)snprintf(side, sizeof side, "%s", k->from);
    (void)snprintf(sum, sizeof sum, "%s_sum", name);
    if (k->project) {
        (void)snprintf(side, sizeof side, "%s_side", name);
        conv(b, name, "side",
             (struct od_conv){.from = k->from,
                              .inputs = k->inputs,
                              .filters = 4 * k->width,
                              .size = 1,
                              .stride = k->stride,
                              .gain = 0.7});
    }
    conv(b, name, "a",
         (struct od_conv){.from = k->from,
                          .inputs = k->inputs,
                          .filters = k->width,
                          .size = 1,
                          .stride = k->stride,
                          .relu = "ReLU"});
    conv(b, name, "b",
         (struct od_conv){.from = first,
                          .inputs = k->width,
                          .filters = k->width,
                          .size = 3,
                          .dilation = k->dilation,
                          .relu = "ReLU"});
    /* A small gain: the sum over 33 blocks would grow without bound otherwise. */
    conv(b, name, "c",
         (struct od_conv){.from = second,
                          .inputs = k->width,
                          .filters = 4 * k->width,
                          .size = 1,
                          .gain = 0.2});
    od_build_layer(b, sum, "Eltwise", "operation=sum",
                   (const char *const[]){side, third, NULL});
    od_build_layer(b, name, "ReLU", "", (const char *const[]){sum, NULL});
}

static void add_backbone(struct od_build *b)
{
    static const struct {
        int blocks, width, stride, dilation;
    } stages[] = {{3, 64, 1, 1}, {4, 128, 2, 1}, {23, 256, 2, 1}, {3, 512, 1, 2}};
    struct block k = {.from = "pool1", .inputs = 64};
    od_build_conv(b, &(struct od_conv){.name = "conv1",
                                       .from = "data",
                                       .inputs = 3,
                                       .filters = 64,
                                       .size = 7,
                                       .stride = 2,
                                       .relu = "ReLU"});
    od_build_layer(b, "pool1", "Pooling",
                   "pool=max kernel_h=3 kernel_w=3 stride_h=2 stride_w=2 pad_h=1 pad_w=1 "
                   "ceil_mode=0",
                   (const char *const[]){"conv1/relu", NULL});
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < stages[s].blocks; i++) {
            char name[32];
            (void)snprintf(name, sizeof name, "res%d_%d", s + 2, i + 1);
            k.width = stages[s].width;
            k.stride = i == 0 ? stages[s].stride : 1;
            k.dilation = stages[s].dilation;
            k.project = i == 0;
            add_block(b, name, &k);
            memcpy(k.from, name, sizeof name);
            k.inputs = 4 * k.width;
        }
    }
}

/* Two scores and four offsets an anchor on the fourth stage; Proposal keeps 300. */
static void add_proposals(struct od_build *b)
{
    od_build_conv(b, &(struct od_conv){.name = "rpn",
                                       .from = "res4_23",
                                       .inputs = 1024,
                                       .filters = 512,
                                       .size = 3,
                                       .relu = "ReLU"});
    od_build_conv(b, &(struct od_conv){.name = "rpn_score",
                                       .from = "rpn/relu",
                                       .inputs = 512,
                                       .filters = 2 * ANCHORS,
                                       .size = 1});
    od_build_conv(b, &(struct od_conv){.name = "rpn_box",
                                       .from = "rpn/relu",
                                       .inputs = 512,
                                       .filters = 4 * ANCHORS,
                                       .size = 1,
                                       .gain = 0.1});
    char shape[64];
    od_build_layer(b, "rpn_pairs", "Reshape", "dim=0,2,-1,0,",
                   (const char *const[]){"rpn_score", NULL});
    od_build_layer(b, "rpn_softmax", "Softmax", "axis=1",
                   (const char *const[]){"rpn_pairs", NULL});
    (void)snprintf(shape, sizeof shape, "dim=0,%d,-1,0,", 2 * ANCHORS);
    od_build_layer(b, "rpn_prob", "Reshape", shape,
                   (const char *const[]){"rpn_softmax", NULL});
    od_build_layer(b, "rois", "Proposal",
                   "feat_stride=16 base_size=16 pre_nms_topn=6000 post_nms_topn=300 "
                   "nms_thresh=0.7 ratio=0.5,1.0,2.0, scale=8,16,32,",
                   (const char *const[]){"rpn_prob", "rpn_box", "im_info", NULL});
}

/* Each of 7 x 7 bins looks at a map of its own; the mean of the bins is the vote. */
static void add_votes(struct od_build *b, const char *name, int values, const float *bias)
{
    char pool[32];
    char mean[32];
    char params[128];
    (void)snprintf(pool, sizeof pool, "%s_pool", name);
    (void)snprintf(mean, sizeof mean, "%s_mean", name);
    od_build_conv(b, &(struct od_conv){.name = name,
                                       .from = "top/relu",
                                       .inputs = 1024,
                                       .filters = values * BINS * BINS,
                                       .size = 1,
                                       .gain = bias != NULL ? 12 : 0.3,
                                       .bias = bias});
    (void)snprintf(params, sizeof params,
                   "output_dim=%d group_size=%d spatial_scale=0.0625", values, BINS);
    od_build_layer(b, pool, "PSROIPooling", params,
                   (const char *const[]){name, "rois", NULL});
    (void)snprintf(params, sizeof params,
                   "pool=ave kernel_h=%d kernel_w=%d stride_h=1 stride_w=1", BINS, BINS);
    od_build_layer(b, mean, "Pooling", params, (const char *const[]){pool, NULL});
}

static void add_second_stage(struct od_build *b)
{
    enum { MAPS = CLASSES * BINS * BINS };
    float *bias = od_xcalloc(MAPS, sizeof *bias);
    for (size_t i = (size_t)BINS * BINS; i < MAPS; i++) {
        bias[i] = object_bias; /* class 0 is "nothing" */
    }
    od_build_conv(b, &(struct od_conv){.name = "top",
                                       .from = "res5_3",
                                       .inputs = 2048,
                                       .filters = 1024,
                                       .size = 1,
                                       .relu = "ReLU"});
    add_votes(b, "score", CLASSES, bias);
    add_votes(b, "box", 8, NULL);
    od_build_layer(b, "prob", "Softmax", "axis=1",
                   (const char *const[]){"score_mean", NULL});
    /* So that the proposals become an output too. */
    od_build_layer(b, "proposals", "Identity", "", (const char *const[]){"rois", NULL});
    free(bias);
}

static int build(uint64_t seed, struct od_dnn **out, struct od_err *err)
{
    struct od_build b;
    od_build_begin(&b, seed, (const char *const[]){"data", "im_info"}, 2, err);
    add_backbone(&b);
    add_proposals(&b);
    add_second_stage(&b);
    if (od_build_end(&b, out) != 0) {
        return -1;
    }
    static const float size[] = {HEIGHT, WIDTH, 1};
    struct od_tensor info = {
        .name = "im_info", .data = size, .count = 3, .dims = 2, .shape = {1, 3}};
    return od_dnn_set_tensor(*out, &info, err);
}

static const struct od_tensor *find(const struct od_outputs *in, const char *name,
                                    size_t count)
{
    for (size_t i = 0; i < in->count; i++) {
        if (strcmp(in->items[i].name, name) == 0 && in->items[i].count == count) {
            return &in->items[i];
        }
    }
    return NULL;
}

/* Moves a proposal (in pixels) by the offsets of a box regression. */
static struct od_box refine(const float *roi, const float *offsets)
{
    float w = roi[2] - roi[0] + 1;
    float h = roi[3] - roi[1] + 1;
    float x = roi[0] + w / 2 + offsets[0] * w;
    float y = roi[1] + h / 2 + offsets[1] * h;
    w *= 1 + offsets[2]; /* exp() to the first order: the weights mean nothing */
    h *= 1 + offsets[3];
    return (struct od_box){.x0 = (x - w / 2) / WIDTH,
                           .y0 = (y - h / 2) / HEIGHT,
                           .x1 = (x + w / 2) / WIDTH,
                           .y1 = (y + h / 2) / HEIGHT};
}

static void add_classes(struct od_engine_job *job, struct od_box box, const float *prob)
{
    for (int k = 1; k < CLASSES; k++) {
        box.score = prob[k];
        box.label = k;
        if ((double)box.score >= job->limits->score_min) {
            od_boxes_add(job->boxes, &box);
        }
    }
}

static int decode(const struct od_outputs *in, struct od_engine_job *job,
                  struct od_err *err)
{
    const struct od_tensor *rois = find(in, "proposals", (size_t)ROIS * 5);
    const struct od_tensor *prob = find(in, "prob", (size_t)ROIS * CLASSES);
    const struct od_tensor *box = find(in, "box_mean", (size_t)ROIS * 8);
    if (rois == NULL || prob == NULL || box == NULL) {
        return od_fail(err, OD_EBUG, "unexpected outputs of the topology");
    }
    for (size_t i = 0; i < ROIS; i++) {
        /* The first four offsets are those of "nothing". */
        add_classes(job, refine(rois->data + 5 * i + 1, box->data + 8 * i + 4),
                    prob->data + i * CLASSES);
    }
    job->times->proposals = ROIS; /* Proposal pads with empty ones, so always as many */
    return 0;
}

const struct od_topology od_topology_rfcn = {
    .name = "rfcn-resnet101",
    .input = {.name = "data",
              .width = WIDTH,
              .height = HEIGHT,
              .scale = 1 / 64.0,
              .mean = {127.5, 127.5, 127.5}},
    .build = build,
    .decode = decode,
};
