/* Replies of TensorFlow Serving over gRPC, as the client reads them. */
#include "protocol/tfs_grpc.h"

#include "base/alloc.h"
#include "protocol/tensor_pb.h"
#include "protocol/tfs.h"
#include "protocol/tfs_spec.h"
#include "service/outputs.h"
#include "wire/pb_arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef Tensorflow__Serving__PredictResponse pb_reply;
typedef Tensorflow__Serving__PredictResponse__OutputsEntry pb_entry;

/* An output of more elements is none that a layout reads. */
#define OUTPUT_MAX ((size_t)16 << 20)

/* The value of a key; of equal keys the last one holds. NULL: none. */
static const pb_entry *find(const pb_reply *reply, const char *name)
{
    for (size_t i = reply->n_outputs; i-- > 0;) {
        if (strcmp(reply->outputs[i]->key, name) == 0) {
            return reply->outputs[i];
        }
    }
    return NULL;
}

static int read_output(const pb_reply *reply, const struct od_tfs_output *output,
                       struct od_detections *out, struct od_err *err)
{
    const char *name = od_output_name(output->output);
    const pb_entry *entry = find(reply, name);
    if (entry == NULL || entry->value == NULL) {
        return od_fail(err, OD_EDECODE, "reply has no output %s", name);
    }
    struct od_tensor_shape shape;
    if (od_tensor_shape_read(entry->value, (size_t)OD_DETECTIONS_MAX * 4, &shape, err) !=
        0) {
        od_err_context(err, "%s", name);
        return -1;
    }
    if (shape.rank != output->rank) {
        return od_fail(err, OD_EDECODE, "%s has %zu dimensions, not %zu", name,
                       shape.rank, output->rank);
    }
    if (od_tfs_agree(out, output, shape.dims, err) != 0) {
        return -1;
    }
    float **values = od_tfs_values(out, output->output);
    if (od_tensor_floats(entry->value, &shape, values, err) != 0) {
        od_err_context(err, "%s", name);
        return -1;
    }
    return 0;
}

static int read_predict(const struct od_request *asked, const pb_reply *reply,
                        struct od_answer *out, struct od_err *err)
{
    struct od_detections all = {.images = SIZE_MAX, .each = SIZE_MAX};
    unsigned set = asked->outputs == 0 ? OD_OUTPUT_ALL : asked->outputs;
    int rc = -1;
    for (size_t i = 0; i < OD_TFS_OUTPUTS; i++) {
        if ((set & od_tfs_outputs[i].output) != 0 &&
            read_output(reply, &od_tfs_outputs[i], &all, err) != 0) {
            goto out;
        }
    }
    rc = od_detections_to_answer(&all, asked->picture_count, out, err);
out:
    od_detections_release(&all);
    return rc;
}

/* All outputs that are numbers; the others are left out. */
static void read_any(const pb_reply *reply, struct od_outputs_list *list)
{
    for (size_t i = 0; i < reply->n_outputs && list->count < OD_OUTPUTS_MAX; i++) {
        const pb_entry *entry = reply->outputs[i];
        struct od_output_tensor *t = &list->items[list->count];
        struct od_tensor_shape shape;
        *t = (struct od_output_tensor){0};
        if (entry->value == NULL || find(reply, entry->key) != entry ||
            od_tensor_shape_read(entry->value, OUTPUT_MAX, &shape, NULL) != 0 ||
            od_tensor_floats(entry->value, &shape, &t->values, NULL) != 0) {
            continue;
        }
        od_name_set(t->name, entry->key);
        t->dtype = (enum od_dtype)entry->value->dtype;
        t->rank = shape.rank;
        t->count = shape.elements;
        memcpy(t->dims, shape.dims, shape.rank * sizeof *shape.dims);
        list->count++;
    }
}

static bool has_four(const pb_reply *reply)
{
    bool has = false;
    for (size_t i = 0; i < OD_TFS_OUTPUTS && !has; i++) {
        has = find(reply, od_output_name(od_tfs_outputs[i].output)) != NULL;
    }
    return has;
}

static void read_spec(const Tensorflow__Serving__ModelSpec *spec,
                      struct od_model_facts *out)
{
    od_name_set(out->name, spec->name);
    if (spec->version_choice_case ==
        TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION) {
        out->version = spec->version->value;
    }
}

static int read_outputs(const struct od_request *asked, const pb_reply *reply,
                        struct od_answer *out, struct od_err *err)
{
    struct od_outputs_list list = {0};
    if (reply->model_spec != NULL) {
        read_spec(reply->model_spec, &out->model);
    }
    if (od_tfs_plain(asked) && (has_four(reply) || reply->n_outputs == 0)) {
        return read_predict(asked, reply, out, err);
    }
    read_any(reply, &list);
    int rc = od_outputs_to_answer(asked, &list, out, err);
    od_outputs_release(&list);
    return rc;
}

int od_tfs_grpc_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (in->code != 0) {
        enum od_canonical code = od_canonical_of_grpc(in->code);
        bool said = in->text != NULL && in->text[0] != '\0';
        const char *text = said ? in->text : "no text";
        od_answer_fail(out, code, "%s", text);
        return od_fail(err, OD_ESERVER, "%s: %s", od_canonical_name(code), text);
    }
    if (asked->kind != OD_PREDICT) {
        return od_tfs_pb_facts(asked, in, out, err);
    }
    struct od_pb_arena arena;
    od_pb_arena_init(&arena, in->body.len);
    const pb_reply *reply = tensorflow__serving__predict_response__unpack(
        &arena.allocator, in->body.len, (const uint8_t *)in->body.data);
    int rc = reply != NULL ? read_outputs(asked, reply, out, err)
                           : od_fail(err, OD_EDECODE, "reply is no PredictResponse");
    od_pb_arena_release(&arena);
    return rc;
}
