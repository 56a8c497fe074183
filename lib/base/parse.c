/* Numbers, durations and sizes from text, and back. */
#include "base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *suffix;
    double scale;
};

/* The field's spellings; the first entry of a table is the unit of a bare number. */
static const struct unit duration_units[] = {{"ns", 1},  {"us", 1e3}, {"ms", 1e6},
                                             {"s", 1e9}, {"m", 60e9}, {"h", 3600e9},
                                             {NULL, 0}};
static const struct unit byte_units[] = {{"", 1},
                                         {"B", 1},
                                         {"k", 1e3},
                                         {"kB", 1e3},
                                         {"M", 1e6},
                                         {"MB", 1e6},
                                         {"G", 1e9},
                                         {"GB", 1e9},
                                         {"Ki", 1024},
                                         {"KiB", 1024},
                                         {"Mi", 1048576},
                                         {"MiB", 1048576},
                                         {"Gi", 1073741824},
                                         {"GiB", 1073741824},
                                         {NULL, 0}};

int od_parse_i64(const char *text, int64_t min, int64_t max, int64_t *out,
                 struct od_err *err)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || strchr(" \t\n\v\f\r+", text[0]) != NULL) {
        return od_fail(err, OD_EINPUT, "'%s' is not a whole number", text);
    }
    if (errno == ERANGE || value < min || value > max) {
        return od_fail(err, OD_EINPUT, "%s is not within %" PRId64 " to %" PRId64, text,
                       min, max);
    }
    *out = value;
    return 0;
}

int od_parse_u64(const char *text, uint64_t *out, struct od_err *err)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end != '\0' || text[0] < '0' || text[0] > '9' ||
        errno == ERANGE) {
        return od_fail(err, OD_EINPUT, "'%s' is not a whole number below 2^64", text);
    }
    *out = value;
    return 0;
}

static int number(const char *text, char **end, double *out)
{
    if ((text[0] < '0' || text[0] > '9') && text[0] != '.' && text[0] != '-') {
        return -1;
    }
    *out = strtod(text, end);
    return *end == text || !isfinite(*out) ? -1 : 0;
}

int od_parse_double(const char *text, double min, double max, double *out,
                    struct od_err *err)
{
    char *end = NULL;
    double value = 0;
    if (number(text, &end, &value) != 0 || *end != '\0') {
        return od_fail(err, OD_EINPUT, "'%s' is not a number", text);
    }
    if (value < min || value > max) {
        return od_fail(err, OD_EINPUT, "%s is not within %g to %g", text, min, max);
    }
    *out = value;
    return 0;
}

static int scaled(const char *text, const struct unit *units, int64_t *out)
{
    char *end = NULL;
    double value = 0;
    if (number(text, &end, &value) != 0 || value < 0) {
        return -1;
    }
    for (const struct unit *u = units; u->suffix != NULL; u++) {
        if (strcmp(end, u->suffix) == 0 || (value == 0 && *end == '\0')) {
            double whole = round(value * u->scale);
            if (whole > 9.2e18) {
                return -1;
            }
            *out = (int64_t)whole;
            return 0;
        }
    }
    return -1;
}

int od_parse_duration_ns(const char *text, int64_t *out, struct od_err *err)
{
    if (scaled(text, duration_units, out) != 0) {
        return od_fail(err, OD_EINPUT, "'%s' is not a duration such as 500ms, 2s or 1m",
                       text);
    }
    return 0;
}

int od_parse_bytes(const char *text, int64_t *out, struct od_err *err)
{
    if (scaled(text, byte_units, out) != 0) {
        return od_fail(err, OD_EINPUT, "'%s' is not a size such as 200k, 10MB or 4MiB",
                       text);
    }
    return 0;
}

int od_parse_ratio(const char *text, double *out, struct od_err *err)
{
    char *end = NULL;
    double value = 0;
    int bad = number(text, &end, &value);
    if (bad == 0 && strcmp(end, "%") == 0) {
        value /= 100;
        end++;
    }
    if (bad != 0 || *end != '\0' || value < 0 || value > 1) {
        return od_fail(err, OD_EINPUT, "'%s' is not a share such as 1%% or 0.01", text);
    }
    *out = value;
    return 0;
}

char *od_trim(char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    size_t len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        text[--len] = '\0';
    }
    return text;
}

void od_format_ms(int64_t ns, int digits, char *out, size_t size)
{
    int64_t unit = 1000000;
    for (int i = 0; i < digits; i++) {
        unit /= 10;
    }
    uint64_t abs_ns = ns < 0 ? (uint64_t)0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t rounded = (abs_ns + (uint64_t)unit / 2) / (uint64_t)unit;
    uint64_t per_ms = 1000000 / (uint64_t)unit;
    const char *sign = ns < 0 && rounded > 0 ? "-" : "";
    if (digits == 0) {
        (void)snprintf(out, size, "%s%" PRIu64, sign, rounded);
    } else {
        (void)snprintf(out, size, "%s%" PRIu64 ".%0*" PRIu64, sign, rounded / per_ms,
                       digits, rounded % per_ms);
    }
}

void od_format_duration(int64_t ns, char *out, size_t size)
{
    double v = (double)ns;
    if (ns < 1000) {
        (void)snprintf(out, size, "%" PRId64 " ns", ns);
    } else if (ns < 1000000) {
        (void)snprintf(out, size, "%.3g us", v / 1e3);
    } else if (ns < 999500000) {
        (void)snprintf(out, size, "%.3g ms", v / 1e6);
    } else if (ns < INT64_C(60000000000)) {
        (void)snprintf(out, size, "%.3g s", v / 1e9);
    } else {
        int64_t s = ns / 1000000000;
        (void)snprintf(out, size, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
    }
}
