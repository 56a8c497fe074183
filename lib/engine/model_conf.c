/* How pictures are fed to a user's model, where the model itself does not say. */
#include "engine/model_conf.h"

#include "base/file.h"
#include "base/parse.h"
#include "engine/model_files.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIDE = 16384 };

static int set_side(const char *value, int *out, struct od_err *err)
{
    int64_t side;
    if (od_parse_i64(value, 1, MAX_SIDE, &side, err) != 0) {
        return -1;
    }
    *out = (int)side;
    return 0;
}

/* One number for all channels, or three. */
static int set_mean(char *value, double *mean, struct od_err *err)
{
    char *save = NULL;
    size_t count = 0;
    for (char *item = strtok_r(value, ",", &save); item != NULL;
         item = strtok_r(NULL, ",", &save)) {
        if (count == 3 ||
            od_parse_double(od_trim(item), -1e6, 1e6, &mean[count++], err) != 0) {
            return od_fail(err, OD_EINPUT, "more than three means");
        }
    }
    if (count == 1) {
        mean[2] = mean[1] = mean[0];
    }
    return count == 1 || count == 3 ? 0
                                    : od_fail(err, OD_EINPUT, "not one or three means");
}

static int set(const char *key, char *value, struct od_dnn_input *input,
               struct od_err *err)
{
    if (strcmp(key, "width") == 0) {
        return set_side(value, &input->width, err);
    }
    if (strcmp(key, "height") == 0) {
        return set_side(value, &input->height, err);
    }
    if (strcmp(key, "scale") == 0) {
        return od_parse_double(value, 1e-9, 1e9, &input->scale, err);
    }
    if (strcmp(key, "mean") == 0) {
        return set_mean(value, input->mean, err);
    }
    if (strcmp(key, "channels") == 0) {
        input->bgr = strcmp(value, "bgr") == 0;
        return input->bgr || strcmp(value, "rgb") == 0
                   ? 0
                   : od_fail(err, OD_EINPUT, "channels \"%s\" is not rgb or bgr", value);
    }
    return od_fail(err, OD_EINPUT, "unknown key \"%s\"", key);
}

static int read_line(char *line, struct od_dnn_input *input, struct od_err *err)
{
    line[strcspn(line, "#")] = '\0';
    line = od_trim(line);
    char *equals = strchr(line, '=');
    if (line[0] == '\0') {
        return 0;
    }
    if (equals == NULL) {
        return od_fail(err, OD_EINPUT, "\"%.40s\" is not \"key = value\"", line);
    }
    *equals = '\0';
    return set(od_trim(line), od_trim(equals + 1), input, err);
}

int od_model_conf_read(const char *model_path, struct od_dnn_input *input,
                       struct od_err *err)
{
    struct od_buf text;
    char *path = od_model_neighbour(model_path, ".conf");
    int rc = 0;
    size_t number = 0;
    od_buf_init(&text, OD_MODEL_MAX_TEXT);
    if (!od_file_exists(path)) {
        goto out;
    }
    rc = od_file_read(path, &text, err);
    for (char *p = text.data; rc == 0 && p != NULL;) {
        char *next = strchr(p, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        number++;
        rc = read_line(p, input, err);
        if (rc != 0) {
            od_err_context(err, "%s:%zu", path, number);
        }
        p = next;
    }
out:
    od_buf_release(&text);
    free(path);
    return rc;
}
