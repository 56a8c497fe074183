/* What detectors put out, by the shape of it, as boxes. */
#include "engine/heads.h"

#include "image/candidates.h"

#include <stdbool.h>

int od_head_region(const struct od_outputs *in, size_t classes, struct od_engine_job *job,
                   struct od_err *err)
{
    for (size_t i = 0; i < in->count; i++) {
        const struct od_tensor *tensor = &in->items[i];
        if (tensor->dims < 1 || (size_t)tensor->shape[tensor->dims - 1] != 5 + classes) {
            return od_fail(err, OD_EINPUT, "output %s is not in rows of %zu numbers",
                           tensor->name, 5 + classes);
        }
        struct od_candidates rows = od_candidates_rows(
            tensor->data, tensor->count / (5 + classes), classes, true);
        rows.objectness = NULL; /* the scores are multiplied by it already */
        od_candidates_add(&rows, job->limits->score_min, job->boxes);
    }
    return 0;
}

/* "1x25200x85 and 1x2": the shapes for a message. */
static void describe(const struct od_outputs *in, struct od_buf *out)
{
    for (size_t i = 0; i < in->count; i++) {
        od_buf_puts(out, i > 0 ? " and " : "");
        for (int k = 0; k < in->items[i].dims; k++) {
            od_buf_printf(out, "%s%d", k > 0 ? "x" : "", in->items[i].shape[k]);
        }
    }
}

static int find_single(const struct od_tensor *t, struct od_head *out)
{
    const int *shape = t->shape;
    if (t->dims == 4 && shape[0] == 1 && shape[1] == 1 && shape[3] == 7) {
        out->kind = OD_HEAD_DETECTIONS;
    } else if (t->dims == 3 && shape[0] == 1 && shape[2] > 5 && shape[2] < shape[1]) {
        out->kind = OD_HEAD_ROWS;
        out->classes = (size_t)shape[2] - 5;
    } else if (t->dims == 3 && shape[0] == 1 && shape[1] > 4 && shape[1] < shape[2]) {
        out->kind = OD_HEAD_COLUMNS;
        out->classes = (size_t)shape[1] - 4;
    } else {
        return -1;
    }
    return 0;
}

static bool is_list(const struct od_tensor *t)
{
    return t->dims == 3 && t->shape[0] == 1 && t->shape[2] >= 2;
}

static int find_pair(const struct od_outputs *in, struct od_head *out)
{
    const struct od_tensor *a = &in->items[0];
    const struct od_tensor *b = &in->items[1];
    if (!is_list(a) || !is_list(b) || a->shape[1] != b->shape[1] ||
        (a->shape[2] == 4) == (b->shape[2] == 4)) {
        return -1;
    }
    out->kind = OD_HEAD_PAIR;
    out->boxes = a->shape[2] == 4 ? 0 : 1;
    out->scores = 1 - out->boxes;
    out->classes = (size_t)in->items[out->scores].shape[2];
    return 0;
}

int od_head_find(const struct od_outputs *in, struct od_head *out, struct od_err *err)
{
    *out = (struct od_head){0};
    if ((in->count == 1 && find_single(&in->items[0], out) == 0) ||
        (in->count == 2 && find_pair(in, out) == 0)) {
        return 0;
    }
    struct od_buf shapes;
    od_buf_init(&shapes, 160);
    describe(in, &shapes);
    int rc = od_fail(err, OD_EUNSUPPORTED,
                     "cannot read outputs of shape %s (known: 1xNx(5+classes), "
                     "1x(4+classes)xN, 1x1xNx7, 1xNx4 with 1xNxclasses)",
                     shapes.data);
    od_buf_release(&shapes);
    return rc;
}

static void add_detections(const struct od_tensor *t, struct od_engine_job *job)
{
    for (size_t i = 0; i + 7 <= t->count; i += 7) {
        const float *row = t->data + i;
        /* A row of zeros or of image -1 stands for nothing at all. */
        if (row[0] >= 0 && row[1] >= 1 && row[1] < 1e6F && row[2] > 0 &&
            (double)row[2] >= job->limits->score_min) {
            struct od_box box = od_box_of(OD_ORDER_XYXY, row + 3, 1, 1);
            box.score = row[2];
            box.label = (int)row[1];
            od_boxes_add(job->boxes, &box);
        }
    }
}

/* Those of the heads that score every class. */
static struct od_candidates candidates(const struct od_head *head,
                                       const struct od_outputs *in)
{
    const struct od_tensor *t = &in->items[0];
    if (head->kind == OD_HEAD_PAIR) {
        const struct od_tensor *corners = &in->items[head->boxes];
        return od_candidates_pair(corners->data, in->items[head->scores].data,
                                  (size_t)corners->shape[1], head->classes - 1);
    }
    struct od_candidates all =
        head->kind == OD_HEAD_ROWS
            ? od_candidates_rows(t->data, t->count / (5 + head->classes), head->classes,
                                 true)
            : od_candidates_columns(t->data, (size_t)t->shape[2], head->classes);
    all.width = (float)head->width;
    all.height = (float)head->height;
    return all;
}

int od_head_decode(const struct od_head *head, const struct od_outputs *in,
                   struct od_engine_job *job, struct od_err *err)
{
    struct od_head now;
    if (od_head_find(in, &now, err) != 0) {
        return -1;
    }
    if (now.kind != head->kind || now.classes != head->classes) {
        return od_fail(err, OD_EINPUT, "the outputs have changed their shape");
    }
    if (head->kind == OD_HEAD_DETECTIONS) {
        add_detections(&in->items[0], job);
    } else {
        struct od_candidates all = candidates(head, in);
        od_candidates_add(&all, job->limits->score_min, job->boxes);
    }
    return 0;
}
