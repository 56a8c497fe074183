/* Filters and labels. */
#include "table/scope.h"

#include "base/alloc.h"
#include "base/file.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *od_text(const char *text)
{
    return text != NULL ? text : "";
}

static bool same(const char *a, const char *b)
{
    return a == b || strcmp(od_text(a), od_text(b)) == 0;
}

bool od_scope_has(const struct od_scope *scope, const struct od_record *record)
{
    if (!same(record->phase, "main")) {
        return false;
    }
    if (scope->aside != NULL && scope->aside[record - scope->rows->items]) {
        return false;
    }
    if (scope->local && !same(record->placement, "local")) {
        return false;
    }
    if (scope->client != NULL && !same(record->client, scope->client)) {
        return false;
    }
    if (scope->image != NULL &&
        !same(od_path_base(od_text(record->file_name)), scope->image)) {
        return false;
    }
    return od_where_holds(scope->where, record);
}

bool od_scope_counts(const struct od_scope *scope, const struct od_record *record)
{
    return od_scope_has(scope, record) && od_record_counts(record) &&
           record->service_ns >= 0;
}

void od_failures_add(struct od_failures *failures, const struct od_record *record,
                     bool counts)
{
    failures->rows += counts ? 0 : 1;
    failures->again += record->attempt > 1 ? 1 : 0;
}

size_t od_failures_count(const struct od_failures *failures)
{
    /* The first attempts may be missing where rows were chosen. */
    return failures->rows > failures->again ? (size_t)(failures->rows - failures->again)
                                            : 0;
}

static bool int_differs(int64_t a, int64_t b)
{
    return a != OD_NONE && b != OD_NONE && a != b;
}

static bool text_differs(const char *a, const char *b)
{
    return *od_text(a) != '\0' && *od_text(b) != '\0' && !same(a, b);
}

static void compare_factors(struct od_variants *shown, const struct od_record *record)
{
    const struct od_record *first = shown->first;
    shown->payload |= text_differs(first->payload, record->payload);
    shown->connection |= text_differs(first->connection, record->connection);
    shown->batch |= int_differs(first->batch, record->batch);
    shown->concurrency |= int_differs(first->concurrency, record->concurrency);
    /* An empty rate is a closed loop, which is a value of its own. */
    shown->rate |= isnan(first->rate) != isnan(record->rate) ||
                   (!isnan(first->rate) &&
                    (first->rate < record->rate || first->rate > record->rate));
}

static struct od_variants *find_variants(const struct od_scope *scope,
                                         const char *protocol)
{
    for (size_t i = 0; i < scope->variant_count; i++) {
        if (same(scope->variants[i].first->protocol, protocol)) {
            return &scope->variants[i];
        }
    }
    return NULL;
}

void od_scope_scan(struct od_scope *scope)
{
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (!od_scope_has(scope, record)) {
            continue;
        }
        struct od_variants *shown = find_variants(scope, record->protocol);
        if (shown != NULL) {
            compare_factors(shown, record);
            continue;
        }
        scope->variants = od_xgrow(scope->variants, scope->variant_count,
                                   &scope->variant_capacity, sizeof *scope->variants);
        scope->variants[scope->variant_count++] = (struct od_variants){.first = record};
    }
}

void od_scope_release(struct od_scope *scope)
{
    free(scope->variants);
    *scope = (struct od_scope){0};
}

const char *od_label_image(const struct od_record *record, struct od_buf *out)
{
    od_buf_reset(out);
    if (*od_text(record->file_name) != '\0') {
        od_buf_puts(out, od_path_base(record->file_name));
    } else if (record->image_id != OD_NONE) {
        od_buf_printf(out, "%" PRId64, record->image_id);
    }
    return out->data;
}

const char *od_label_payload(const struct od_scope *scope, const struct od_record *record,
                             struct od_buf *out)
{
    const struct od_variants *shown = find_variants(scope, record->protocol);
    od_buf_reset(out);
    od_buf_puts(out, od_text(record->protocol));
    if (shown != NULL && shown->payload && *od_text(record->payload) != '\0') {
        od_buf_printf(out, " %s", record->payload);
    }
    if (shown != NULL && shown->batch && record->batch != OD_NONE) {
        od_buf_printf(out, " b%" PRId64, record->batch);
    }
    return out->data;
}

const char *od_label_protocol(const struct od_scope *scope,
                              const struct od_record *record, struct od_buf *out)
{
    const struct od_variants *shown = find_variants(scope, record->protocol);
    (void)od_label_payload(scope, record, out);
    if (shown == NULL) {
        return out->data;
    }
    if (shown->connection && *od_text(record->connection) != '\0') {
        od_buf_printf(out, " %s", record->connection);
    }
    if (shown->concurrency && record->concurrency != OD_NONE) {
        od_buf_printf(out, " c%" PRId64, record->concurrency);
    }
    if (shown->rate && !isnan(record->rate)) {
        od_buf_printf(out, " %g/s", record->rate);
    }
    return out->data;
}

const char *od_label_machine(const struct od_record *record, bool several,
                             struct od_buf *out)
{
    od_buf_reset(out);
    if (several && !same(record->client, record->target)) {
        od_buf_printf(out, "%s>", od_text(record->client));
    }
    od_buf_puts(out, od_text(record->target));
    return out->data;
}

bool od_scope_several_clients(const struct od_scope *scope)
{
    const struct od_record *first = NULL;
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (!od_scope_has(scope, record)) {
            continue;
        }
        if (first != NULL && !same(first->client, record->client)) {
            return true;
        }
        first = first != NULL ? first : record;
    }
    return false;
}

bool *od_scope_images_only(struct od_scope *scope)
{
    bool *aside = od_xcalloc(scope->rows->count, sizeof *aside);
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        aside[i] = *od_text(record->file_name) == '\0' && record->image_id == OD_NONE;
    }
    scope->aside = aside;
    return aside;
}
