/* Boxes in the documents of web services. */
#include "protocol/web.h"

#include "base/alloc.h"
#include "protocol/web_pointer.h"
#include "service/detections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct od_json_node node;

/* Longest name of a label that is read. */
#define LABEL_TEXT 128

/* A reply while its boxes are read. */
struct reader {
    const struct od_profile_tell *tell;
    const struct od_json *json;
    const int *px;
    struct od_boxes *out;
};

static int finish(const struct reader *in, const double numbers[4], double score,
                  struct od_box *box, struct od_err *err)
{
    double share = score / in->tell->score_scale;
    for (int i = 0; i < 4; i++) {
        if (!isfinite(numbers[i])) {
            return od_fail(err, OD_EDECODE, "a corner of a box is no number");
        }
    }
    if (isnan(share)) {
        return od_fail(err, OD_EDECODE, "a score is no number");
    }
    if (in->out->count >= OD_DETECTIONS_MAX) {
        return od_fail(err, OD_EDECODE, "more than %d boxes", OD_DETECTIONS_MAX);
    }
    box->score = (float)share;
    od_web_box_read(in->tell, numbers, in->px, box);
    od_boxes_add(in->out, box);
    return 0;
}

/* A label that is told as a name or as a class number. */
static int read_label(const struct reader *in, const node *value, bool name, int *label,
                      struct od_err *err)
{
    char text[LABEL_TEXT];
    double number = 0;
    if (value != NULL && value->type == OD_JSON_STRING) {
        (void)od_json_text(in->json, value, text, sizeof text);
        if (od_web_label_of(in->tell, text, label)) {
            return 0;
        }
        return od_fail(err, OD_EDECODE,
                       "the label '%.60s' is not in the label map (label_map of the "
                       "profile)",
                       text);
    }
    if (od_json_double(in->json, value, &number) &&
        od_web_label_of_class(in->tell, number, label)) {
        return 0;
    }
    return od_fail(err, OD_EDECODE, "a box has no %s", name ? "label" : "class");
}

/* Up to four numbers below a value, arrays in it passed through. */
static bool four(const struct od_json *json, const node *value, double out[4])
{
    if (value == NULL || value->type != OD_JSON_ARRAY) {
        return false;
    }
    size_t count = 0;
    for (const node *p = value + 1; p < json->nodes + value->next; p++) {
        if (p->type != OD_JSON_ARRAY &&
            (count == 4 || !od_json_double(json, p, &out[count++]))) {
            return false;
        }
    }
    return count == 4;
}

static int read_object(const struct reader *in, const node *item, struct od_err *err)
{
    const struct od_profile_tell *tell = in->tell;
    struct od_box box = {0};
    double numbers[4] = {0};
    double score = 0;
    bool whole = true;
    if (tell->box_count == 1) {
        whole = four(in->json, od_pointer_find(in->json, item, tell->box[0]), numbers);
    }
    for (size_t i = 0; tell->box_count == 4 && i < 4; i++) {
        whole = whole &&
                od_json_double(in->json, od_pointer_find(in->json, item, tell->box[i]),
                               &numbers[i]);
    }
    if (!whole) {
        return od_fail(err, OD_EDECODE, "detection %zu has no box at %s", in->out->count,
                       tell->box[0]);
    }
    if (!od_json_double(in->json, od_pointer_find(in->json, item, tell->score), &score)) {
        return od_fail(err, OD_EDECODE, "detection %zu has no score at %s",
                       in->out->count, tell->score);
    }
    const node *number = tell->class_number[0] != '\0'
                             ? od_pointer_find(in->json, item, tell->class_number)
                             : NULL;
    bool name = number == NULL && tell->label[0] != '\0';
    const node *label = name ? od_pointer_find(in->json, item, tell->label) : number;
    if (read_label(in, label, name, &box.label, err) != 0) {
        return -1;
    }
    return finish(in, numbers, score, &box, err);
}

