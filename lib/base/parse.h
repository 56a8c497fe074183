/* Numbers, durations and sizes from text, and back. */
#ifndef OD_BASE_PARSE_H
#define OD_BASE_PARSE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * All read the whole text or fail with OD_EINPUT and a text that quotes it; *out is
 * untouched on failure. No locale, no leading or trailing blanks.
 */
int od_parse_i64(const char *text, int64_t min, int64_t max, int64_t *out,
                 struct od_err *err) OD_MUST_CHECK;
int od_parse_u64(const char *text, uint64_t *out, struct od_err *err) OD_MUST_CHECK;
int od_parse_double(const char *text, double min, double max, double *out,
                    struct od_err *err) OD_MUST_CHECK;
/* "20ms", "1.5s", "50us", "100ns", "2m", "1h"; the unit is mandatory except for 0. Never
 * negative. */
int od_parse_duration_ns(const char *text, int64_t *out,
                         struct od_err *err) OD_MUST_CHECK;
/* "100", "64k", "10MB", "4MiB", "1GB": k, M, G are powers of 1000, Ki, Mi, Gi of 1024; B
 * optional. */
int od_parse_bytes(const char *text, int64_t *out, struct od_err *err) OD_MUST_CHECK;
/* A share as "1%" or "0.01", in 0 .. 1. */
int od_parse_ratio(const char *text, double *out, struct od_err *err) OD_MUST_CHECK;

/* Takes the blanks away at both ends, in place; returns where the rest begins. */
char *od_trim(char *text);

/*
 * The decimal digits of ns in milliseconds, rounded half up at digits (0 .. 6) places,
 * computed in integers: 43392500 with 3 digits is "43.393". Writes at most size bytes
 * with the NUL.
 */
void od_format_ms(int64_t ns, int digits, char *out, size_t size);

/* A duration for people: "812 ns", "20.4 ms", "1.53 s", "2m05s". */
void od_format_duration(int64_t ns, char *out, size_t size);

#endif
