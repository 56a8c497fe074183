/* The served models by name. */
#include "server/core.h"

#include "base/alloc.h"
#include "base/linux.h"
#include "image/image.h"
#include "server/catalog.h"
#include "server/hold.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct model {
    char *name, *source, *models_dir;
    struct od_catalog_form form;
    struct od_pool *pool;
};

struct od_core {
    struct model *models;
    size_t model_count;
    struct od_counts *counts; /* owned */
    struct od_style style;
    atomic_bool stopped;
};

static struct model *find(struct od_core *core, const char *name)
{
    for (size_t i = 0; i < core->model_count; i++) {
        if (strcmp(core->models[i].name, name) == 0) {
            return &core->models[i];
        }
    }
    return NULL;
}

static bool is_calibration(const char *source)
{
    return strncmp(source, "fixed:", strlen("fixed:")) == 0;
}

static int check_name(struct od_core *core, const char *name, struct od_err *err)
{
    if (name[0] == '\0' || strlen(name) >= OD_NAME_MAX || strpbrk(name, "/:") != NULL) {
        return od_fail(err, OD_EINPUT,
                       "\"%s\" is no model name: 1 to %d characters without / and :",
                       name, OD_NAME_MAX - 1);
    }
    if (find(core, name) != NULL) {
        return od_fail(err, OD_EINPUT, "model %s is given twice", name);
    }
    return 0;
}

static int open_model(struct od_core *core, const struct od_server_config *config,
                      size_t index, struct od_err *err)
{
    const struct od_engine_spec *spec = &config->models[index];
    if (check_name(core, spec->name, err) != 0) {
        return -1;
    }
    struct model *model = &core->models[core->model_count++];
    model->name = od_xstrdup(spec->name);
    model->source = od_xstrdup(spec->source);
    model->models_dir = spec->models_dir != NULL ? od_xstrdup(spec->models_dir) : NULL;
    if (config->forms != NULL) {
        model->form = config->forms[index];
    }
    model->form.style = &core->style;
    struct od_pool_config pool = {
        .spec = *spec, .workers = config->workers, .queue_max = config->queue_max};
    pool.spec.name = model->name;
    pool.in = model->form.in;
    pool.spec.source = model->source;
    pool.spec.models_dir = model->models_dir;
    pool.pixels_max = config->pixels_max > 0 ? config->pixels_max : OD_IMAGE_MAX_PIXELS;
    pool.vary_seed = is_calibration(spec->source);
    if (pool.workers == 0 && !pool.vary_seed) {
        pool.workers = od_cpu_count();
    }
    if (od_pool_open(&pool, &model->pool, err) != 0) {
        return -1;
    }
    return 0;
}

int od_core_open(const struct od_server_config *config, struct od_core **out,
                 struct od_err *err)
{
    if (config->model_count == 0) {
        return od_fail(err, OD_EINPUT, "there is no model to serve");
    }
    struct od_core *core = od_xcalloc(1, sizeof *core);
    core->style = config->style;
    core->models = od_xcalloc(config->model_count, sizeof *core->models);
    for (size_t i = 0; i < config->model_count; i++) {
        if (open_model(core, config, i, err) != 0) {
            od_core_close(core);
            return -1;
        }
    }
    core->counts = od_counts_new(core->model_count, OD_CATALOG_VERSION);
    for (size_t i = 0; i < core->model_count; i++) {
        od_counts_name(core->counts, i, core->models[i].name);
    }
    *out = core;
    return 0;
}

/* Questions that name no model. */
static bool about_server(const struct od_core *core, enum od_kind kind,
                         struct od_answer *answer)
{
    if (kind == OD_READY) {
        answer->ready = !atomic_load(&core->stopped);
    } else if (kind == OD_SERVER) {
        (void)snprintf(answer->server_name, OD_NAME_MAX, "odbench-serve");
        (void)snprintf(answer->server_version, OD_NAME_MAX, "%s", OD_VERSION);
    } else if (kind == OD_LIST) {
        answer->names = od_xcalloc(core->model_count, sizeof *answer->names);
        answer->name_count = core->model_count;
        for (size_t i = 0; i < core->model_count; i++) {
            (void)snprintf(answer->names[i], OD_NAME_MAX, "%s", core->models[i].name);
        }
    } else {
        return false;
    }
    return true;
}

void od_core_answer(struct od_core *core, enum od_transport transport,
                    struct od_work *work, struct od_answer *answer)
{
    const struct od_request *request = work->request;
    struct model *model = find(core, request->model.name);
    work->held = (struct od_held){0};
    if (about_server(core, request->kind, answer)) {
        return;
    }
    const struct od_catalog_form none = {0};
    if (!od_catalog_check(request, transport, model != NULL,
                          model != NULL ? &model->form : &none, answer)) {
        return;
    }
    assert(model != NULL); /* else the catalog would have refused */
    od_catalog_facts(model->name, &model->form, &answer->model);
    if (request->kind != OD_PREDICT) {
        answer->server.model_bytes = od_pool_model_bytes(model->pool);
        return;
    }
    (void)snprintf(answer->server.weights, sizeof answer->server.weights, "%s",
                   od_pool_weights(model->pool));
    od_pool_run(model->pool, work, answer);
}

void od_core_name(const struct od_core *core, struct od_request *request)
{
    if (request->profile != NULL && request->model.name[0] == '\0') {
        (void)snprintf(request->model.name, OD_NAME_MAX, "%s", core->models[0].name);
    }
}

struct od_counts *od_core_counts(struct od_core *core)
{
    return core->counts;
}

bool od_core_hold(struct od_core *core, int64_t due_ns)
{
    return od_hold_until(due_ns, &core->stopped);
}

void od_core_stop(struct od_core *core)
{
    atomic_store(&core->stopped, true);
    for (size_t i = 0; i < core->model_count; i++) {
        od_pool_stop(core->models[i].pool);
    }
}

void od_core_close(struct od_core *core)
{
    if (core == NULL) {
        return;
    }
    for (size_t i = 0; i < core->model_count; i++) {
        od_pool_close(core->models[i].pool);
        free(core->models[i].name);
        free(core->models[i].source);
        free(core->models[i].models_dir);
    }
    od_counts_free(core->counts);
    free(core->models);
    free(core);
}
