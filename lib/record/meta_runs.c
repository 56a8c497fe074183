/* Facts of runs out of their .meta.json. */
#include "record/meta_runs.h"

#include "base/alloc.h"
#include "base/jsonfile.h"
#include "record/meta.h"
#include "record/meta_read.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Facts with a place of their own, in the order in which they are told. */
static const struct {
    const char *name;
    const char *path; /* dotted */
} places[] = {
    {"program", "odbench"},
    {"start", "start"},
    {"end", "end"},
    {"ended as", "plan.end"},
    {"rows", "plan.rows"},
    {"failed rows", "plan.failed_rows"},
    {"client", "client"},
    {"host", "machine.host"},
    {"cpu", "machine.cpu"},
    {"cpus", "machine.cpus_logical"},
    {"cpu cores", "machine.cpus_physical"},
    {"cpus usable", "machine.cpus_usable"},
    {"frequency driver", "machine.frequency_driver"},
    {"governor", "machine.governor"},
    {"frequency min (kHz)", "machine.frequency_min_khz"},
    {"frequency max (kHz)", "machine.frequency_max_khz"},
    {"turbo", "machine.turbo"},
    {"memory (bytes)", "machine.memory_bytes"},
    {"swap used (bytes)", "machine.swap_used_bytes"},
    {"load at start", "machine.load_start"},
    {"load at end", "machine.load_end"},
    {"architecture", "machine.architecture"},
    {"kernel", "machine.kernel"},
    {"virtualisation", "machine.virtualisation"},
    {"container", "machine.container"},
    {"clock source", "clock.source"},
    {"clock resolution (ns)", "clock.resolution_ns"},
    {"data set", "dataset.digest"},
    {"images", "dataset.images"},
    {"seed", "seed"},
    {"plan", "plan_hash"},
    {"repetitions", "plan.repetitions"},
    {"warm-up", "plan.warmup"},
    {"iterations", "plan.iterations"},
    {"order", "plan.order"},
    {"connection", "plan.connection"},
    {"timeout (ns)", "plan.timeout_ns"},
    {"arrival", "plan.pace.arrival.kind"},
};

/* A value in words, owned; NULL when there is none. Objects and arrays have no words. */
static char *words_of(const json_t *value)
{
    if (json_is_string(value)) {
        return *json_string_value(value) != '\0' ? od_xstrdup(json_string_value(value))
                                                 : NULL;
    }
    if (json_is_boolean(value)) {
        return od_xstrdup(json_is_true(value) ? "yes" : "no");
    }
    if (json_is_integer(value)) {
        return od_xasprintf("%lld", (long long)json_integer_value(value));
    }
    return json_is_real(value) ? od_xasprintf("%g", json_real_value(value)) : NULL;
}

/* Takes text; NULL adds nothing. */
static void add_fact(struct od_meta_run *run, const char *group, const char *name,
                     char *text)
{
    if (text == NULL) {
        return;
    }
    run->facts =
        od_xgrow(run->facts, run->fact_count, &run->fact_capacity, sizeof *run->facts);
    run->facts[run->fact_count++] =
        (struct od_meta_fact){od_xasprintf("%s%s", group, name), text};
}

/* The members of an object, by name. */
static void add_members(struct od_meta_run *run, const char *group, json_t *object)
{
    const char *name = NULL;
    json_t *value = NULL;
    size_t first = run->fact_count;
    if (!json_is_object(object)) {
        return;
    }
    json_object_foreach(object, name, value)
    {
        add_fact(run, group, name, words_of(value));
    }
    for (size_t i = first + 1; i < run->fact_count; i++) {
        struct od_meta_fact fact = run->facts[i];
        size_t k = i;
        for (; k > first && strcmp(run->facts[k - 1].name, fact.name) > 0; k--) {
            run->facts[k] = run->facts[k - 1];
        }
        run->facts[k] = fact;
    }
}

static void add_targets(struct od_meta_run *run, const json_t *targets)
{
    for (size_t i = 0; i < json_array_size(targets); i++) {
        const json_t *target = json_array_get(targets, i);
        const char *name = json_string_value(json_object_get(target, "name"));
        const char *host = json_string_value(json_object_get(target, "host"));
        const char *placement = json_string_value(json_object_get(target, "placement"));
        if (name != NULL && host != NULL) {
            add_fact(run, "target ", name,
                     od_xasprintf("%s%s%s", host, placement != NULL ? ", " : "",
                                  placement != NULL ? placement : ""));
        }
    }
}

static char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL && *text != '\0' ? od_xstrdup(text) : NULL;
}

