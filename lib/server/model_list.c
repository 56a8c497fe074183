/* Which models a server is asked to serve. */
#include "server/model_list.h"

#include "base/alloc.h"
#include "base/file.h"
#include "service/model_format.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *file; /* one of its files, which tells that the model is there */
} own[] = {
    {"scenes-ssd", "scenes-ssd.onnx"},
    {"scenes-rcnn", "scenes-rcnn-proposal.onnx"},
};
enum { OWN_COUNT = sizeof own / sizeof *own };

static bool is_there(const char *models_dir, size_t i)
{
    char *path = od_path_join(models_dir, own[i].file);
    bool there = od_file_exists(path);
    free(path);
    return there;
}

static void add(struct od_model_list *list, const char *text,
                const struct od_engine_spec *common)
{
    char *name = od_xstrdup(text);
    char *equals = strchr(name, '=');
    struct od_engine_spec *spec = &list->specs[list->count];
    *spec = *common;
    spec->name = name;
    spec->source = name;
    if (equals != NULL) {
        *equals = '\0';
        spec->source = equals + 1;
    }
    list->texts[list->count++] = name;
}

int od_model_list_init(struct od_model_list *list, char *const *given, size_t count,
                       const struct od_engine_spec *common, struct od_err *err)
{
    size_t most = count > 0 ? count : OWN_COUNT;
    *list = (struct od_model_list){.specs = od_xcalloc(most, sizeof *list->specs),
                                   .texts = od_xcalloc(most, sizeof *list->texts),
                                   .forms = od_xcalloc(most, sizeof *list->forms)};
    for (size_t i = 0; i < count; i++) {
        add(list, given[i], common);
    }
    for (size_t i = 0; i < OWN_COUNT && count == 0; i++) {
        if (is_there(common->models_dir, i)) {
            add(list, own[i].name, common);
        }
    }
    if (list->count == 0) {
        od_model_list_release(list);
        return od_fail(err, OD_ENOENT, "%s: no models there, and none given",
                       common->models_dir);
    }
    return 0;
}

static int set_format(struct od_model_list *list, const char *text, struct od_err *err)
{
    size_t len = 0;
    bool used = false;
    const char *format = od_format_model(text, &len);
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->specs[i].name;
        bool meant = len == 0 || (strlen(name) == len && memcmp(name, text, len) == 0);
        used = used || meant;
        if (meant && od_input_format_read(format, &list->forms[i].in, err) != 0) {
            od_err_context(err, "--input-format '%s'", text);
            return -1;
        }
    }
    return used ? 0
                : od_fail(err, OD_EINPUT, "--input-format '%s': no --model %.*s", text,
                          (int)len, text);
}

int od_model_list_form(struct od_model_list *list, char *const *formats, size_t count,
                       const char *input, struct od_err *err)
{
    if (input != NULL && (input[0] == '\0' || strlen(input) >= OD_NAME_MAX)) {
        return od_fail(err, OD_EINPUT, "--input-name: 1 to %d characters",
                       OD_NAME_MAX - 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (set_format(list, formats[i], err) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < list->count && input != NULL; i++) {
        (void)snprintf(list->forms[i].input, OD_NAME_MAX, "%s", input);
    }
    return 0;
}

void od_model_list_release(struct od_model_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->texts[i]);
    }
    free(list->texts);
    free(list->forms);
    free(list->specs);
    *list = (struct od_model_list){0};
}

void od_model_list_describe(const char *models_dir, struct od_buf *out)
{
    for (size_t i = 0; i < OWN_COUNT; i++) {
        od_buf_printf(out, "%-28s %s/%s%s\n", own[i].name, models_dir, own[i].file,
                      is_there(models_dir, i) ? "" : " (not there)");
    }
    od_buf_puts(
        out, "topology:ssd-mobilenet-v1    random weights of --seed\n"
             "topology:rfcn-resnet101      random weights of --seed\n"
             "topology:yolov4              random weights of --seed\n"
             "fixed:20ms                   calibration: always after 20 ms\n"
             "fixed:20ms~5ms               normal with a deviation of 5 ms\n"
             "fixed:exp:20ms               exponential with a mean of 20 ms\n"
             "fixed:lognormal:20ms~0.5     log-normal: median, sigma of the logarithm\n"
             "fixed:...,stall=1s/10s       and stands still for 1 s every 10 s\n"
             "fixed:...,fail=1/50          and answers every 50th with an error\n"
             "FILE[,CONFIG]                ONNX, Darknet, TensorFlow or Caffe\n");
}