/* The key that is not the score's is the label, its value the box. */
static int read_label_key(const struct reader *in, const node *item, struct od_err *err)
{
    const struct od_profile_tell *tell = in->tell;
    struct od_pointer score_at;
    struct od_box box = {0};
    double numbers[4] = {0};
    double score = 0;
    char key[LABEL_TEXT];
    if (item->type != OD_JSON_OBJECT ||
        od_pointer_read(tell->score, &score_at, NULL) != 0 || score_at.count == 0 ||
        !od_json_double(in->json, od_pointer_find(in->json, item, tell->score), &score)) {
        return od_fail(err, OD_EDECODE, "detection %zu has no score at %s",
                       in->out->count, tell->score);
    }
    const node *name = od_json_first(in->json, item);
    for (uint32_t i = 0; i < item->count; i++) {
        const node *value = od_json_next(in->json, name);
        (void)od_json_text(in->json, name, key, sizeof key);
        if (strcmp(key, score_at.tokens[0].text) != 0 && four(in->json, value, numbers)) {
            return read_label(in, name, true, &box.label, err) == 0
                       ? finish(in, numbers, score, &box, err)
                       : -1;
        }
        name = in->json->nodes + value->next;
    }
    return od_fail(err, OD_EDECODE, "detection %zu has no label with a box",
                   in->out->count);
}

static int read_items(const struct reader *in, const node *list, struct od_err *err)
{
    if (list->type == OD_JSON_NULL) {
        return 0;
    }
    if (list->type != OD_JSON_ARRAY) {
        return od_fail(err, OD_EDECODE, "no list of detections at '%s'", in->tell->list);
    }
    const node *item = od_json_first(in->json, list);
    for (uint32_t i = 0; i < list->count; i++) {
        int rc = in->tell->layout == OD_WEB_LABEL_KEY ? read_label_key(in, item, err)
                                                      : read_object(in, item, err);
        if (rc != 0) {
            return -1;
        }
        item = in->json->nodes + item->next;
    }
    return 0;
}

/* The values below a node in the order of the text, arrays passed through; owned. */
struct column {
    const node **items;
    size_t count;
};

static int read_column(const struct reader *in, const node *base, const char *pointer,
                       struct column *out, struct od_err *err)
{
    const node *value = od_pointer_find(in->json, base, pointer);
    *out = (struct column){0};
    if (value == NULL) {
        return od_fail(err, OD_EDECODE, "reply has nothing at %s%s", in->tell->list,
                       pointer);
    }
    out->items = od_xcalloc(value->next - (uint32_t)(value - in->json->nodes),
                            sizeof(const node *));
    bool none = value->type == OD_JSON_NULL;
    for (const node *p = value; !none && p < in->json->nodes + value->next; p++) {
        if (p->type == OD_JSON_OBJECT) {
            free(out->items);
            *out = (struct column){0};
            return od_fail(err, OD_EDECODE, "an object among the values at %s%s",
                           in->tell->list, pointer);
        }
        if (p->type != OD_JSON_ARRAY) {
            out->items[out->count++] = p;
        }
    }
    return 0;
}

/* The columns of a reply: one of corners by fours or four of them, scores, labels. */
struct columns {
    struct column box[4];
    struct column scores;
    struct column labels;
    size_t count;
};

static void columns_release(struct columns *all)
{
    for (int i = 0; i < 4; i++) {
        free(all->box[i].items);
    }
    free(all->scores.items);
    free(all->labels.items);
}

static int agree(const struct reader *in, const node *base, struct columns *all,
                 struct od_err *err)
{
    const struct od_profile_tell *tell = in->tell;
    size_t boxes = all->box[0].count;
    bool whole = tell->box_count == 4 || boxes % 4 == 0;
    boxes = tell->box_count == 4 ? boxes : boxes / 4;
    for (size_t i = 1; i < tell->box_count; i++) {
        whole = whole && all->box[i].count == boxes;
    }
    if (!whole || all->scores.count != boxes || all->labels.count != boxes) {
        return od_fail(
            err, OD_EDECODE, "%zu corners, %zu scores and %zu classes do not go together",
            all->box[0].count * tell->box_count, all->scores.count, all->labels.count);
    }
    all->count = boxes;
    if (tell->count[0] != '\0') {
        struct column count;
        double number = 0;
        if (read_column(in, base, tell->count, &count, err) != 0) {
            return -1;
        }
        bool told = count.count == 1 && od_json_double(in->json, count.items[0], &number);
        free(count.items);
        if (!told || !(number >= 0)) {
            return od_fail(err, OD_EDECODE, "no count at %s%s", tell->list, tell->count);
        }
        all->count = number < (double)boxes ? (size_t)number : boxes;
    }
    return 0;
}

