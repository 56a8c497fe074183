/* What a served model looks like from outside, and whether a request fits it. */
#include "server/catalog.h"

#include <stdio.h>
#include <string.h>

/* Of tensorflow.DataType and ModelVersionStatus.State (odbench-wire(7), Messages). */
enum { DT_FLOAT = 1, DT_UINT8 = 4, DT_STRING = 7, STATE_AVAILABLE = 30 };

static const char *const default_signature = "serving_default";
static const char *const encoded_signature = "serving_encoded";
static const char *const input_name = "inputs";

static const struct od_tensor_info outputs[] = {
    {.name = "detection_boxes",
     .graph = "detection_boxes:0",
     .dtype = DT_FLOAT,
     .shape = {-1, -1, 4},
     .rank = 3},
    {.name = "detection_classes",
     .graph = "detection_classes:0",
     .dtype = DT_FLOAT,
     .shape = {-1, -1},
     .rank = 2},
    {.name = "detection_scores",
     .graph = "detection_scores:0",
     .dtype = DT_FLOAT,
     .shape = {-1, -1},
     .rank = 2},
    {.name = "num_detections",
     .graph = "num_detections:0",
     .dtype = DT_FLOAT,
     .shape = {-1},
     .rank = 1},
};

static const struct od_tensor_info image_input = {.name = "inputs",
                                                  .graph = "image_tensor:0",
                                                  .dtype = DT_UINT8,
                                                  .shape = {-1, -1, -1, 3},
                                                  .rank = 4};

static const struct od_tensor_info string_input = {.name = "inputs",
                                                   .graph =
                                                       "encoded_image_string_tensor:0",
                                                   .dtype = DT_STRING,
                                                   .shape = {-1},
                                                   .rank = 1};

static void add_signature(struct od_model_facts *facts, const char *name,
                          const struct od_tensor_info *input)
{
    struct od_signature *signature = &facts->signatures[facts->signature_count++];
    (void)snprintf(signature->name, sizeof signature->name, "%s", name);
    signature->inputs[0] = *input;
    signature->input_count = 1;
    memcpy(signature->outputs, outputs, sizeof outputs);
    signature->output_count = sizeof outputs / sizeof *outputs;
}

void od_catalog_facts(const char *name, struct od_model_facts *out)
{
    *out =
        (struct od_model_facts){.version = OD_CATALOG_VERSION, .state = STATE_AVAILABLE};
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    add_signature(out, default_signature, &image_input);
    add_signature(out, encoded_signature, &string_input);
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
                            struct od_answer *answer)
{
    const char *name = od_model_signature(model);
    if (strcmp(name, default_signature) == 0 || strcmp(name, encoded_signature) == 0) {
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

static bool check_inputs(const struct od_request *request, struct od_answer *answer)
{
    const char *input = od_model_input(&request->model);
    bool pixels =
        request->payload == OD_PAYLOAD_TENSOR || request->payload == OD_PAYLOAD_JSON;
    if (strcmp(input, input_name) != 0) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "input tensor alias not found in signature: %s. "
                       "Inputs expected to be in the set {%s}.",
                       input, input_name);
    } else if (pixels && strcmp(request->model.signature, encoded_signature) == 0) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "Expects arg[0] to be string but uint8 is provided");
    } else if (request->picture_count == 0) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT, "the batch holds no image");
    } else if (request->picture_count > OD_CATALOG_BATCH_MAX) {
        od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                       "a batch of %zu images is larger than %d", request->picture_count,
                       OD_CATALOG_BATCH_MAX);
    } else {
        return true;
    }
    return false;
}

bool od_catalog_check(const struct od_request *request, enum od_transport transport,
                      bool known, struct od_answer *answer)
{
    if (!check_model(request, known, answer)) {
        return false;
    }
    if (request->kind != OD_PREDICT) {
        return true;
    }
    return check_signature(&request->model, transport, answer) &&
           check_inputs(request, answer);
}
