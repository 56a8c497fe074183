/* Makes a data set of drawn scenes. */
#include "dataset/makeset.h"

#include "base/alloc.h"
#include "base/file.h"
#include "dataset/setdir.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What is under way. */
struct making {
    const struct od_makeset_spec *spec;
    struct od_setdir dir;
    struct od_makeset_result *result;
    struct od_buf images; /* pieces of instances.json */
    struct od_buf notes;
    struct od_buf rows; /* design.csv */
};

/* One scene as a file. */
struct picture {
    struct od_scene scene;
    struct od_scene_jpeg jpeg;
};

static void release_picture(struct picture *picture)
{
    od_scene_release(&picture->scene);
    od_scene_jpeg_release(&picture->jpeg);
}

static int off_target(const struct od_design_cell *cell, size_t bytes, struct od_err *err)
{
    return od_fail(err, OD_EUNSUPPORTED,
                   "%d x %d pixels with %d objects cannot be a JPEG of %" PRId64
                   " bytes: the nearest has %zu (--allow-off-target keeps such files)",
                   cell->scene.width, cell->scene.height, cell->scene.objects,
                   cell->target_bytes, bytes);
}

static int make_picture(const struct od_makeset_spec *spec,
                        const struct od_design_cell *cell, struct picture *out,
                        struct od_err *err)
{
    *out = (struct picture){0};
    int rc = 0;
    if (cell->target_bytes > 0) {
        rc = od_scene_fit_jpeg(&cell->scene, (size_t)cell->target_bytes, &out->scene,
                               &out->jpeg, err);
        if (rc == 0 && !out->jpeg.reached && !spec->allow_off_target) {
            rc = off_target(cell, out->jpeg.data.len, err);
        }
    } else {
        rc = od_scene_draw(&cell->scene, &out->scene, err);
        if (rc == 0) {
            out->jpeg.quality = cell->quality;
            out->jpeg.detail = cell->scene.detail;
            out->jpeg.reached = true;
            od_buf_init(&out->jpeg.data, 0);
            rc = od_jpeg_encode(&out->scene.image, cell->quality, &out->jpeg.data, err);
        }
    }
    if (rc != 0) {
        release_picture(out);
    }
    return rc;
}

/* Adds the image and its objects to the pieces of instances.json. */
static void annotate(struct making *m, const struct od_scene *scene, size_t id)
{
    od_buf_printf(&m->images,
                  "%s\n  {\"id\": %zu, \"file_name\": \"%012zu.jpg\", \"width\": %d, "
                  "\"height\": %d}",
                  id > 1 ? "," : "", id, id, scene->image.width, scene->image.height);
    for (size_t i = 0; i < scene->count; i++) {
        const struct od_scene_object *object = &scene->objects[i];
        bool first = m->result->objects++ == 0;
        od_buf_printf(&m->notes,
                      "%s\n  {\"id\": %zu, \"image_id\": %zu, \"category_id\": %d, "
                      "\"bbox\": [%.4f, %.4f, %.4f, %.4f], \"area\": %.4f, "
                      "\"iscrowd\": 0}",
                      first ? "" : ",", m->result->objects, id, object->category,
                      object->x, object->y, object->width, object->height, object->area);
    }
}

static void add_row(struct making *m, const struct od_design_cell *cell,
                    const struct od_scene_jpeg *jpeg, size_t id)
{
    od_buf_printf(&m->rows, "%012zu.jpg,%d,", id, cell->scene.objects);
    if (cell->target_bytes > 0) {
        od_buf_printf(&m->rows, "%" PRId64, cell->target_bytes);
    }
    od_buf_printf(&m->rows, ",%d,%d,%d,%" PRIu64 ",%zu,%d,%.6f,%s\n", cell->scene.width,
                  cell->scene.height, cell->replicate, cell->scene.index, jpeg->data.len,
                  jpeg->quality, jpeg->detail, jpeg->reached ? "yes" : "no");
}

static int make_one(struct making *m, const struct od_design_cell *cell,
                    struct od_err *err)
{
    struct picture picture;
    if (make_picture(m->spec, cell, &picture, err) != 0) {
        return -1;
    }
    size_t id = m->result->images + 1;
    const struct od_buf *data = &picture.jpeg.data;
    int rc = od_setdir_put_image(&m->dir, id, data->data, data->len, err);
    if (rc == 0) {
        m->result->images = id;
        m->result->bytes += (int64_t)data->len;
        m->result->off_target += picture.jpeg.reached ? 0 : 1;
        annotate(m, &picture.scene, id);
        add_row(m, cell, &picture.jpeg, id);
    }
    release_picture(&picture);
    return rc;
}

static void join_instances(const struct making *m, struct od_buf *out)
{
    od_buf_puts(out, "{\"info\": {\"description\": \"scenes drawn by odbench-data\", "
                     "\"version\": \"1\"},\n \"images\": [");
    od_buf_add(out, m->images.data, m->images.len);
    od_buf_puts(out, "],\n \"annotations\": [");
    od_buf_add(out, m->notes.data, m->notes.len);
    od_buf_puts(out, "],\n \"categories\": [");
    for (int i = 1; i <= OD_SCENE_CATEGORIES; i++) {
        od_buf_printf(out,
                      "%s\n  {\"id\": %d, \"name\": \"%s\", \"supercategory\": "
                      "\"shape\"}",
                      i > 1 ? "," : "", i, od_scene_category_name(i));
    }
    od_buf_puts(out, "]}\n");
}

static int make_all(struct making *m, struct od_err *err)
{
    const struct od_design *design = m->spec->design;
    od_buf_puts(&m->rows, OD_SETDIR_DESIGN_HEADER);
    for (size_t i = 0; i < design->count; i++) {
        if (make_one(m, &design->cells[i], err) != 0) {
            return -1;
        }
        if (m->spec->progress != NULL) {
            m->spec->progress(i + 1, design->count, m->spec->arg);
        }
    }
    struct od_buf instances;
    od_buf_init(&instances, 0);
    join_instances(m, &instances);
    int rc = od_setdir_put(&m->dir, "instances.json", instances.data, instances.len, err);
    od_buf_release(&instances);
    return rc != 0 ? rc
                   : od_setdir_put(&m->dir, "design.csv", m->rows.data, m->rows.len, err);
}

int od_makeset(const struct od_makeset_spec *spec, struct od_makeset_result *out,
               struct od_err *err)
{
    struct making m = {.spec = spec, .result = out};
    *out = (struct od_makeset_result){0};
    if (od_setdir_open(spec->folder, spec->force, &m.dir, err) != 0) {
        return -1;
    }
    od_buf_init(&m.images, 0);
    od_buf_init(&m.notes, 0);
    od_buf_init(&m.rows, 0);
    int rc = make_all(&m, err);
    if (rc != 0) {
        od_setdir_undo(&m.dir);
        *out = (struct od_makeset_result){0};
    }
    od_setdir_release(&m.dir);
    od_buf_release(&m.images);
    od_buf_release(&m.notes);
    od_buf_release(&m.rows);
    return rc;
}
