/* Which client and which image a table is about. */
#include "table/builders.h"

#include "base/file.h"
#include "table/axis.h"

#include <inttypes.h>
#include <string.h>

/* True when some row of the scope is there. */
static bool any_row(const struct od_scope *scope)
{
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (od_scope_has(scope, &scope->rows->items[i])) {
            return true;
        }
    }
    return false;
}

/* How many targets the client sent to. */
static size_t count_targets(const struct od_scope *scope, const char *client)
{
    struct od_scope narrow = *scope;
    narrow.client = client;
    struct od_axis targets = {0};
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (od_scope_has(&narrow, record)) {
            (void)od_axis_add(&targets, od_text(record->target));
        }
    }
    size_t count = targets.count;
    od_axis_release(&targets);
    return count;
}

/* The client with the most targets; "client" and then the name decide a tie. */
static void find_client(struct od_scope *scope)
{
    struct od_axis clients = {0};
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (od_scope_has(scope, record)) {
            (void)od_axis_add(&clients, od_text(record->client));
        }
    }
    od_axis_sort(&clients, od_axis_machines);
    size_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < clients.count; i++) {
        size_t targets = count_targets(scope, clients.labels[i]);
        if (targets > most) {
            most = targets;
            best = i;
        }
    }
    const char *found = NULL;
    for (size_t i = 0; i < scope->rows->count && most > 0 && found == NULL; i++) {
        const char *client = od_text(scope->rows->items[i].client);
        found = strcmp(client, clients.labels[best]) == 0 ? client : NULL;
    }
    od_axis_release(&clients);
    scope->client = found;
}

static bool image_wins(const struct od_record *a, const struct od_record *b,
                       enum od_image_rule rule)
{
    if (b == NULL) {
        return true;
    }
    if (a->file_bytes != b->file_bytes) {
        bool larger = a->file_bytes > b->file_bytes;
        return rule == OD_IMAGE_LARGEST ? larger : !larger;
    }
    return strcmp(od_path_base(a->file_name), od_path_base(b->file_name)) < 0;
}

static void find_image(struct od_scope *scope, const struct od_table_spec *spec)
{
    scope->image = spec->image;
    if (spec->image != NULL && any_row(scope)) {
        return;
    }
    scope->image = NULL;
    const struct od_record *best = NULL;
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (od_scope_has(scope, record) && *od_text(record->file_name) != '\0' &&
            image_wins(record, best, spec->image_rule)) {
            best = record;
        }
    }
    scope->image = best != NULL ? od_path_base(best->file_name) : NULL;
}

bool od_scope_choose_machine(struct od_scope *scope, size_t i, size_t *count)
{
    struct od_axis clients = {0};
    for (size_t r = 0; r < scope->rows->count; r++) {
        const struct od_record *record = &scope->rows->items[r];
        if (od_scope_has(scope, record)) {
            (void)od_axis_add(&clients, od_text(record->client));
        }
    }
    od_axis_sort(&clients, od_axis_machines);
    *count = clients.count;
    const char *found = NULL;
    for (size_t r = 0; r < scope->rows->count && i < clients.count && found == NULL;
         r++) {
        const char *client = od_text(scope->rows->items[r].client);
        found = strcmp(client, clients.labels[i]) == 0 ? client : NULL;
    }
    od_axis_release(&clients);
    scope->client = found;
    return found != NULL;
}

/* The same for all rows of an image; OD_NONE when it is not known. */
static int64_t file_bytes(const struct od_scope *scope)
{
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (od_scope_has(scope, record) && record->file_bytes != OD_NONE) {
            return record->file_bytes;
        }
    }
    return OD_NONE;
}

char *od_scope_title(const struct od_scope *scope, const struct od_table_spec *spec)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(&text, spec->title);
    if (spec->image_rule != OD_IMAGE_ALL && scope->image != NULL) {
        int64_t bytes = file_bytes(scope);
        od_buf_printf(&text, " %s", scope->image);
        if (bytes != OD_NONE) {
            od_buf_printf(&text, " (%" PRId64 " bytes)", bytes);
        }
        od_buf_printf(&text, " from %s to each server", scope->client);
    } else if (scope->image != NULL) {
        od_buf_printf(&text, ", only image %s", scope->image);
    }
    char *title = od_buf_steal(&text);
    od_buf_release(&text);
    return title;
}

int od_scope_choose(struct od_scope *scope, const struct od_table_spec *spec,
                    const struct od_table_choice *choice, struct od_err *err)
{
    scope->client = choice->client;
    scope->validity = choice->validity;
    scope->runs = choice->runs;
    if (choice->client != NULL && !any_row(scope)) {
        return od_fail(err, OD_EINPUT, "%s: no %srows of client %s", spec->name,
                       scope->local ? "local " : "", choice->client);
    }
    if (spec->image_rule != OD_IMAGE_ALL && scope->client == NULL) {
        find_client(scope);
    }
    if (choice->image != NULL) {
        scope->image = od_path_base(choice->image);
        if (!any_row(scope)) {
            return od_fail(err, OD_EINPUT, "%s: no rows of image %s", spec->name,
                           choice->image);
        }
    } else if (spec->image_rule != OD_IMAGE_ALL) {
        find_image(scope, spec);
    }
    od_scope_scan(scope);
    return 0;
}
