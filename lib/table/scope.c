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

bool od_scope_has_any(const struct od_scope *scope, size_t row)
{
    const struct od_shared *kind = od_rows_kind(scope->rows, row);
    if (scope->aside != NULL && scope->aside[row]) {
        return false;
    }
    if (scope->local && !kind->local) {
        return false;
    }
    if (scope->client != NULL && !same(kind->record.client, scope->client)) {
        return false;
    }
    return scope->image == NULL ||
           same(od_path_base(od_text(od_rows_image(scope->rows, row)->file_name)),
                scope->image);
}

bool od_scope_has(const struct od_scope *scope, size_t row)
{
    return od_rows_kind(scope->rows, row)->main && od_scope_has_any(scope, row);
}

bool od_scope_counts(const struct od_scope *scope, size_t row)
{
    return od_rows_kind(scope->rows, row)->ok &&
           od_rows_int(scope->rows, OD_AT_service_ns, row) >= 0 &&
           od_scope_has(scope, row);
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

static const struct od_record **list_met(const struct od_scope *scope,
                                         const struct od_shared_list *all,
                                         const uint32_t *place, size_t *count)
{
    bool *met = od_xcalloc(all->count, sizeof *met);
    const struct od_record **list = od_xcalloc(all->count, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < scope->rows->count && *count < all->count; i++) {
        if (!met[place[i]] && od_scope_has(scope, i)) {
            met[place[i]] = true;
            list[(*count)++] = &all->items[place[i]]->record;
        }
    }
    free(met);
    return list;
}

const struct od_record **od_scope_kinds(const struct od_scope *scope, size_t *count)
{
    return list_met(scope, &scope->rows->kinds, scope->rows->kind_of, count);
}

const struct od_record **od_scope_images(const struct od_scope *scope, size_t *count)
{
    return list_met(scope, &scope->rows->images, scope->rows->image_of, count);
}

void od_scope_scan(struct od_scope *scope)
{
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        struct od_variants *shown = find_variants(scope, kinds[i]->protocol);
        if (shown != NULL) {
            compare_factors(shown, kinds[i]);
            continue;
        }
        scope->variants = od_xgrow(scope->variants, scope->variant_count,
                                   &scope->variant_capacity, sizeof *scope->variants);
        scope->variants[scope->variant_count++] = (struct od_variants){.first = kinds[i]};
    }
    free(kinds);
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
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    bool several = false;
    for (size_t i = 1; i < count; i++) {
        several = several || !same(kinds[0]->client, kinds[i]->client);
    }
    free(kinds);
    return several;
}

bool *od_scope_images_only(struct od_scope *scope)
{
    bool *aside = od_xcalloc(scope->rows->count, sizeof *aside);
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *image = od_rows_image(scope->rows, i);
        aside[i] = *od_text(image->file_name) == '\0' && image->image_id == OD_NONE;
    }
    scope->aside = aside;
    return aside;
}
