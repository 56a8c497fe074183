/* The insides of the JSON reader; for the files of lib/wire only. */
#ifndef OD_WIRE_JSON_SCAN_H
#define OD_WIRE_JSON_SCAN_H

#include "wire/json.h"

/* Most values of one document. */
#define OD_JSON_NODES_MAX 16777216

/* The first character at or behind p that is no blank, or end. */
static inline const char *od_json_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
    }
    return p;
}

/* Whatever the locale. */
static inline bool od_json_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Passes one value and, with json, appends its nodes. */
int od_json_walk(struct od_json_cursor *at, struct od_json *json,
                 struct od_err *err) OD_MUST_CHECK;

#endif