static const node *value_at(const struct column *column, size_t i)
{
    return column->items != NULL ? column->items[i] : NULL;
}

/* The box that the columns have at place i. */
static int read_place(const struct reader *in, const struct columns *all, size_t i,
                      struct od_err *err)
{
    bool apart = in->tell->box_count == 4;
    bool name = in->tell->class_number[0] == '\0';
    struct od_box box = {0};
    double numbers[4] = {0};
    double score = 0;
    bool told = od_json_double(in->json, value_at(&all->scores, i), &score);
    for (size_t k = 0; k < 4; k++) {
        const node *corner =
            apart ? value_at(&all->box[k], i) : value_at(&all->box[0], 4 * i + k);
        told = told && od_json_double(in->json, corner, &numbers[k]);
    }
    if (!told) {
        return od_fail(err, OD_EDECODE, "box %zu is not made of numbers", i);
    }
    if (read_label(in, value_at(&all->labels, i), name, &box.label, err) != 0) {
        return -1;
    }
    return finish(in, numbers, score, &box, err);
}

static int read_columns(const struct reader *in, const node *base, struct od_err *err)
{
    const struct od_profile_tell *tell = in->tell;
    struct columns all = {0};
    bool name = tell->class_number[0] == '\0';
    int rc = -1;
    for (size_t i = 0; i < tell->box_count; i++) {
        if (read_column(in, base, tell->box[i], &all.box[i], err) != 0) {
            goto out;
        }
    }
    if (read_column(in, base, tell->score, &all.scores, err) != 0 ||
        read_column(in, base, name ? tell->label : tell->class_number, &all.labels,
                    err) != 0 ||
        agree(in, base, &all, err) != 0) {
        goto out;
    }
    for (size_t i = 0; i < all.count; i++) {
        if (read_place(in, &all, i, err) != 0) {
            goto out;
        }
    }
    rc = 0;
out:
    columns_release(&all);
    return rc;
}

/* Rows of image, class, score and corners; an image below 0 ends them. */
static int read_rows(const struct reader *in, struct od_err *err)
{
    struct column all;
    int rc = read_column(in, in->json->nodes, in->tell->list, &all, err);
    if (rc == 0 && all.count % 7 != 0) {
        rc = od_fail(err, OD_EDECODE, "%zu numbers are no rows of 7", all.count);
    }
    for (size_t i = 0; rc == 0 && i < all.count; i += 7) {
        double row[7];
        struct od_box box = {0};
        bool told = true;
        for (size_t k = 0; k < 7; k++) {
            told = told && od_json_double(in->json, all.items[i + k], &row[k]);
        }
        if (told && row[0] < 0) {
            break;
        }
        if (!told || !od_web_label_of_class(in->tell, row[1], &box.label)) {
            rc = od_fail(err, OD_EDECODE, "row %zu is not made of numbers", i / 7);
        } else {
            rc = finish(in, row + 3, row[2], &box, err);
        }
    }
    free(all.items);
    return rc;
}

int od_web_boxes(const struct od_profile_tell *tell, const struct od_json *json,
                 const int px[2], struct od_boxes *out, struct od_err *err)
{
    struct reader in = {.tell = tell, .json = json, .px = px, .out = out};
    if (tell->layout == OD_WEB_ROWS7) {
        return read_rows(&in, err);
    }
    const node *list = od_pointer_find(json, json->nodes, tell->list);
    if (list == NULL) {
        return od_fail(err, OD_EDECODE, "reply has nothing at %s", tell->list);
    }
    return tell->layout == OD_WEB_OBJECTS || tell->layout == OD_WEB_LABEL_KEY
               ? read_items(&in, list, err)
               : read_columns(&in, list, err);
}
