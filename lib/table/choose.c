/* Which client and which image a table is about. */
#include "table/builders.h"

#include "base/file.h"
#include "table/axis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* True when some row of the scope is there. */
static bool any_row(const struct od_scope *scope)
{
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (od_scope_has(scope, i)) {
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
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(&narrow, &count);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&targets, od_text(kinds[i]->target));
    }
    count = targets.count;
    od_axis_release(&targets);
    free(kinds);
    return count;
}

/* In the study's order. Released by the caller. */
static struct od_axis clients_of(const struct od_scope *scope)
{
    struct od_axis clients = {0};
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&clients, od_text(kinds[i]->client));
    }
    od_axis_sort(&clients, od_axis_machines);
    free(kinds);
    return clients;
}

/* The text of the rows, which outlives the axis. */
static const char *borrow_client(const struct od_rows *rows, const char *client)
{
    for (size_t i = 0; i < rows->kinds.count; i++) {
        const char *text = od_text(rows->kinds.items[i]->record.client);
        if (strcmp(text, client) == 0) {
            return text;
        }
    }
    return NULL;
}

/* The client with the most targets; "client" and then the name decide a tie. */
static void find_client(struct od_scope *scope)
{
    struct od_axis clients = clients_of(scope);
    size_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < clients.count; i++) {
        size_t targets = count_targets(scope, clients.labels[i]);
        if (targets > most) {
            most = targets;
            best = i;
        }
    }
    scope->client = most > 0 ? borrow_client(scope->rows, clients.labels[best]) : NULL;
    od_axis_release(&clients);
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
    size_t count = 0;
    const struct od_record **images = od_scope_images(scope, &count);
    for (size_t i = 0; i < count; i++) {
        if (*od_text(images[i]->file_name) != '\0' &&
            image_wins(images[i], best, spec->image_rule)) {
            best = images[i];
        }
    }
    free(images);
    scope->image = best != NULL ? od_path_base(best->file_name) : NULL;
}

bool od_scope_choose_machine(struct od_scope *scope, size_t i, size_t *count)
{
    struct od_axis clients = clients_of(scope);
    *count = clients.count;
    scope->client =
        i < clients.count ? borrow_client(scope->rows, clients.labels[i]) : NULL;
    od_axis_release(&clients);
    return scope->client != NULL;
}

/* The same for all rows of an image; OD_NONE when it is not known. */
static int64_t file_bytes(const struct od_scope *scope)
{
    size_t count = 0;
    int64_t bytes = OD_NONE;
    const struct od_record **images = od_scope_images(scope, &count);
    for (size_t i = 0; i < count && bytes == OD_NONE; i++) {
        bytes = images[i]->file_bytes;
    }
    free(images);
    return bytes;
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
