/* Output tensors of any name, type, shape and value as boxes, and metadata of the same
 * tensors as what a model wants. */
#include "fuzz.h"

#include "base/alloc.h"
#include "service/model_format.h"
#include "service/outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
    const uint8_t *at;
    const uint8_t *end;
};

static unsigned take(struct input *in, unsigned below)
{
    return in->at < in->end ? *in->at++ % below : 0;
}

static void take_tensor(struct input *in, struct od_output_tensor *out)
{
    static const char *const names[] = {"detection_boxes",
                                        "detection_scores",
                                        "detection_classes",
                                        "num_detections",
                                        "raw_boxes",
                                        "boxes",
                                        "labels",
                                        "scores",
                                        "dets",
                                        "output0",
                                        "a/detection_boxes:0"};
    static const enum od_dtype dtypes[] = {OD_DTYPE_FP32, OD_DTYPE_INT64, OD_DTYPE_INT32,
                                           OD_DTYPE_UINT8};
    *out = (struct od_output_tensor){.dtype = dtypes[take(in, 4)], .count = 1};
    (void)snprintf(out->name, sizeof out->name, "%s", names[take(in, 11)]);
    out->rank = take(in, 5);
    for (size_t i = 0; i < out->rank; i++) {
        out->dims[i] = take(in, 13);
        out->count *= out->dims[i];
    }
    out->values = out->count > 0 ? od_xcalloc(out->count, sizeof(float)) : NULL;
    for (size_t i = 0; i < out->count; i++) {
        if ((size_t)(in->end - in->at) > sizeof(float) && take(in, 2) == 1) {
            memcpy(&out->values[i], in->at, sizeof(float));
            in->at += sizeof(float);
        } else {
            out->values[i] = (float)take(in, 9) / 4;
        }
    }
}

static void fit(const struct od_outputs_list *list, const struct od_request *asked)
{
    struct od_model_facts *facts = od_xcalloc(1, sizeof *facts);
    struct od_signature *s = &facts->signatures[0];
    struct od_model model = asked->model;
    struct od_err err = {0};
    facts->signature_count = 1;
    for (size_t i = 0; i < list->count; i++) {
        const struct od_output_tensor *t = &list->items[i];
        struct od_tensor_info info = {.dtype = (int)t->dtype, .rank = (int)t->rank};
        memcpy(info.name, t->name, sizeof info.name);
        for (size_t k = 0; k < t->rank; k++) {
            info.shape[k] = t->dims[k] == 12 ? -1 : (int64_t)t->dims[k];
        }
        if (i < OD_SIGNATURE_INPUTS) {
            s->inputs[s->input_count++] = info;
        }
        s->outputs[s->output_count++] = info;
    }
    int rc = od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, &err);
    if ((rc == 0) != (err.code == OD_OK) || (rc != 0 && err.code != OD_EINPUT)) {
        abort();
    }
    free(facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    struct od_outputs_list *list = od_xcalloc(1, sizeof *list);
    struct od_picture pictures[2] = {{.width = 64, .height = 48},
                                     {.width = 64, .height = 48}};
    struct od_request asked = {.pictures = pictures,
                               .picture_count = 1 + take(&in, 2),
                               .outputs = take(&in, 16)};
    struct od_output_format *format = &asked.model.out;
    struct od_answer answer;
    struct od_err err = {0};
    format->layout = (enum od_output_layout)take(&in, OD_LAYOUT_LABELS + 1);
    format->order = (enum od_box_order)take(&in, OD_ORDER_CXCYWH + 1);
    format->units = (enum od_box_units)take(&in, OD_UNITS_PIXELS + 1);
    format->coco80 = take(&in, 2) == 1;
    if (take(&in, 2) == 1) {
        pictures[0].area = (struct od_area){0, 0.25F, 1, 0.75F};
    }
    size_t count = take(&in, 6);
    while (list->count < count) {
        take_tensor(&in, &list->items[list->count++]);
    }
    fit(list, &asked);
    od_answer_init(&answer);
    int rc = od_outputs_to_answer(&asked, list, &answer, &err);
    if ((rc == 0) != (err.code == OD_OK) ||
        (rc == 0 && answer.image_count != asked.picture_count) ||
        (rc != 0 && err.code != OD_EDECODE)) {
        abort();
    }
    od_answer_release(&answer);
    od_outputs_release(list);
    free(list);
    return 0;
}
