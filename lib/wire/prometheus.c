/* The Prometheus text format: NAME{LABEL="VALUE",...} NUMBER, a line each. */
#include "wire/prometheus.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 64

struct line {
    const char *p;
    const char *end;
};

static void skip_blanks(struct line *at)
{
    while (at->p < at->end && (*at->p == ' ' || *at->p == '\t')) {
        at->p++;
    }
}

static bool take(struct line *at, const char *text)
{
    size_t len = strlen(text);
    if ((size_t)(at->end - at->p) < len || memcmp(at->p, text, len) != 0) {
        return false;
    }
    at->p += len;
    return true;
}

static bool name_end(const struct line *at)
{
    return at->p == at->end || *at->p == '{' || *at->p == ' ' || *at->p == '\t';
}

/* Passes the quoted value; tells whether it is the text. */
static bool value_is(struct line *at, const char *text, bool *well)
{
    bool same = true;
    *well = take(at, "\"");
    while (*well && at->p < at->end && *at->p != '"') {
        char c = *at->p++;
        if (c == '\\' && at->p < at->end) {
            c = *at->p == 'n' ? '\n' : *at->p;
            at->p++;
        }
        same = same && text != NULL && *text == c && c != '\0';
        if (same) {
            text++;
        }
    }
    *well = *well && take(at, "\"");
    return same && text != NULL && *text == '\0';
}

/* Passes {...}; found counts the labels that are as they must be. */
static bool labels_hold(struct line *at, const struct od_prometheus_label *labels,
                        size_t count)
{
    size_t found = 0;
    if (!take(at, "{")) {
        return count == 0;
    }
    skip_blanks(at);
    while (at->p < at->end && *at->p != '}') {
        const char *name = at->p;
        const char *equals = memchr(name, '=', (size_t)(at->end - name));
        if (equals == NULL) {
            return false;
        }
        const struct od_prometheus_label *label = NULL;
        for (size_t i = 0; i < count && label == NULL; i++) {
            size_t len = strlen(labels[i].name);
            if ((size_t)(equals - name) == len &&
                memcmp(name, labels[i].name, len) == 0) {
                label = &labels[i];
            }
        }
        bool well = false;
        at->p = equals + 1;
        bool same = value_is(at, label != NULL ? label->value : NULL, &well);
        found += label != NULL && (same || label->value == NULL);
        if (!well) {
            return false;
        }
        (void)take(at, ",");
        skip_blanks(at);
    }
    return take(at, "}") && found == count;
}

static bool read_number(struct line *at, double *out)
{
    char text[NUMBER_MAX + 1];
    skip_blanks(at);
    size_t len = 0;
    while (at->p + len < at->end && at->p[len] != ' ' && at->p[len] != '\t' &&
           at->p[len] != '\r') {
        len++;
    }
    if (len == 0 || len > NUMBER_MAX) {
        return false;
    }
    memcpy(text, at->p, len);
    text[len] = '\0';
    char *end = NULL;
    *out = strtod(text, &end);
    return end == text + len;
}

bool od_prometheus_sum(const char *text, size_t len, const char *name,
                       const struct od_prometheus_label *labels, size_t count,
                       double *sum)
{
    const char *all = text + len;
    bool any = false;
    *sum = 0;
    while (text < all) {
        const char *end = memchr(text, '\n', (size_t)(all - text));
        struct line at = {text, end != NULL ? end : all};
        double value = 0;
        if (take(&at, name) && name_end(&at) && labels_hold(&at, labels, count) &&
            read_number(&at, &value)) {
            *sum += value;
            any = true;
        }
        text = end != NULL ? end + 1 : all;
    }
    return any;
}
