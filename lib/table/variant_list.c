/* The layout of the study's table of optimised models. */
#include "table/variant_list.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIELDS = 5, FILE_BYTES = 1 << 20 };

bool od_variant_file(const char *path)
{
    char head[sizeof OD_VARIANT_COLUMNS] = "";
    struct stat facts;
    if (strcmp(path, "-") == 0 || stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t got = read(fd, head, sizeof head);
    (void)close(fd);
    size_t len = sizeof OD_VARIANT_COLUMNS - 1;
    return got >= (ssize_t)len && memcmp(head, OD_VARIANT_COLUMNS, len) == 0 &&
           (got == (ssize_t)len || head[len] == '\n' || head[len] == '\r');
}

/* A number as it is written, checked; NULL for an empty field. */
static int read_number(const char *text, double max, char **out, struct od_err *err)
{
    double number = 0;
    if (*text == '\0') {
        return 0;
    }
    size_t len = strlen(text);
    size_t whole = strspn(text, "0123456789");
    size_t places = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 1;
    size_t end = text[whole] == '.' ? whole + 1 + places : whole;
    if (whole == 0 || places == 0 || end != len) {
        return od_fail(err, OD_EINPUT, "'%s' is no number of digits", text);
    }
    if (od_parse_double(text, 0, max, &number, err) != 0) {
        return -1;
    }
    *out = od_xstrdup(text);
    return 0;
}

/* Splits a line in place; false when it has another number of fields. */
static bool split(char *line, char *fields[FIELDS])
{
    size_t count = 0;
    for (char *p = line; count < FIELDS; count++) {
        size_t len = strcspn(p, ",");
        bool last = p[len] == '\0';
        p[len] = '\0';
        fields[count] = p;
        if (last) {
            return count + 1 == FIELDS;
        }
        p += len + 1;
    }
    return false;
}

static int read_line(char *line, struct od_variant *out, struct od_err *err)
{
    char *fields[FIELDS];
    double ms = 0;
    *out = (struct od_variant){.latency_ns = -1};
    if (!split(line, fields)) {
        return od_fail(err, OD_EINPUT, "not %d fields", FIELDS);
    }
    if (read_number(fields[2], 1, &out->accuracy, err) != 0 ||
        read_number(fields[4], 1e9, &out->size_mb, err) != 0 ||
        (*fields[3] != '\0' && od_parse_double(fields[3], 0, 1e9, &ms, err) != 0)) {
        return -1;
    }
    if (*fields[3] != '\0') {
        out->latency_ns = llround(ms * 1e6);
    }
    out->model = od_xstrdup(fields[0]);
    out->variant = od_xstrdup(fields[1]);
    return 0;
}

static void variant_release(struct od_variant *variant)
{
    free(variant->model);
    free(variant->variant);
    free(variant->accuracy);
    free(variant->size_mb);
}

static int read_lines(struct od_variant_list *list, char *text, struct od_err *err)
{
    size_t number = 0;
    for (char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        char *next = line + len + (line[len] == '\n' ? 1 : 0);
        line[len - (len > 0 && line[len - 1] == '\r' ? 1 : 0)] = '\0';
        line[len] = '\0';
        struct od_variant variant = {0};
        number++;
        if (number == 1 && strcmp(line, OD_VARIANT_COLUMNS) != 0) {
            return od_fail(err, OD_EINPUT, "1: the columns are not " OD_VARIANT_COLUMNS);
        }
        if (number > 1 && *line != '\0' && read_line(line, &variant, err) != 0) {
            od_err_context(err, "%zu", number);
            variant_release(&variant);
            return -1;
        }
        if (variant.model != NULL) {
            list->items =
                od_xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
            list->items[list->count++] = variant;
        }
        line = next;
    }
    return number > 0 ? 0 : od_fail(err, OD_EINPUT, "1: it is empty");
}

int od_variant_list_read(struct od_variant_list *list, const char *path,
                         struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, FILE_BYTES);
    int rc = od_file_read(path, &text, err);
    if (rc == 0 && memchr(text.data, '\0', text.len) != NULL) {
        rc = od_fail(err, OD_EINPUT, "%s: it is no text", path);
    }
    if (rc == 0 && read_lines(list, text.data, err) != 0) {
        od_err_context(err, "%s", path);
        rc = -1;
    }
    od_buf_release(&text);
    return rc;
}

void od_variant_list_release(struct od_variant_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        variant_release(&list->items[i]);
    }
    free(list->items);
    *list = (struct od_variant_list){0};
}
