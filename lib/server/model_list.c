/* Which models a server is asked to serve. */
#include "server/model_list.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdbool.h>
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
                                   .texts = od_xcalloc(most, sizeof *list->texts)};
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

void od_model_list_release(struct od_model_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->texts[i]);
    }
    free(list->texts);
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
