/* Options of the models become those of a plan. */
#include "bench/build.h"

#include "service/model_format.h"

#include <stdio.h>
#include <string.h>

static int set_name(char *to, const char *value, const char *option, struct od_err *err)
{
    if (value != NULL && strlen(value) >= OD_NAME_MAX) {
        return od_fail(err, OD_EINPUT, "--%s: longer than %d characters", option,
                       OD_NAME_MAX - 1);
    }
    (void)snprintf(to, OD_NAME_MAX, "%s", value != NULL ? value : "");
    return 0;
}

static int set_format(struct od_model *model, bool input, const char *text,
                      struct od_err *err)
{
    return input ? od_input_format_read(text, &model->in, err)
                 : od_output_format_read(text, &model->out, err);
}

static int set_formats(const struct od_strings *given, bool input, struct od_plan *plan,
                       struct od_err *err)
{
    const char *option = input ? "input-format" : "output-format";
    for (size_t i = 0; i < given->count; i++) {
        size_t len = 0;
        const char *format = od_format_model(given->items[i], &len);
        bool used = false;
        for (size_t m = 0; m < plan->model_count; m++) {
            struct od_model *model = &plan->models[m];
            bool meant = len == 0 || (strlen(model->name) == len &&
                                      memcmp(model->name, given->items[i], len) == 0);
            used = used || meant;
            if (meant && set_format(model, input, format, err) != 0) {
                od_err_context(err, "--%s '%s'", option, given->items[i]);
                return -1;
            }
        }
        if (!used) {
            return od_fail(err, OD_EINPUT, "--%s '%s': no --model %.*s", option,
                           given->items[i], (int)len, given->items[i]);
        }
    }
    return 0;
}

int od_plan_build_models(const struct od_run_options *o, struct od_plan *plan,
                         struct od_err *err)
{
    for (size_t i = 0; i < o->models.count; i++) {
        if (od_plan_add_model(plan, o->models.items[i], err) != 0) {
            return -1;
        }
        struct od_model *model = &plan->models[i];
        if (set_name(model->signature, o->signature, "signature", err) != 0 ||
            set_name(model->input, o->input, "input-name", err) != 0) {
            return -1;
        }
    }
    if (o->models.count == 0) {
        return od_fail(err, OD_EINPUT, "no model: name the one to ask for with --model");
    }
    return set_formats(&o->input_formats, true, plan, err) == 0 &&
                   set_formats(&o->output_formats, false, plan, err) == 0
               ? 0
               : -1;
}
