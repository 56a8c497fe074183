/* The presets: services that many people run (odbench-profile(5), PRESETS). */
#include "protocol/profile_spec.h"

#include <stdio.h>
#include <string.h>

/* Parts that profiles share; each names all of its members. */
#define POST       .method = "POST"
#define PART(name) .field = (name), .filename = "image.jpg", .part_type = "image/jpeg"
#define FORM(name) .body = OD_WEB_MULTIPART, PART(name), .type = "", NO_POINTER
#define FILE_ONLY  .body = OD_WEB_RAW, PART("file"), .type = "image/jpeg", NO_POINTER
#define NO_POINTER .pointer = "", .text = ""
#define JSON_AT(kind, where)                                                             \
    .body = (kind), PART("file"), .type = "", .pointer = (where), .text = ""
#define TEMPLATE(what)                                                                   \
    .body = OD_WEB_TEMPLATE, PART("file"), .type = "application/json", .pointer = "",    \
    .text = (what)
#define PIXELS   .order = OD_ORDER_XYXY, .units = OD_UNITS_PIXELS
#define RELATIVE .order = OD_ORDER_YXYX, .units = OD_UNITS_RELATIVE
#define CLASSES(from, where, names)                                                      \
    .class_number = (where), .label = "", .class_base = (from), .labels = (names),       \
    .score_scale = 1
#define NAMES(where, names)                                                              \
    .class_number = "", .label = (where), .class_base = 1, .labels = (names),            \
    .score_scale = 1
#define NO_STATE .ok = "", .error = "", .server_time = "", .server_time_ns = 1e9

/* The four tensors of the Object Detection API, below a list. */
#define OD_API                                                                           \
    .box = {"/detection_boxes"}, .box_count = 1, RELATIVE, .score = "/detection_scores", \
    CLASSES(1, "/detection_classes", &od_labels_coco91), .count = "/num_detections"
#define PIXEL_TENSOR                                                                     \
    "{\"inputs\":[{\"name\":\"{{input}}\",\"shape\":[1,{{height}},{{width}},3],"         \
    "\"datatype\":\"UINT8\",\"data\":[{{pixels}}]}]}"

const struct od_profile od_profile_blank = {
    .name = "",
    .request = {POST, .path = "/predict", FORM("file"), .ready = ""},
    .response = {.layout = OD_WEB_OBJECTS,
                 .list = "",
                 .box = {"/box"},
                 .box_count = 1,
                 PIXELS,
                 .score = "/score",
                 CLASSES(1, "", &od_labels_coco91),
                 .count = "",
                 NO_STATE},
};

