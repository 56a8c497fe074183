/* What a model wants, from what its server says of it. */
#include "service/model_format.h"

#include "base/buf.h"
#include "service/outputs.h"
#include "service/outputs_find.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef const struct od_tensor_info tensor_info;

void od_tensor_info_text(const struct od_tensor_info *info, char out[OD_TENSOR_TEXT_MAX])
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(&text, info->dtype != 0 ? od_dtype_name(info->dtype) : "");
    od_buf_puts(&text, info->rank >= 0 ? " [" : " of any shape");
    for (int i = 0; i < info->rank; i++) {
        od_buf_printf(&text, "%s%" PRId64, i > 0 ? "," : "", info->shape[i]);
    }
    od_buf_puts(&text, info->rank >= 0 ? "]" : "");
    (void)snprintf(out, OD_TENSOR_TEXT_MAX, "%s",
                   text.data[0] == ' ' ? text.data + 1 : text.data);
    od_buf_release(&text);
}

static bool is_files(enum od_payload payload)
{
    return payload == OD_PAYLOAD_JPEG || payload == OD_PAYLOAD_B64;
}

/* "a UINT8 [-1,-1,-1,3], b FP32 [1]" */
static void list_tensors(tensor_info *infos, size_t count, struct od_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        char text[OD_TENSOR_TEXT_MAX];
        od_tensor_info_text(&infos[i], text);
        od_buf_printf(out, "%s%.40s %s", i > 0 ? ", " : "", infos[i].name, text);
    }
}

/* Whether a tensor can take what such a payload carries; types that are not told can. */
static bool takes(tensor_info *info, bool files)
{
    if (info->dtype == OD_DTYPE_NONE) {
        return true;
    }
    return files == (info->dtype == OD_DTYPE_BYTES);
}

static const struct od_signature *named(const struct od_model_facts *facts,
                                        const char *name)
{
    for (size_t i = 0; i < facts->signature_count; i++) {
        if (strcmp(facts->signatures[i].name, name) == 0) {
            return &facts->signatures[i];
        }
    }
    return NULL;
}

static bool suits(const struct od_signature *signature, bool files)
{
    return signature->input_count == 1 && takes(&signature->inputs[0], files);
}

/* The signature that was given, else the default one, else one that suits. */
static const struct od_signature *choose_signature(const struct od_model_facts *facts,
                                                   bool files, struct od_model *model,
                                                   struct od_err *err)
{
    const struct od_signature *own = named(facts, od_model_signature(model));
    bool given = model->signature[0] != '\0';
    if (own == NULL && given) {
        (void)od_fail(err, OD_EINPUT,
                      "the model has no signature %s, but %s; see --signature",
                      model->signature, facts->signatures[0].name);
        return NULL;
    }
    if (given || (own != NULL && suits(own, files))) {
        return own;
    }
    for (size_t i = 0; i < facts->signature_count; i++) {
        const struct od_signature *other = &facts->signatures[i];
        if (suits(other, files)) {
            memcpy(model->signature, other->name, sizeof model->signature);
            return other;
        }
    }
    return own != NULL ? own : &facts->signatures[0];
}

static tensor_info *choose_input(const struct od_signature *signature, bool files,
                                 const struct od_model *model, struct od_err *err)
{
    tensor_info *found = NULL;
    for (size_t i = 0; i < signature->input_count; i++) {
        tensor_info *info = &signature->inputs[i];
        bool fits = model->input[0] != '\0' ? strcmp(info->name, model->input) == 0
                                            : takes(info, files);
        found = found == NULL && fits ? info : found;
    }
    if (found == NULL && model->input[0] == '\0' && signature->input_count == 1) {
        found = &signature->inputs[0];
    }
    struct od_buf list;
    od_buf_init(&list, 0);
    list_tensors(signature->inputs, signature->input_count, &list);
    if (found == NULL) {
        (void)od_fail(err, OD_EINPUT, "the model has no input %s, but %s; see %s",
                      model->input[0] != '\0' ? model->input : "for a picture", list.data,
                      "--input-name");
    } else if (signature->input_count > 1 && model->input[0] == '\0') {
        found = NULL;
        (void)od_fail(err, OD_EINPUT,
                      "the model takes %zu inputs, not one picture: %s; see --input-name",
                      signature->input_count, list.data);
    }
    od_buf_release(&list);
    return found;
}

static int mismatch(tensor_info *info, const char *given, const char *help,
                    struct od_err *err)
{
    char text[OD_TENSOR_TEXT_MAX];
    od_tensor_info_text(info, text);
    return od_fail(err, OD_EINPUT, "input %.40s is %s, not %s; see %s", info->name, text,
                   given, help);
}

/* Graph nodes have ports (":0") in TensorFlow alone, which never decodes a file itself;
 * OpenVINO Model Server does. */
static bool never_decodes(tensor_info *info)
{
    size_t len = strlen(info->graph);
    return len > 2 && strcmp(info->graph + len - 2, ":0") == 0;
}