/* A file has a model once for every protocol and target: what one says counts for all. */
static void add_model(struct od_meta_run *run, const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "model"));
    const json_t *bytes = json_object_get(object, "bytes");
    const json_t *accuracy = json_object_get(object, "accuracy");
    for (size_t i = 0; name != NULL && i < run->model_count; i++) {
        name = strcmp(run->models[i].model, name) == 0 ? NULL : name;
    }
    if (name == NULL) {
        return;
    }
    run->models = od_xgrow(run->models, run->model_count, &run->model_capacity,
                           sizeof *run->models);
    run->models[run->model_count++] = (struct od_meta_model){
        .model = od_xstrdup(name),
        .variant = text_of(object, "variant"),
        .bytes = json_is_integer(bytes) ? json_integer_value(bytes) : -1,
        .accuracy = json_is_number(accuracy) ? json_number_value(accuracy) : (double)NAN,
        .source = text_of(object, "accuracy_source"),
    };
}

static void fill(struct od_meta_run *run, const json_t *root)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        add_fact(run, "", places[i].name, words_of(od_meta_at(root, places[i].path)));
    }
    add_targets(run, od_meta_at(root, "plan.targets"));
    add_members(run, "library ", json_object_get(root, "versions"));
    add_members(run, "", json_object_get(root, "facts"));
    const json_t *models = json_object_get(root, "models");
    for (size_t i = 0; i < json_array_size(models); i++) {
        add_model(run, json_array_get(models, i));
    }
    const json_t *planned = od_meta_at(root, "plan.planned_rows");
    run->planned_rows = json_is_integer(planned) ? json_integer_value(planned) : -1;
    run->end = words_of(od_meta_at(root, "plan.end"));
    bool ended = json_is_string(json_object_get(root, "end"));
    bool complete = run->end == NULL || strcmp(run->end, "complete") == 0;
    run->state = !ended ? OD_META_OPEN : complete ? OD_META_COMPLETE : OD_META_STOPPED;
}

static void run_release(struct od_meta_run *run)
{
    for (size_t i = 0; i < run->fact_count; i++) {
        free(run->facts[i].name);
        free(run->facts[i].text);
    }
    for (size_t i = 0; i < run->model_count; i++) {
        free(run->models[i].model);
        free(run->models[i].variant);
        free(run->models[i].source);
    }
    free(run->facts);
    free(run->models);
    free(run->run_id);
    free(run->end);
}

/* Puts the run where its id belongs, or drops it when the set has one of that id. */
static void insert(struct od_meta_runs *set, struct od_meta_run *run)
{
    if (od_meta_runs_find(set, run->run_id) != NULL) {
        run_release(run);
        return;
    }
    set->runs = od_xgrow(set->runs, set->count, &set->capacity, sizeof *set->runs);
    size_t at = set->count++;
    for (; at > 0 && strcmp(set->runs[at - 1].run_id, run->run_id) > 0; at--) {
        set->runs[at] = set->runs[at - 1];
    }
    set->runs[at] = *run;
}

static int read_run(const char *path, struct od_meta_runs *set, struct od_err *err)
{
    json_t *root = NULL;
    if (od_json_file_read(path, OD_META_BYTES_MAX, &root, err) != 0) {
        return -1;
    }
    const char *id = json_string_value(json_object_get(root, "run_id"));
    int rc = 0;
    if (id == NULL) {
        rc = od_fail(err, OD_EINPUT, "%s: it has no run_id", path);
    } else {
        struct od_meta_run run = {.run_id = od_xstrdup(id)};
        fill(&run, root);
        insert(set, &run);
    }
    json_decref(root);
    return rc;
}

int od_meta_runs_add(struct od_meta_runs *set, const char *rows_path, struct od_err *err)
{
    char *path = od_companion_find(rows_path, ".meta.json");
    int rc = path != NULL ? read_run(path, set, err) : 0;
    free(path);
    return rc;
}

void od_meta_runs_release(struct od_meta_runs *set)
{
    for (size_t i = 0; i < set->count; i++) {
        run_release(&set->runs[i]);
    }
    free(set->runs);
    *set = (struct od_meta_runs){0};
}

const struct od_meta_run *od_meta_runs_find(const struct od_meta_runs *set,
                                            const char *run_id)
{
    for (size_t i = 0; run_id != NULL && i < set->count; i++) {
        if (strcmp(set->runs[i].run_id, run_id) == 0) {
            return &set->runs[i];
        }
    }
    return NULL;
}

const struct od_meta_model *od_meta_runs_model(const struct od_meta_runs *set,
                                               const char *model)
{
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        for (size_t k = 0; k < set->runs[i].model_count; k++) {
            const struct od_meta_model *found = &set->runs[i].models[k];
            if (strcmp(found->model, model) == 0) {
                return found;
            }
        }
    }
    return NULL;
}

const char *od_meta_run_text(const struct od_meta_run *run, const char *name)
{
    for (size_t i = 0; i < run->fact_count; i++) {
        if (strcmp(run->facts[i].name, name) == 0) {
            return run->facts[i].text;
        }
    }
    return NULL;
}
