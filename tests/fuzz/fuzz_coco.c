/* Annotation files, with what must hold for those that are accepted. */
#include "fuzz.h"

#include "dataset/coco.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct od_coco *coco)
{
    size_t objects = 0;
    for (size_t i = 0; i < coco->image_count; i++) {
        const struct od_coco_image *image = &coco->images[i];
        if (image->first != objects || (i > 0 && image[-1].id >= image->id)) {
            abort();
        }
        objects += image->count;
        const struct od_coco_image *found = od_coco_find(coco, image->file_name);
        if (found != NULL && strstr(image->file_name, found->file_name) == NULL &&
            strchr(found->file_name, '/') == NULL) {
            abort();
        }
    }
    if (objects != coco->object_count) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_coco coco;
    struct od_err err = {0};
    int rc = od_coco_parse("f", (const char *)data, size, &coco, &err);
    if (rc == 0) {
        check(&coco);
    } else if (err.code != OD_EINPUT || strncmp(err.msg, "f:", 2) != 0) {
        abort();
    }
    od_coco_release(&coco);
    return 0;
}
