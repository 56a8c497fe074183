/* The files of a model: their names, and the label names beside them. */
#include "engine/model_files.h"

#include "base/alloc.h"
#include "base/file.h"
#include "image/candidates.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static bool ends_in(const char *text, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len > n && strncasecmp(text + len - n, end, n) == 0;
}

/* Where the second name begins, or NULL. A comma that no ending precedes is part of a
 * name. */
static const char *second_of(const char *source, const char *a, const char *b)
{
    for (const char *p = strchr(source, ','); p != NULL; p = strchr(p + 1, ',')) {
        size_t len = (size_t)(p - source);
        if (ends_in(source, len, a) || ends_in(source, len, b)) {
            return p + 1;
        }
    }
    return NULL;
}

bool od_model_is(const char *source, const char *model_end, const char *config_end)
{
    size_t len = strlen(source);
    return ends_in(source, len, model_end) || ends_in(source, len, config_end) ||
           second_of(source, model_end, config_end) != NULL;
}

int64_t od_model_bytes(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode) ? (int64_t)facts.st_size
                                                             : -1;
}

static int exists(const char *path, struct od_err *err)
{
    return od_file_exists(path) ? 0 : od_fail(err, OD_ENOENT, "%s: no such file", path);
}

char *od_model_neighbour(const char *path, const char *end)
{
    const char *dot = strrchr(od_path_base(path), '.');
    size_t len = dot != NULL ? (size_t)(dot - path) : strlen(path);
    return od_xasprintf("%.*s%s", (int)len, path, end);
}

static int split(const char *source, const char *model_end, const char *config_end,
                 struct od_model_files *out, struct od_err *err)
{
    const char *second = second_of(source, model_end, config_end);
    size_t len = second != NULL ? (size_t)(second - source) - 1 : strlen(source);
    bool config_first = ends_in(source, len, config_end);
    char **first_slot = config_first ? &out->config : &out->model;
    char **other_slot = config_first ? &out->model : &out->config;
    const char *other_end = config_first ? model_end : config_end;
    *first_slot = od_xstrndup(source, len);
    if (second == NULL) {
        *other_slot = od_model_neighbour(*first_slot, other_end);
    } else if (ends_in(second, strlen(second), other_end)) {
        *other_slot = od_xstrdup(second);
    } else {
        return od_fail(err, OD_EINPUT, "\"%s\" goes with a %s file, not with \"%s\"",
                       *first_slot, other_end, second);
    }
    return 0;
}

int od_model_files_find(const char *source, const char *model_end, const char *config_end,
                        struct od_model_files *out, struct od_err *err)
{
    *out = (struct od_model_files){0};
    if (split(source, model_end, config_end, out, err) != 0 ||
        exists(out->model, err) != 0 || exists(out->config, err) != 0) {
        od_model_files_release(out);
        return -1;
    }
    return 0;
}

void od_model_files_release(struct od_model_files *files)
{
    free(files->model);
    free(files->config);
    *files = (struct od_model_files){0};
}

static void split_lines(char *text, struct od_labels *out)
{
    size_t capacity = 0;
    char *save = NULL;
    for (char *line = strtok_r(text, "\r\n", &save); line != NULL;
         line = strtok_r(NULL, "\r\n", &save)) {
        out->names = od_xgrow(out->names, out->count, &capacity, sizeof *out->names);
        out->names[out->count++] = od_xstrdup(line);
    }
}

static bool read_labels(char *path, size_t count, struct od_labels *out)
{
    struct od_buf text;
    od_buf_init(&text, OD_MODEL_MAX_TEXT);
    if (od_file_read(path, &text, NULL) == 0) {
        split_lines(text.data, out);
    }
    od_buf_release(&text);
    free(path);
    if (out->count != count) {
        od_labels_release(out);
    }
    return out->count > 0;
}

void od_labels_find(const char *model_path, size_t count, struct od_labels *out)
{
    *out = (struct od_labels){0};
    if (!read_labels(od_model_neighbour(model_path, ".names"), count, out)) {
        size_t folder = (size_t)(od_path_base(model_path) - model_path);
        (void)read_labels(od_xasprintf("%.*scoco.names", (int)folder, model_path), count,
                          out);
    }
}

void od_labels_release(struct od_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        free(labels->names[i]);
    }
    free(labels->names);
    *labels = (struct od_labels){0};
}

const char *od_labels_name(const struct od_labels *labels, int label, size_t classes)
{
    int index = od_class_of_label(label, classes);
    return index >= 0 && (size_t)index < labels->count ? labels->names[index] : NULL;
}
