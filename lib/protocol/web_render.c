/* Replies of the reference server in the form that a profile describes. */
#include "protocol/web.h"

#include "protocol/web_pointer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits from which every float comes back. */
#define DIGITS 9

static int append(const char *text, size_t len, void *out)
{
    od_buf_add(out, text, len);
    return 0;
}

void od_web_dump(json_t *document, size_t flags, struct od_buf *out)
{
    (void)json_dump_callback(document, append, out,
                             flags | JSON_REAL_PRECISION(DIGITS) | JSON_ENCODE_ANY);
    json_decref(document);
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* One value at a pointer below a list's. Profiles are checked when they are read, so
 * that a value which finds no place is left out. */
static void put(json_t **root, const char *list, const char *pointer, json_t *value)
{
    char all[2 * OD_POINTER_DEPTH * OD_POINTER_TOKEN];
    (void)snprintf(all, sizeof all, "%s%s", list, pointer);
    (void)od_pointer_put(root, all, value);
}

static json_t *label_value(const struct od_profile_tell *tell, int label)
{
    char digits[16];
    return json_string(od_web_label_text(tell, label, digits));
}

static json_t *class_value(const struct od_profile_tell *tell, int label)
{
    int value = od_web_class_of(tell, label);
    return tell->layout == OD_WEB_TENSORS ? json_real(value) : json_integer(value);
}

static json_t *corners(const double numbers[4])
{
    json_t *array = json_array();
    for (int i = 0; i < 4; i++) {
        (void)json_array_append_new(array, number(numbers[i]));
    }
    return array;
}

static json_t *object_of(const struct od_profile_tell *tell, const struct od_box *box,
                         const int px[2])
{
    double numbers[4];
    char digits[16];
    json_t *item = NULL;
    od_web_box_write(tell, box, px, numbers);
    double score = (double)box->score * tell->score_scale;
    if (tell->layout == OD_WEB_LABEL_KEY) {
        item = json_object();
        (void)json_object_set_new(item, od_web_label_text(tell, box->label, digits),
                                  corners(numbers));
        put(&item, "", tell->score, number(score));
        return item;
    }
    if (tell->box_count == 1) {
        put(&item, "", tell->box[0], corners(numbers));
    }
    for (size_t i = 0; tell->box_count == 4 && i < 4; i++) {
        put(&item, "", tell->box[i], number(numbers[i]));
    }
    put(&item, "", tell->score, number(score));
    if (tell->class_number[0] != '\0') {
        put(&item, "", tell->class_number, class_value(tell, box->label));
    }
    if (tell->label[0] != '\0') {
        put(&item, "", tell->label, label_value(tell, box->label));
    }
    return item;
}

/* An array at a pointer that ends in "data" is a tensor's: its type and shape stand
 * beside it. Takes the array. */
static void put_array(const struct od_profile_tell *tell, json_t **root,
                      const char *pointer, json_t *array, json_t *shape)
{
    static const char data[] = "/data";
    const char *list = tell->layout == OD_WEB_ROWS7 ? "" : tell->list;
    size_t len = strlen(pointer);
    bool tensor = (tell->layout == OD_WEB_TENSORS || tell->layout == OD_WEB_ROWS7) &&
                  len >= sizeof data - 1 &&
                  strcmp(pointer + len - (sizeof data - 1), data) == 0;
    if (tensor) {
        char beside[OD_POINTER_DEPTH * OD_POINTER_TOKEN];
        int stem = (int)(len - (sizeof data - 1));
        (void)snprintf(beside, sizeof beside, "%.*s/datatype", stem, pointer);
        put(root, list, beside, json_string("FP32"));
        (void)snprintf(beside, sizeof beside, "%.*s/shape", stem, pointer);
        put(root, list, beside, json_incref(shape));
    }
    json_decref(shape);
    put(root, list, pointer, array);
}

/* The i-th number of a box as columns have them. */
static json_t *column(const struct od_profile_tell *tell, const struct od_boxes *boxes,
                      const int px[2], size_t which)
{
    bool flat = tell->layout == OD_WEB_TENSORS;
    json_t *array = json_array();
    for (size_t i = 0; i < boxes->count; i++) {
        double numbers[4];
        od_web_box_write(tell, &boxes->items[i], px, numbers);
        if (tell->box_count == 4) {
            (void)json_array_append_new(array, number(numbers[which]));
        } else if (flat) {
            json_t *four = corners(numbers);
            (void)json_array_extend(array, four);
            json_decref(four);
        } else {
            (void)json_array_append_new(array, corners(numbers));
        }
    }
    return array;
}

static json_t *shape_of(size_t count, bool box)
{
    return box ? json_pack("[i,I,i]", 1, (json_int_t)count, 4)
               : json_pack("[i,I]", 1, (json_int_t)count);
}

static void put_columns(const struct od_profile_tell *tell, const struct od_boxes *boxes,
                        const int px[2], json_t **root)
{
    json_t *scores = json_array();
    json_t *classes = json_array();
    json_t *labels = json_array();
    for (size_t i = 0; i < boxes->count; i++) {
        const struct od_box *box = &boxes->items[i];
        (void)json_array_append_new(scores,
                                    number((double)box->score * tell->score_scale));
        (void)json_array_append_new(classes, class_value(tell, box->label));
        (void)json_array_append_new(labels, label_value(tell, box->label));
    }
    for (size_t i = 0; i < tell->box_count; i++) {
        put_array(tell, root, tell->box[i], column(tell, boxes, px, i),
                  shape_of(boxes->count, tell->box_count == 1));
    }
    put_array(tell, root, tell->score, scores, shape_of(boxes->count, false));
    if (tell->class_number[0] != '\0') {
        put_array(tell, root, tell->class_number, json_incref(classes),
                  shape_of(boxes->count, false));
    }
    if (tell->label[0] != '\0') {
        put_array(tell, root, tell->label, json_incref(labels),
                  shape_of(boxes->count, false));
    }
    json_decref(classes);
    json_decref(labels);
    if (tell->count[0] != '\0') {
        put(root, tell->list, tell->count, number((double)boxes->count));
    }
}

static void put_rows(const struct od_profile_tell *tell, const struct od_boxes *boxes,
                     const int px[2], json_t **root)
{
    json_t *array = json_array();
    for (size_t i = 0; i < boxes->count; i++) {
        const struct od_box *box = &boxes->items[i];
        double row[7] = {0, od_web_class_of(tell, box->label),
                         (double)box->score * tell->score_scale};
        od_web_box_write(tell, box, px, row + 3);
        for (int k = 0; k < 7; k++) {
            (void)json_array_append_new(array, number(row[k]));
        }
    }
    put_array(tell, root, tell->list, array,
              json_pack("[i,i,I,i]", 1, 1, (json_int_t)boxes->count, 7));
}

json_t *od_web_document(const struct od_profile_tell *tell, const struct od_boxes *boxes,
                        const int px[2])
{
    json_t *root = NULL;
    if (tell->ok[0] != '\0') {
        (void)od_pointer_put(&root, tell->ok, json_true());
    }
    if (tell->layout == OD_WEB_ROWS7) {
        put_rows(tell, boxes, px, &root);
    } else if (tell->layout == OD_WEB_OBJECTS || tell->layout == OD_WEB_LABEL_KEY) {
        json_t *list = json_array();
        for (size_t i = 0; i < boxes->count; i++) {
            (void)json_array_append_new(list, object_of(tell, &boxes->items[i], px));
        }
        (void)od_pointer_put(&root, tell->list, list);
    } else {
        put_columns(tell, boxes, px, &root);
    }
    return root;
}

/* A text as a JSON string; where it is no UTF-8, with question marks. */
static json_t *text_value(const char *text)
{
    json_t *value = json_string(text);
    if (value == NULL) {
        char plain[OD_WEB_TEXT_MAX];
        (void)snprintf(plain, sizeof plain, "%s", text);
        for (char *p = plain; *p != '\0'; p++) {
            *p = (unsigned char)*p < 0x80 ? *p : '?';
        }
        value = json_string(plain);
    }
    return value;
}

static json_t *error_document(const struct od_profile_tell *tell, const char *text)
{
    json_t *root = NULL;
    if (tell->ok[0] != '\0') {
        (void)od_pointer_put(&root, tell->ok, json_false());
    }
    const char *at = tell->error[0] != '\0' ? tell->error : "/detail";
    (void)od_pointer_put(&root, at, text_value(text));
    return root;
}

static json_t *predict_document(const struct od_profile_tell *tell,
                                const struct od_request *asked,
                                const struct od_answer *in, struct od_err *err)
{
    static const struct od_boxes none = {0};
    int px[2] = {0, 0};
    if (tell->units == OD_UNITS_PIXELS && !od_web_size(asked, px)) {
        (void)od_fail(err, OD_EINPUT, "the picture's size is unknown");
        return NULL;
    }
    json_t *root =
        od_web_document(tell, in->image_count > 0 ? &in->images[0] : &none, px);
    if (tell->server_time[0] != '\0' && in->server.total_ns >= 0) {
        (void)od_pointer_put(&root, tell->server_time,
                             number((double)in->server.total_ns / tell->server_time_ns));
    }
    return root;
}

int od_web_render(const struct od_style *style, const struct od_request *asked,
                  const struct od_answer *in, struct od_reply *out, struct od_err *err)
{
    const struct od_profile *profile =
        style->profile != NULL ? style->profile : od_profile_default();
    const struct od_profile_tell *tell = &profile->response;
    json_t *document = NULL;
    od_reply_reset(out);
    out->code = od_canonical_http(in->code);
    od_headers_add(&out->headers, "Content-Type", "application/json");
    od_server_facts_write(&in->server, &out->headers);
    if (in->code != OD_CODE_OK) {
        document = error_document(tell, in->text != NULL ? in->text : "");
    } else if (asked->kind == OD_READY) {
        out->code = in->ready ? 200 : 503;
        document = json_pack("{s:s}", "status", in->ready ? "ok" : "stopping");
    } else {
        document = predict_document(tell, asked, in, err);
    }
    if (document == NULL) {
        return -1;
    }
    od_web_dump(document, JSON_COMPACT, &out->body);
    return od_buf_check(&out->body, "reply", err);
}