static const struct od_profile presets[] = {
    {
        .name = "tfs-od-tf1",
        .request = {POST, .path = "/v1/models/{model}:predict",
                    JSON_AT(OD_WEB_JSON_PIXELS, "/instances/0"),
                    .ready = "/v1/models/{model}"},
        .response = {.layout = OD_WEB_COLUMNS,
                     .list = "/predictions/0",
                     OD_API,
                     .ok = "",
                     .error = "/error",
                     .server_time = "",
                     .server_time_ns = 1e9},
    },
    {
        .name = "tfs-od-tf2",
        .request = {POST, .path = "/v1/models/{model}:predict",
                    JSON_AT(OD_WEB_JSON_PIXELS, "/inputs/input_tensor/0"),
                    .ready = "/v1/models/{model}"},
        .response = {.layout = OD_WEB_COLUMNS,
                     .list = "/outputs",
                     .box = {"/detection_boxes/0"},
                     .box_count = 1,
                     RELATIVE,
                     .score = "/detection_scores/0",
                     CLASSES(1, "/detection_classes/0", &od_labels_coco91),
                     .count = "/num_detections/0",
                     .ok = "",
                     .error = "/error",
                     .server_time = "",
                     .server_time_ns = 1e9},
    },
    {
        .name = "tfs-od-jpeg",
        .request = {POST, .path = "/v1/models/{model}:predict",
                    JSON_AT(OD_WEB_JSON_BASE64, "/instances/0/b64"),
                    .ready = "/v1/models/{model}"},
        .response = {.layout = OD_WEB_COLUMNS,
                     .list = "/predictions/0",
                     OD_API,
                     .ok = "",
                     .error = "/error",
                     .server_time = "",
                     .server_time_ns = 1e9},
    },
    {
        .name = "torchserve-od",
        .request = {POST, .path = "/predictions/{model}", FILE_ONLY, .ready = "/ping"},
        .response = {.layout = OD_WEB_LABEL_KEY,
                     .list = "",
                     .box = {""},
                     .box_count = 1,
                     PIXELS,
                     .score = "/score",
                     NAMES("", &od_labels_coco91),
                     .count = "",
                     NO_STATE},
    },
    {
        .name = "yolov5-flask",
        .request = {POST, .path = "/v1/object-detection/{model}", FORM("image"),
                    .ready = ""},
        .response = {.layout = OD_WEB_OBJECTS,
                     .list = "",
                     .box = {"/xmin", "/ymin", "/xmax", "/ymax"},
                     .box_count = 4,
                     PIXELS,
                     .score = "/confidence",
                     .class_number = "/class",
                     .label = "/name",
                     .class_base = 0,
                     .labels = &od_labels_coco80,
                     .score_scale = 1,
                     .count = "",
                     NO_STATE},
    },
    {
        .name = "fastapi-columns",
        .request = {POST, .path = "/predict", FORM("file"), .ready = ""},
        .response = {.layout = OD_WEB_COLUMNS,
                     .list = "",
                     .box = {"/boxes"},
                     .box_count = 1,
                     PIXELS,
                     .score = "/scores",
                     CLASSES(0, "/classes", &od_labels_coco80),
                     .count = "",
                     NO_STATE},
    },
    {
        .name = "deepstack",
        .request = {POST, .path = "/v1/vision/detection", FORM("image"), .ready = ""},
        .response = {.layout = OD_WEB_OBJECTS,
                     .list = "/predictions",
                     .box = {"/x_min", "/y_min", "/x_max", "/y_max"},
                     .box_count = 4,
                     PIXELS,
                     .score = "/confidence",
                     NAMES("/label", &od_labels_coco91),
                     .count = "",
                     .ok = "/success",
                     .error = "/error",
                     .server_time = "/inferenceMs",
                     .server_time_ns = 1e6},
    },
    {
        .name = "hf",
        .request = {POST, .path = "/models/{model}", FILE_ONLY, .ready = ""},
        .response = {.layout = OD_WEB_OBJECTS,
                     .list = "",
                     .box = {"/box/xmin", "/box/ymin", "/box/xmax", "/box/ymax"},
                     .box_count = 4,
                     PIXELS,
                     .score = "/score",
                     NAMES("/label", &od_labels_coco91),
                     .count = "",
                     .ok = "",
                     .error = "/error",
                     .server_time = "",
                     .server_time_ns = 1e9},
    },
    {
        .name = "ovms-rows7",
        .request = {POST, .path = "/v2/models/{model}/infer", TEMPLATE(PIXEL_TENSOR),
                    .ready = "/v2/health/ready"},
        .response = {.layout = OD_WEB_ROWS7,
                     .list = "/outputs/0/data",
                     .box = {""},
                     .box_count = 1,
                     .order = OD_ORDER_XYXY,
                     .units = OD_UNITS_RELATIVE,
                     .score = "",
                     CLASSES(1, "", &od_labels_coco91),
                     .count = "",
                     .ok = "",
                     .error = "/error",
                     .server_time = "",
                     .server_time_ns = 1e9},
    },
    {
        .name = "oip-tf-names",
        .request = {POST, .path = "/v2/models/{model}/infer", TEMPLATE(PIXEL_TENSOR),
                    .ready = "/v2/health/ready"},
        .response = {.layout = OD_WEB_TENSORS,
                     .list = "/outputs",
                     .box = {"/@name=detection_boxes/data"},
                     .box_count = 1,
                     RELATIVE,
                     .score = "/@name=detection_scores/data",
                     CLASSES(1, "/@name=detection_classes/data", &od_labels_coco91),
                     .count = "/@name=num_detections/data/0",
                     .ok = "",
                     .error = "/error",
                     .server_time = "",
                     .server_time_ns = 1e9},
    },
};

const struct od_profile *od_profile_at(size_t i)
{
    return i < sizeof presets / sizeof presets[0] ? &presets[i] : NULL;
}

const struct od_profile *od_profile_find(const char *name)
{
    for (size_t i = 0; od_profile_at(i) != NULL; i++) {
        if (strcmp(presets[i].name, name) == 0) {
            return &presets[i];
        }
    }
    return NULL;
}

void od_profile_names(char out[OD_PROFILE_NAMES_MAX])
{
    size_t used = 0;
    for (size_t i = 0; od_profile_at(i) != NULL && used < OD_PROFILE_NAMES_MAX; i++) {
        used += (size_t)snprintf(out + used, OD_PROFILE_NAMES_MAX - used, "%s%s",
                                 i > 0 ? ", " : "", presets[i].name);
    }
}

const struct od_profile *od_profile_default(void)
{
    return od_profile_find("fastapi-columns");
}

const char *od_profile_name(const struct od_profile *profile)
{
    return profile->name;
}

enum od_payload od_profile_payload(const struct od_profile *profile)
{
    const struct od_profile_ask *ask = &profile->request;
    switch (ask->body) {
    case OD_WEB_MULTIPART:
    case OD_WEB_RAW:
        return OD_PAYLOAD_JPEG;
    case OD_WEB_BASE64:
    case OD_WEB_JSON_BASE64:
        return OD_PAYLOAD_B64;
    case OD_WEB_JSON_PIXELS:
        return OD_PAYLOAD_JSON;
    case OD_WEB_TEMPLATE:
        return strstr(ask->text, "{{pixels}}") != NULL ? OD_PAYLOAD_JSON : OD_PAYLOAD_B64;
    }
    return OD_PAYLOAD_NONE;
}
