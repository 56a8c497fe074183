/* A server's own times, to and from headers. */
#include "service/server_facts.h"

#include "base/parse.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TIMING    "server-timing"
#define PROPOSALS "odbench-proposals"
#define MODEL     "odbench-model-bytes"
#define WEIGHTS   "odbench-weights"

/* A time above this is no time of one request: about a year. */
#define MAX_MS 31536000000

struct entry {
    const char *name;
    size_t offset;
};
static const struct entry entries[] = {
    {"total", offsetof(struct od_server_facts, total_ns)},
    {"decode", offsetof(struct od_server_facts, decode_ns)},
    {"queue", offsetof(struct od_server_facts, queue_ns)},
    {"preprocess", offsetof(struct od_server_facts, preprocess_ns)},
    {"infer", offsetof(struct od_server_facts, infer_ns)},
    {"postprocess", offsetof(struct od_server_facts, postprocess_ns)},
};
enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };

static int64_t *time_of(struct od_server_facts *facts, const struct entry *entry)
{
    return (int64_t *)(void *)((char *)facts + entry->offset);
}

void od_server_facts_init(struct od_server_facts *facts)
{
    *facts = (struct od_server_facts){.proposals = -1, .model_bytes = -1};
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        *time_of(facts, &entries[i]) = -1;
    }
}

static void write_number(const char *name, int64_t value, struct od_headers *out)
{
    char number[32];
    if (value >= 0) {
        (void)snprintf(number, sizeof number, "%" PRId64, value);
        od_headers_add(out, name, number);
    }
}

void od_server_facts_write(const struct od_server_facts *facts, struct od_headers *out)
{
    struct od_server_facts copy = *facts;
    char text[ENTRY_COUNT * 48];
    size_t len = 0;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        int64_t ns = *time_of(&copy, &entries[i]);
        if (ns >= 0) {
            char ms[32];
            od_format_ms(ns, 6, ms, sizeof ms);
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s;dur=%s",
                                    len > 0 ? ", " : "", entries[i].name, ms);
        }
    }
    if (len > 0) {
        od_headers_add(out, TIMING, text);
    }
    write_number(PROPOSALS, facts->proposals, out);
    write_number(MODEL, facts->model_bytes, out);
    if (facts->weights[0] != '\0') {
        od_headers_add(out, WEIGHTS, facts->weights);
    }
}

/* Milliseconds with decimals to nanoseconds, in integers; digits behind the sixth are
 * cut. -1: not such a number. */
static int64_t read_ms(const char *p, size_t len)
{
    int64_t ms = 0;
    int64_t fraction = 0;
    int64_t scale = 1000000;
    size_t i = 0;
    size_t digits = 0;
    for (; i < len && isdigit((unsigned char)p[i]); i++, digits++) {
        ms = ms * 10 + (p[i] - '0');
        if (ms > MAX_MS) {
            return -1;
        }
    }
    if (i < len && p[i] == '.') {
        for (i++; i < len && isdigit((unsigned char)p[i]); i++, digits++) {
            scale /= 10;
            fraction += (p[i] - '0') * scale;
        }
    }
    return i == len && digits > 0 ? ms * 1000000 + fraction : -1;
}

/* The end of what begins at p: the next of the separators outside a quoted string. */
static const char *part_end(const char *p, const char *separators)
{
    bool quoted = false;
    for (; *p != '\0'; p++) {
        if (quoted && *p == '\\' && p[1] != '\0') {
            p++;
        } else if (*p == '"') {
            quoted = !quoted;
        } else if (!quoted && strchr(separators, *p) != NULL) {
            break;
        }
    }
    return p;
}

static void trim(const char **begin, const char **end)
{
    while (*begin < *end && (**begin == ' ' || **begin == '\t')) {
        (*begin)++;
    }
    while (*end > *begin && ((*end)[-1] == ' ' || (*end)[-1] == '\t')) {
        (*end)--;
    }
}

/* One parameter of a metric ("dur=12.5", also quoted); true when it was its duration. */
static bool read_param(const char *begin, const char *end, int64_t *ns)
{
    trim(&begin, &end);
    if (end - begin < 4 || strncasecmp(begin, "dur", 3) != 0) {
        return false;
    }
    begin += 3;
    trim(&begin, &end);
    if (begin == end || *begin != '=') {
        return false;
    }
    begin++;
    trim(&begin, &end);
    if (end - begin >= 2 && begin[0] == '"' && end[-1] == '"') {
        begin++;
        end--;
    }
    *ns = read_ms(begin, (size_t)(end - begin));
    return *ns >= 0;
}

/* One metric: name *( ";" parameter ), W3C Server Timing section 3.1. */
static void read_metric(const char *p, struct od_server_facts *facts)
{
    const char *begin = p;
    const char *end = part_end(p, ";,");
    const char *rest = end;
    trim(&begin, &end);
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        size_t len = strlen(entries[i].name);
        if ((size_t)(end - begin) != len || strncmp(begin, entries[i].name, len) != 0) {
            continue;
        }
        int64_t ns = -1;
        while (*rest == ';' && ns < 0) {
            const char *next = part_end(rest + 1, ";,");
            (void)read_param(rest + 1, next, &ns);
            rest = next;
        }
        if (ns >= 0) {
            *time_of(facts, &entries[i]) = ns;
            (void)snprintf(facts->source, sizeof facts->source, "%s", TIMING);
        }
        return;
    }
}

/* Weights go into a CSV column: a short word or nothing. */
static void read_weights(const char *value, struct od_server_facts *facts)
{
    size_t len = strlen(value);
    if (len >= sizeof facts->weights) {
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)value[i]) && strchr("-_.", value[i]) == NULL) {
            return;
        }
    }
    memcpy(facts->weights, value, len + 1);
}

static void read_timing(const char *value, struct od_server_facts *facts)
{
    for (const char *p = value; *p != '\0'; p += *p == ',') {
        read_metric(p, facts);
        p = part_end(p, ",");
    }
}

void od_server_facts_read(const struct od_headers *in, struct od_server_facts *facts)
{
    od_server_facts_init(facts);
    for (size_t i = 0; i < in->count; i++) {
        const struct od_header *header = &in->items[i];
        int64_t number = -1;
        if (strcasecmp(header->name, TIMING) == 0) {
            read_timing(header->value, facts);
        } else if (strcasecmp(header->name, WEIGHTS) == 0) {
            read_weights(header->value, facts);
        } else if (od_parse_i64(header->value, 0, INT64_MAX, &number, NULL) != 0) {
            continue;
        } else if (strcasecmp(header->name, PROPOSALS) == 0) {
            facts->proposals = number;
        } else if (strcasecmp(header->name, MODEL) == 0) {
            facts->model_bytes = number;
        }
    }
}
