/* Facts of images, each once. */
#include "table/image_facts.h"

#include "base/alloc.h"

#include <stdlib.h>

void od_images_add(const struct od_scope *scope, struct od_axis *images)
{
    struct od_buf label;
    size_t count = 0;
    const struct od_record **met = od_scope_images(scope, &count);
    od_buf_init(&label, 0);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(images, od_label_image(met[i], &label));
    }
    od_buf_release(&label);
    free(met);
}

size_t *od_images_places(const struct od_rows *rows, const struct od_axis *images)
{
    struct od_buf label;
    size_t *places = od_xcalloc(rows->images.count, sizeof *places);
    od_buf_init(&label, 0);
    for (size_t i = 0; i < rows->images.count; i++) {
        const struct od_record *image = &rows->images.items[i]->record;
        places[i] = od_axis_find(images, od_label_image(image, &label));
    }
    od_buf_release(&label);
    return places;
}

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
    size_t count = 0;
    const struct od_record **met = od_scope_images(scope, &count);
    od_buf_init(&label, 0);
    for (size_t i = 0; i < count; i++) {
        size_t at = od_axis_find(images, od_label_image(met[i], &label));
        if (at == OD_AXIS_NONE) {
            continue;
        }
        keep_first(&facts[at].bytes, met[i]->file_bytes);
        keep_first(&facts[at].objects, met[i]->gt_objects);
        /* A JPEG has at most 65535 x 65535 pixels; more is no image's size. */
        if (met[i]->width >= 0 && met[i]->width <= 65535 && met[i]->height >= 0 &&
            met[i]->height <= 65535) {
            keep_first(&facts[at].pixels, met[i]->width * met[i]->height);
        }
    }
    od_buf_release(&label);
    free(met);
    return facts;
}
