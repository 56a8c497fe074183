/* Facts of images, each once. */
#include "table/image_facts.h"

#include "base/alloc.h"

#include <stdlib.h>

static void keep_first(int64_t *fact, int64_t value)
{
    *fact = *fact == OD_NONE ? value : *fact;
}

struct od_image_facts *od_image_facts_collect(const struct od_scope *scope,
                                              const struct od_axis *images)
{
    struct od_image_facts *facts = od_xcalloc(images->count, sizeof *facts);
    for (size_t i = 0; i < images->count; i++) {
        facts[i] = (struct od_image_facts){i, OD_NONE, OD_NONE, OD_NONE};
    }
    struct od_buf label;
    od_buf_init(&label, 0);
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        size_t at = od_axis_find(images, od_label_image(record, &label));
        if (at == OD_AXIS_NONE || !od_scope_has(scope, record)) {
            continue;
        }
        keep_first(&facts[at].bytes, record->file_bytes);
        keep_first(&facts[at].objects, record->gt_objects);
        /* A JPEG has at most 65535 x 65535 pixels; more is no image's size. */
        if (record->width >= 0 && record->width <= 65535 && record->height >= 0 &&
            record->height <= 65535) {
            keep_first(&facts[at].pixels, record->width * record->height);
        }
    }
    od_buf_release(&label);
    return facts;
}
