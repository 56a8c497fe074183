/* The facts of a run as JSON. */
#include "record/meta.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "record/environ.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#define FORMAT_VERSION 1

void od_format_rfc3339(int64_t unix_ns, char *out, size_t size)
{
    int64_t seconds = unix_ns / 1000000000;
    int64_t rest = unix_ns % 1000000000;
    if (rest < 0) {
        seconds--;
        rest += 1000000000;
    }
    time_t when = (time_t)seconds;
    struct tm tm;
    char date[40];
    if (gmtime_r(&when, &tm) == NULL ||
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
        date[0] = '\0';
    }
    (void)snprintf(out, size, "%s.%03dZ", date, (int)(rest / 1000000));
}

char *od_companion_path(const char *rows_path, const char *suffix)
{
    size_t len = strlen(rows_path);
    if (len > 4 && strcmp(rows_path + len - 4, ".csv") == 0) {
        len -= 4;
    }
    return od_xasprintf("%.*s%s", (int)len, rows_path, suffix);
}

char *od_companion_find(const char *rows_path, const char *suffix)
{
    char *path = od_companion_path(rows_path, suffix);
    if (strcmp(rows_path, "-") != 0 && od_file_exists(path)) {
        return path;
    }
    free(path);
    return NULL;
}

static json_t *text_json(const char *text)
{
    return text != NULL && *text != '\0' ? json_string(text) : json_null();
}

static json_t *whole_json(int64_t value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

static json_t *cpu_json(const struct od_environ *e)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "cpu",
                     text_json(e->cpu), "cpus_logical", whole_json(e->cpus_logical),
                     "cpus_physical", whole_json(e->cpus_physical), "cpus_usable",
                     whole_json(e->cpus_usable), "frequency_driver",
                     text_json(e->freq_driver), "governor", text_json(e->governor),
                     "frequency_min_khz", whole_json(e->freq_min_khz),
                     "frequency_max_khz", whole_json(e->freq_max_khz), "turbo",
                     e->turbo >= 0 ? json_boolean(e->turbo) : json_null());
}

static json_t *machine(const struct od_meta *meta, const struct od_environ *e)
{
    struct utsname names;
    memset(&names, 0, sizeof names);
    (void)uname(&names);
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "host",
        names.nodename, "architecture", names.machine, "kernel", names.release,
        "kernel_version", names.version, "virtualisation", text_json(e->virtualisation),
        "container", text_json(e->container), "memory_bytes", whole_json(e->memory_bytes),
        "memory_available_bytes", whole_json(e->available_bytes), "swap_used_bytes",
        whole_json(e->swap_bytes), "load_start", text_json(meta->load_start), "load_end",
        text_json(meta->load_end), "tcp_congestion_control",
        text_json(e->tcp_congestion));
    json_t *cpu = cpu_json(e);
    if (object != NULL && cpu != NULL) {
        (void)json_object_update(object, cpu);
    }
    json_decref(cpu);
    return object;
}

static json_t *clock_facts(const struct od_environ *e)
{
    return json_pack("{s:s, s:I, s:o}", "spans", "CLOCK_MONOTONIC", "resolution_ns",
                     (json_int_t)od_clock_resolution_ns(), "source",
                     text_json(e->clock_source));
}

static json_t *pairs(const struct od_meta_pair *items, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < count; i++) {
        json_t *value = items[i].text != NULL ? json_string(items[i].text) : json_null();
        if (json_object_set_new(object, items[i].name, value) != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

static json_t *command(const struct od_meta *meta)
{
    json_t *array = json_array();
    for (int i = 0; array != NULL && i < meta->argc; i++) {
        if (json_array_append_new(array, json_string(meta->argv[i])) != 0) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}

static json_t *moment(int64_t unix_ns)
{
    char text[64];
    if (unix_ns == 0) {
        return json_null();
    }
    od_format_rfc3339(unix_ns, text, sizeof text);
    return json_string(text);
}

/* What comes as JSON. */
struct parts {
    json_t *plan;
    json_t *validity;
    json_t *models;
    json_t *counted;
    json_t *resumed;
};

/* Seed and start as text: JSON numbers of other readers end at 2^53. */
static json_t *build(const struct od_meta *meta, const struct parts *parts)
{
    char seed[24];
    char start[24];
    struct od_environ environ;
    od_environ_read("", &environ);
    (void)snprintf(seed, sizeof seed, "%" PRIu64, meta->seed);
    (void)snprintf(start, sizeof start, "%" PRId64, meta->start_unix_ns);
    return json_pack(
        "{s:i, s:s?, s:s?, s:s, s:s?, s:o, s:O, s:s, s:{s:s?, s:I, s:s?}, s:s?, s:o, "
        "s:o, "
        "s:o, s:o, s:o, s:o, s:O, s:s?, s:s, s:O, s:O, s:O}",
        "meta", FORMAT_VERSION, "run_id", meta->run_id, "program", meta->program,
        "odbench", OD_VERSION, "rows", meta->rows_file, "command", command(meta), "plan",
        parts->plan, "seed", seed, "dataset", "digest", meta->dataset_digest, "images",
        (json_int_t)meta->image_count, "annotations", meta->annotations, "client",
        meta->client, "start", moment(meta->start_unix_ns), "end",
        moment(meta->end_unix_ns), "machine", machine(meta, &environ), "clock",
        clock_facts(&environ), "versions", pairs(meta->versions, meta->version_count),
        "facts", pairs(meta->facts, meta->fact_count), "validity", parts->validity,
        "plan_hash", meta->plan_hash, "start_unix_ns", start, "resumed", parts->resumed,
        "models", parts->models, "server_times", parts->counted);
}

/* NULL becomes null. The result is NULL when text is no JSON. */
static json_t *embedded(const char *what, const char *text, struct od_err *err)
{
    json_error_t why = {0};
    json_t *value =
        text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, &why) : json_null();
    if (value == NULL) {
        (void)od_fail(err, OD_EINPUT, "%s: line %d: %s", what, why.line, why.text);
    }
    return value;
}

int od_meta_format(const struct od_meta *meta, struct od_buf *out, struct od_err *err)
{
    char *text = NULL;
    json_t *root = NULL;
    int rc = -1;
    struct parts parts = {embedded("plan", meta->plan, err),
                          embedded("validity", meta->validity, err),
                          embedded("models", meta->models, err),
                          embedded("server_times", meta->counted, err),
                          embedded("resumed", meta->resumed, err)};
    if (parts.plan == NULL || parts.validity == NULL || parts.models == NULL ||
        parts.counted == NULL || parts.resumed == NULL) {
        goto out;
    }
    root = build(meta, &parts);
    text =
        root != NULL ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
    if (text == NULL) {
        rc = od_fail(err, OD_EINPUT, "a name or argument of the run is not UTF-8 text");
        goto out;
    }
    od_buf_puts(out, text);
    od_buf_putc(out, '\n');
    rc = od_buf_check(out, "facts of the run", err);
out:
    free(text);
    json_decref(root);
    json_decref(parts.plan);
    json_decref(parts.validity);
    json_decref(parts.models);
    json_decref(parts.counted);
    json_decref(parts.resumed);
    return rc;
}

int od_meta_write(const struct od_meta *meta, const char *path, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    int rc = od_meta_format(meta, &text, err);
    if (rc == 0) {
        rc = od_file_write(path, text.data, text.len, err);
    }
    od_buf_release(&text);
    return rc;
}