static int fit_type(tensor_info *info, bool files, struct od_input_format *in,
                    struct od_err *err)
{
    if (info->dtype == OD_DTYPE_NONE) {
        return 0;
    }
    if (files) {
        return info->dtype != OD_DTYPE_BYTES && never_decodes(info)
                   ? mismatch(info, "the bytes of files", "--payload, --signature", err)
                   : 0;
    }
    if (info->dtype == OD_DTYPE_BYTES) {
        return mismatch(info, "pixels", "--payload", err);
    }
    if (in->dtype != OD_DTYPE_NONE && (int)in->dtype != info->dtype) {
        return mismatch(info, od_dtype_name((int)in->dtype), "--input-format type", err);
    }
    bool known = info->dtype == OD_DTYPE_UINT8 || info->dtype == OD_DTYPE_FP32 ||
                 info->dtype == OD_DTYPE_FP16 || info->dtype == OD_DTYPE_FP64 ||
                 info->dtype == OD_DTYPE_BF16;
    if (!known) {
        return mismatch(info, "of a type that a picture can have", "--input-name", err);
    }
    in->dtype = (enum od_dtype)info->dtype;
    return 0;
}

/* A dimension of the picture, of a model that has fixed it or not (-1). */
static int fit_size(tensor_info *info, int64_t dim, const char *what, int *size,
                    struct od_err *err)
{
    char given[32];
    if (dim <= 0 || dim > INT32_MAX) {
        return 0;
    }
    if (*size > 0 && *size != dim) {
        (void)snprintf(given, sizeof given, "%d pixels %s", *size, what);
        return mismatch(info, given, "--input-format size", err);
    }
    *size = (int)dim;
    return 0;
}

/* Some servers tell no shape, or one that says nothing. */
static bool is_untold(tensor_info *info)
{
    bool untold = info->rank < 3;
    for (int i = 0; i < info->rank && i < 3; i++) {
        untold = untold && info->shape[i] < 0;
    }
    return untold;
}

/* NCHW when the first dimension of a picture can only be its channels. */
static int fit_shape(tensor_info *info, struct od_input_format *in, struct od_err *err)
{
    if (is_untold(info)) {
        return 0;
    }
    if (info->rank != 3 && info->rank != 4) {
        return mismatch(info, "of the shape of a picture", "--input-name", err);
    }
    const int64_t *dims = info->shape + (info->rank - 3);
    in->no_batch = info->rank == 3;
    if (!in->no_batch && info->shape[0] > 1) {
        return mismatch(info, "for one picture", "--model", err);
    }
    bool last = dims[2] == 3 || dims[2] == -1;
    bool first = dims[0] == 3 || dims[0] == -1;
    bool planes = !last || (dims[0] == 3 && dims[2] != 3);
    if (in->planar ? !first : in->interleaved && first && planes) {
        return mismatch(info, in->planar ? "NCHW" : "NHWC", "--input-format layout", err);
    }
    if (!last && !first) {
        return mismatch(info, "of 3 channels", "--input-format", err);
    }
    in->planar = in->planar || planes;
    const int64_t *sizes = in->planar ? dims + 1 : dims;
    return fit_size(info, sizes[0], "high", &in->height, err) != 0 ||
                   fit_size(info, sizes[1], "wide", &in->width, err) != 0
               ? -1
               : 0;
}

/* Outputs whose shapes are told and that no layout reads are found before the first
 * reply. A first dimension of -1 is the batch. */
static int fit_outputs(const struct od_signature *signature, const struct od_model *model,
                       struct od_err *err)
{
    struct od_outputs_list list = {0};
    struct od_outputs_found found;
    struct od_err why = {0};
    for (size_t i = 0; i < signature->output_count; i++) {
        tensor_info *info = &signature->outputs[i];
        struct od_output_tensor *t = &list.items[list.count++];
        *t = (struct od_output_tensor){.dtype = (enum od_dtype)info->dtype, .count = 1};
        memcpy(t->name, info->name, sizeof t->name);
        for (int k = 0; k < info->rank; k++) {
            if (info->shape[k] < 0 && k > 0) {
                return 0;
            }
            t->dims[t->rank++] = info->shape[k] < 0 ? 1 : (size_t)info->shape[k];
            t->count *= t->dims[t->rank - 1];
        }
        if (info->rank < 1) {
            return 0;
        }
    }
    if (list.count == 0 ||
        od_outputs_find(model->out.layout, OD_OUTPUT_ALL, &list, &found, &why) == 0) {
        return 0;
    }
    return od_fail(err, OD_EINPUT, "%s", why.msg);
}

int od_model_fit(const struct od_model_facts *facts, enum od_payload payload,
                 struct od_model *model, struct od_err *err)
{
    struct od_model fitted = *model;
    bool files = is_files(payload);
    if (facts->signature_count == 0) {
        return 0;
    }
    const struct od_signature *signature = choose_signature(facts, files, &fitted, err);
    if (signature == NULL) {
        return -1;
    }
    if (signature->input_count > 0) {
        tensor_info *info = choose_input(signature, files, &fitted, err);
        /* A server that decodes files itself makes them fit: its size is that of pixels.
         */
        bool shaped =
            !files || (info != NULL && info->rank >= 3 && info->dtype != OD_DTYPE_BYTES);
        if (info == NULL || fit_type(info, files, &fitted.in, err) != 0 ||
            (shaped && fit_shape(info, &fitted.in, err) != 0)) {
            return -1;
        }
        if (strcmp(info->name, od_model_input(&fitted)) != 0) {
            memcpy(fitted.input, info->name, sizeof fitted.input);
        }
    }
    if (fit_outputs(signature, &fitted, err) != 0) {
        return -1;
    }
    *model = fitted;
    return 0;
}
