/* Boxes as the output tensors of the reference server. */
#include "service/outputs.h"

#include "base/alloc.h"
#include "service/detections.h"

#include <stdio.h>
#include <string.h>

static const char *const layouts[] = {
    [OD_LAYOUT_AUTO] = "auto",   [OD_LAYOUT_TF] = "tf",
    [OD_LAYOUT_ROWS7] = "rows7", [OD_LAYOUT_ROWS6] = "rows6",
    [OD_LAYOUT_YOLO5] = "yolo5", [OD_LAYOUT_YOLO8] = "yolo8",
    [OD_LAYOUT_PAIR] = "pair",   [OD_LAYOUT_LABELS] = "labels",
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

const char *od_layout_name(enum od_output_layout layout)
{
    return layouts[layout];
}

enum od_output_layout od_layout_of(const char *name)
{
    for (size_t i = 0; i < LAYOUTS; i++) {
        if (strcmp(layouts[i], name) == 0) {
            return (enum od_output_layout)i;
        }
    }
    return OD_LAYOUT_AUTO;
}

/* As Object Detection API exports list them. */
static const struct od_tensor_info tf_outputs[] = {
    {.name = "detection_boxes",
     .graph = "detection_boxes:0",
     .dtype = OD_DTYPE_FP32,
     .shape = {-1, -1, 4},
     .rank = 3},
    {.name = "detection_classes",
     .graph = "detection_classes:0",
     .dtype = OD_DTYPE_FP32,
     .shape = {-1, -1},
     .rank = 2},
    {.name = "detection_scores",
     .graph = "detection_scores:0",
     .dtype = OD_DTYPE_FP32,
     .shape = {-1, -1},
     .rank = 2},
    {.name = "num_detections",
     .graph = "num_detections:0",
     .dtype = OD_DTYPE_FP32,
     .shape = {-1},
     .rank = 1},
};
/* As Intel's detectors have it. */
static const struct od_tensor_info rows7_output = {.name = "detection_out",
                                                   .graph = "detection_out",
                                                   .dtype = OD_DTYPE_FP32,
                                                   .shape = {1, 1, -1, 7},
                                                   .rank = 4};

size_t od_outputs_facts(const struct od_style *style,
                        struct od_tensor_info out[OD_SIGNATURE_OUTPUTS])
{
    if (style->layout == OD_LAYOUT_ROWS7) {
        out[0] = rows7_output;
        return 1;
    }
    memcpy(out, tf_outputs, sizeof tf_outputs);
    return sizeof tf_outputs / sizeof *tf_outputs;
}

/* Appends a tensor of that name; takes the values, which may be NULL when it is empty. */
static struct od_output_tensor *add(struct od_outputs_list *out, const char *name,
                                    float *values)
{
    struct od_output_tensor *t = &out->items[out->count++];
    *t = (struct od_output_tensor){.dtype = OD_DTYPE_FP32, .count = 1, .values = values};
    (void)snprintf(t->name, sizeof t->name, "%s", name);
    return t;
}

static void add_dim(struct od_output_tensor *t, size_t size)
{
    t->dims[t->rank++] = size;
    t->count *= size;
}

static void add_tf(struct od_outputs_list *out, const struct od_detections *all,
                   unsigned output, float *values)
{
    if (values == NULL) {
        return;
    }
    struct od_output_tensor *t = add(out, od_output_name(output), values);
    add_dim(t, all->images);
    if (output != OD_OUTPUT_COUNT) {
        add_dim(t, all->each);
    }
    if (output == OD_OUTPUT_BOXES) {
        add_dim(t, 4);
    }
}

/* The list takes the arrays of the detections over. */
static void put_tf(const struct od_request *asked, const struct od_answer *in,
                   struct od_outputs_list *out)
{
    struct od_detections all;
    od_detections_from_answer(in, asked->outputs, &all);
    add_tf(out, &all, OD_OUTPUT_BOXES, all.boxes);
    add_tf(out, &all, OD_OUTPUT_CLASSES, all.classes);
    add_tf(out, &all, OD_OUTPUT_SCORES, all.scores);
    add_tf(out, &all, OD_OUTPUT_COUNT, all.counts);
}

/* The list ends in a row of image -1, as Intel's models fill theirs up. */
static void put_rows7(const struct od_answer *in, struct od_outputs_list *out)
{
    size_t rows = 1;
    for (size_t i = 0; i < in->image_count; i++) {
        rows += in->images[i].count;
    }
    float *at = od_xcalloc(rows, 7 * sizeof(float));
    struct od_output_tensor *t = add(out, rows7_output.name, at);
    add_dim(t, 1);
    add_dim(t, 1);
    add_dim(t, rows);
    add_dim(t, 7);
    for (size_t i = 0; i < in->image_count; i++) {
        for (size_t k = 0; k < in->images[i].count; k++) {
            const struct od_box *box = &in->images[i].items[k];
            const float row[7] = {(float)i, (float)box->label, box->score, box->x0,
                                  box->y0,  box->x1,           box->y1};
            memcpy(at, row, sizeof row);
            at += 7;
        }
    }
    at[0] = -1;
}

void od_outputs_from_answer(const struct od_request *asked, const struct od_answer *in,
                            const struct od_style *style, struct od_outputs_list *out)
{
    out->count = 0;
    if (style->layout == OD_LAYOUT_ROWS7) {
        put_rows7(in, out);
    } else {
        put_tf(asked, in, out);
    }
}
