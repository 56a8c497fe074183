/* What a served model looks like from outside, and whether a request fits it. */
#include "server/catalog.h"

#include "service/outputs.h"

#include <stdio.h>
#include <string.h>

/* Of tensorflow.DataType and ModelVersionStatus.State (odbench-wire(7), Messages). */
enum { DT_UINT8 = 4, DT_STRING = 7, STATE_AVAILABLE = 30 };

static const char *const default_signature = "serving_default";
static const char *const encoded_signature = "serving_encoded";
static const char *const input_name = "inputs";

static const struct od_tensor_info image_input = {
    .graph = "image_tensor:0", .dtype = DT_UINT8, .shape = {-1, -1, -1, 3}, .rank = 4};

static const struct od_tensor_info string_input = {.graph =
                                                       "encoded_image_string_tensor:0",
                                                   .dtype = DT_STRING,
                                                   .shape = {-1},
                                                   .rank = 1};

static const char *input_of(const struct od_catalog_form *form)
{
    return form->input[0] != '\0' ? form->input : input_name;
}

static const struct od_style *style_of(const struct od_catalog_form *form)
{
    return form->style != NULL ? form->style : &od_style_default;
}

static void make_input(const struct od_catalog_form *form, bool files,
                       struct od_tensor_info *out)
{
    const struct od_input_format *in = &form->in;
    *out = files ? string_input : image_input;
    (void)snprintf(out->name, sizeof out->name, "%s", input_of(form));
    if (files) {
        return;
    }
    out->dtype = in->dtype != OD_DTYPE_NONE ? (int)in->dtype : DT_UINT8;
    int64_t width = in->width > 0 ? in->width : -1;
    int64_t height = in->height > 0 ? in->height : -1;
    const int64_t pixels[] = {-1, height, width, 3};
    const int64_t planes[] = {-1, 3, height, width};
    memcpy(out->shape, in->planar ? planes : pixels, sizeof pixels);
}

static void add_signature(struct od_model_facts *facts, const char *name,
                          const struct od_catalog_form *form, bool files)
{
    struct od_signature *signature = od_model_add_signature(facts);
    (void)snprintf(signature->name, sizeof signature->name, "%s", name);
    make_input(form, files, &signature->inputs[0]);
    signature->input_count = 1;
    signature->output_count = od_outputs_facts(style_of(form), signature->outputs);
}

void od_catalog_facts(const char *name, const struct od_catalog_form *form,
                      struct od_model_facts *out)
{
    bool files = form->in.dtype == OD_DTYPE_BYTES;
    out->version = OD_CATALOG_VERSION;
    out->state = STATE_AVAILABLE;
    out->signature_count = 0;
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    add_signature(out, default_signature, form, files);
    if (!files) {
        add_signature(out, encoded_signature, form, true);
    }
}

static bool refuse_unknown(const struct od_request *request, struct od_answer *answer)
{
    const struct od_model *model = &request->model;
    if (request->kind == OD_STATUS && model->version != 0) {
        od_answer_fail(answer, OD_CODE_NOT_FOUND,
                       "Could not find version %lld of model %s",
                       (long long)model->version, model->name);
    } else if (request->kind == OD_STATUS) {
        od_answer_fail(answer, OD_CODE_NOT_FOUND,
                       "Could not find any versions of model %s", model->name);
    } else {
        od_answer_no_model(answer, model);
    }
    return false;
}

static bool check_model(const struct od_request *request, bool known,
                        struct od_answer *answer)
{
    const struct od_model *model = &request->model;
    if (model->name[0] == '\0') {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "ModelSpec has no name specified.");
        return false;
    }
    /* A status request's label is ignored, as TensorFlow Serving does. */
    if (model->version_label[0] != '\0' && request->kind != OD_STATUS) {
        od_answer_no_label(answer, model);
        return false;
    }
    if (!known || (model->version != 0 && model->version != OD_CATALOG_VERSION)) {
        return refuse_unknown(request, answer);
    }
    return true;
}

