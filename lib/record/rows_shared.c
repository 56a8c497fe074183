/* What rows share: kinds and images, each once. */
#include "record/rows_shared.h"

#include "base/alloc.h"
#include "record/tuples.h"

#include <stdlib.h>
#include <string.h>

#define PART(name)                                                                       \
    {                                                                                    \
        offsetof(struct od_record, name), OD_AT_##name                                   \
    }

static const struct od_rows_part kind_parts[] = {
    PART(schema),     PART(run_id),        PART(cell_id),     PART(attempt),
    PART(phase),      PART(client),        PART(target),      PART(placement),
    PART(model),      PART(model_version), PART(weights),     PART(protocol),
    PART(payload),    PART(batch),         PART(concurrency), PART(rate),
    PART(connection), PART(start_unix_ns), PART(status),      PART(code),
    PART(srv_source),
};
static const struct od_rows_part image_parts[] = {
    PART(image_id), PART(file_name), PART(file_bytes),
    PART(width),    PART(height),    PART(gt_objects),
};

enum {
    KIND_PARTS = sizeof kind_parts / sizeof kind_parts[0],
    IMAGE_PARTS = sizeof image_parts / sizeof image_parts[0]
};

_Static_assert((size_t)KIND_PARTS <= OD_ROWS_PARTS &&
                   (size_t)IMAGE_PARTS <= OD_ROWS_PARTS,
               "OD_ROWS_PARTS is too small");

static bool is_part(const struct od_rows_part *parts, size_t count, enum od_at at)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].at == at) {
            return true;
        }
    }
    return false;
}

enum od_home od_column_home(enum od_at at)
{
    return is_part(kind_parts, KIND_PARTS, at)     ? OD_HOME_KIND
           : is_part(image_parts, IMAGE_PARTS, at) ? OD_HOME_IMAGE
                                                   : OD_HOME_ROW;
}

const struct od_rows_part *od_rows_parts(enum od_home home, size_t *count)
{
    *count = home == OD_HOME_KIND ? (size_t)KIND_PARTS : (size_t)IMAGE_PARTS;
    return home == OD_HOME_KIND ? kind_parts : image_parts;
}

static struct od_shared *new_shared(const struct od_record *record,
                                    const struct od_rows_part *parts, size_t count)
{
    struct od_shared *shared = od_xcalloc(1, sizeof *shared);
    od_record_init(&shared->record);
    shared->record.schema = OD_NONE;
    for (size_t i = 0; i < count; i++) {
        memcpy((char *)&shared->record + parts[i].offset,
               (const char *)record + parts[i].offset, sizeof(uint64_t));
    }
    const struct od_record *own = &shared->record;
    shared->main = own->phase != NULL && strcmp(own->phase, "main") == 0;
    shared->ok = own->status != NULL && strcmp(own->status, "ok") == 0;
    shared->local = own->placement != NULL && strcmp(own->placement, "local") == 0;
    return shared;
}

uint32_t od_rows_share(struct od_rows *rows, enum od_home home,
                       const struct od_record *record, uint32_t last)
{
    uint64_t words[OD_ROWS_PARTS];
    size_t count = 0;
    const struct od_rows_part *parts = od_rows_parts(home, &count);
    struct od_shared_list *list = home == OD_HOME_KIND ? &rows->kinds : &rows->images;
    for (size_t i = 0; i < count; i++) {
        memcpy(&words[i], (const char *)record + parts[i].offset, sizeof words[i]);
    }
    if (list->tuples == NULL) {
        list->tuples = od_xcalloc(1, sizeof *list->tuples);
        list->tuples->width = count;
    }
    if (last < list->count &&
        memcmp(words, list->tuples->words + last * count, count * sizeof words[0]) == 0) {
        return last;
    }
    uint32_t at = od_tuples_add(list->tuples, words);
    if (at == list->count) {
        list->items =
            od_xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
        list->items[list->count++] = new_shared(record, parts, count);
    }
    return at;
}

void od_shared_list_release(struct od_shared_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    if (list->tuples != NULL) {
        od_tuples_release(list->tuples);
        free(list->tuples);
    }
}