static bool check_signature(const struct od_model *model, enum od_transport transport,
                            const struct od_catalog_form *form, struct od_answer *answer)
{
    const char *name = od_model_signature(model);
    if (strcmp(name, default_signature) == 0 ||
        (form->in.dtype != OD_DTYPE_BYTES && strcmp(name, encoded_signature) == 0)) {
        return true;
    }
    if (transport == OD_HTTP) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "Serving signature name: \"%s\" not found in signature def", name);
    } else {
        od_answer_no_signature(answer, model);
    }
    return false;
}

static const char *type_name(int dtype)
{
    return dtype == OD_DTYPE_FP32   ? "float"
           : dtype == OD_DTYPE_FP64 ? "double"
           : dtype == OD_DTYPE_FP16 ? "half"
           : dtype == OD_DTYPE_BF16 ? "bfloat16"
           : dtype == DT_STRING     ? "string"
                                    : "uint8";
}

static bool refuse_type(int wanted, int given, struct od_answer *answer)
{
    od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                   "Expects arg[0] to be %s but %s is provided", type_name(wanted),
                   type_name(given));
    return false;
}

static void put_shape(char out[64], const struct od_input_format *in, int width,
                      int height)
{
    if (in->planar) {
        (void)snprintf(out, 64, "[-1,3,%d,%d]", height, width);
    } else {
        (void)snprintf(out, 64, "[-1,%d,%d,3]", height, width);
    }
}

/* Pictures of a request are all of one type and size. */
static bool check_picture(const struct od_request *request,
                          const struct od_catalog_form *form, struct od_answer *answer)
{
    const struct od_picture *picture = &request->pictures[0];
    const struct od_input_format *in = &form->in;
    int wanted = in->dtype != OD_DTYPE_NONE ? (int)in->dtype : DT_UINT8;
    int given = picture->dtype != OD_DTYPE_NONE ? (int)picture->dtype : DT_UINT8;
    bool json = request->payload == OD_PAYLOAD_JSON;
    char expected[64];
    char got[64];
    if (wanted == DT_STRING || (given != wanted && !json)) {
        return refuse_type(wanted, given, answer);
    }
    if (picture->planar == in->planar &&
        (in->width == 0 || picture->width == in->width) &&
        (in->height == 0 || picture->height == in->height)) {
        return true;
    }
    put_shape(expected, in, in->width > 0 ? in->width : -1,
              in->height > 0 ? in->height : -1);
    put_shape(got, &(struct od_input_format){.planar = picture->planar}, picture->width,
              picture->height);
    od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                   "unexpected shape for input '%s' for model '%s'. Expected %s, got %s",
                   input_of(form), request->model.name, expected, got);
    return false;
}

static bool check_inputs(const struct od_request *request,
                         const struct od_catalog_form *form, struct od_answer *answer)
{
    const char *input =
        request->model.input[0] != '\0' ? request->model.input : input_of(form);
    bool pixels =
        request->payload == OD_PAYLOAD_TENSOR || request->payload == OD_PAYLOAD_JSON;
    if (strcmp(input, input_of(form)) != 0) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "input tensor alias not found in signature: %s. "
                       "Inputs expected to be in the set {%s}.",
                       input, input_of(form));
    } else if (pixels && strcmp(request->model.signature, encoded_signature) == 0) {
        return refuse_type(DT_STRING, DT_UINT8, answer);
    } else if (request->picture_count == 0) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT, "the batch holds no image");
    } else if (request->picture_count > OD_CATALOG_BATCH_MAX) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "a batch of %zu images is larger than %d", request->picture_count,
                       OD_CATALOG_BATCH_MAX);
    } else {
        return !pixels || check_picture(request, form, answer);
    }
    return false;
}

bool od_catalog_check(const struct od_request *request, enum od_transport transport,
                      bool known, const struct od_catalog_form *form,
                      struct od_answer *answer)
{
    if (!check_model(request, known, answer)) {
        return false;
    }
    if (request->kind != OD_PREDICT) {
        return true;
    }
    return check_signature(&request->model, transport, form, answer) &&
           check_inputs(request, form, answer);
}
