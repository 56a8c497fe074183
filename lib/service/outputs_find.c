/* Which output tensor holds what, by names and shapes. */
#include "service/outputs_find.h"

#include "base/buf.h"
#include "service/detections.h"

#include <ctype.h>
#include <string.h>

/* The most rows of a list that was suppressed already. */
#define ROWS6_MAX 1000

typedef const struct od_output_tensor tensor;

void od_outputs_dims(const struct od_output_tensor *t, size_t tail, size_t *images,
                     size_t *each)
{
    size_t lead = t->rank > tail ? t->rank - tail : 0;
    *images = 1;
    *each = lead > 0 ? t->dims[lead - 1] : 1;
    for (size_t i = 0; i + 1 < lead; i++) {
        *images *= t->dims[i];
    }
}

/* The last dimension; 0 for a scalar. */
static size_t last(tensor *t)
{
    return t->rank > 0 ? t->dims[t->rank - 1] : 0;
}

/* "detection_boxes", also as a node of a graph: "StatefulPartitionedCall/...:0". */
static bool is_named(tensor *t, const char *name)
{
    const char *slash = strrchr(t->name, '/');
    const char *own = slash != NULL ? slash + 1 : t->name;
    size_t len = strcspn(own, ":");
    return strlen(name) == len && strncmp(own, name, len) == 0;
}

static unsigned tf_role(tensor *t)
{
    for (unsigned role = OD_OUTPUT_BOXES; role <= OD_OUTPUT_COUNT; role *= 2) {
        if (is_named(t, od_output_name(role))) {
            return role;
        }
    }
    return 0;
}

static bool holds(tensor *t, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = t->name; strlen(at) >= len; at++) {
        size_t i = 0;
        while (i < len && tolower((unsigned char)at[i]) == word[i]) {
            i++;
        }
        if (i == len) {
            return true;
        }
    }
    return false;
}

static bool is_list_of_boxes(tensor *t)
{
    return t->count == 0 || (t->rank >= 2 && (last(t) == 4 || last(t) == 5));
}

/* The role that a word in the name tells, 0: none. */
static unsigned word_role(tensor *t)
{
    static const struct {
        const char *word;
        unsigned role;
    } words[] = {
        {"raw_", 0},
        {"multiclass", 0},
        {"score", OD_OUTPUT_SCORES},
        {"conf", OD_OUTPUT_SCORES},
        {"class", OD_OUTPUT_CLASSES},
        {"label", OD_OUTPUT_CLASSES},
        {"num", OD_OUTPUT_COUNT},
        {"count", OD_OUTPUT_COUNT},
        {"box", OD_OUTPUT_BOXES},
        {"dets", OD_OUTPUT_BOXES},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (holds(t, words[i].word)) {
            bool boxes = words[i].role == OD_OUTPUT_BOXES;
            return boxes && !is_list_of_boxes(t) ? 0 : words[i].role;
        }
    }
    return 0;
}

static bool is_whole(enum od_dtype dtype)
{
    return dtype == OD_DTYPE_INT64 || dtype == OD_DTYPE_INT32 ||
           dtype == OD_DTYPE_INT16 || dtype == OD_DTYPE_INT8 || dtype == OD_DTYPE_UINT8 ||
           dtype == OD_DTYPE_UINT16 || dtype == OD_DTYPE_UINT32 ||
           dtype == OD_DTYPE_UINT64;
}

/* Exports may number their outputs ("6379"): then shape and type have to tell. */
static unsigned shape_role(tensor *t)
{
    if (t->rank >= 2 && is_list_of_boxes(t)) {
        return OD_OUTPUT_BOXES;
    }
    return is_whole(t->dtype) ? OD_OUTPUT_CLASSES : OD_OUTPUT_SCORES;
}

/* The first tensor of each role; what stands there already stays. */
static void take_roles(const struct od_outputs_list *list, unsigned (*role)(tensor *t),
                       struct od_outputs_found *found)
{
    for (size_t i = 0; i < list->count; i++) {
        tensor *t = &list->items[i];
        unsigned of = role(t);
        const struct od_output_tensor **place = of == OD_OUTPUT_BOXES    ? &found->boxes
                                                : of == OD_OUTPUT_SCORES ? &found->scores
                                                : of == OD_OUTPUT_CLASSES
                                                    ? &found->classes
                                                : of == OD_OUTPUT_COUNT ? &found->counts
                                                                        : NULL;
        if (place != NULL && *place == NULL) {
            *place = t;
        }
    }
}

static bool has_tf_names(const struct od_outputs_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (tf_role(&list->items[i]) != 0) {
            return true;
        }
    }
    return false;
}

/* The name of an output that was asked for and is missing; the count may be. */
static const char *missing(unsigned outputs, const struct od_outputs_found *found)
{
    unsigned asked = outputs == 0 ? OD_OUTPUT_ALL : outputs;
    return (asked & OD_OUTPUT_BOXES) && found->boxes == NULL       ? "detection_boxes"
           : (asked & OD_OUTPUT_SCORES) && found->scores == NULL   ? "detection_scores"
           : (asked & OD_OUTPUT_CLASSES) && found->classes == NULL ? "detection_classes"
                                                                   : NULL;
}

static bool find_tf(const struct od_outputs_list *list, bool given, unsigned outputs,
                    struct od_outputs_found *found)
{
    if (!given && !has_tf_names(list)) {
        return false;
    }
    take_roles(list, tf_role, found);
    if (given && missing(outputs, found) != NULL) {
        take_roles(list, word_role, found);
    }
    return true;
}

static bool is_rows7(tensor *t, bool given)
{
    return last(t) == 7 && (given ? t->rank >= 2 : t->rank == 4 && t->dims[1] == 1);
}

/* Of YOLO5 with one class there are thousands. */
static bool is_rows6(tensor *t, bool given)
{
    return t->rank == 3 && t->dims[2] == 6 && (given || t->dims[1] <= ROWS6_MAX);
}

static bool is_yolo5(tensor *t, bool given)
{
    return t->rank == 3 && t->dims[2] > 5 && (given || t->dims[2] < t->dims[1]);
}

static bool is_yolo8(tensor *t, bool given)
{
    return t->rank == 3 && t->dims[1] > 4 && (given || t->dims[1] < t->dims[2]);
}

/* Given, the first that fits; else the only tensor that there is. */
static bool find_single(const struct od_outputs_list *list, bool given,
                        bool (*is)(tensor *t, bool given), struct od_outputs_found *found)
{
    for (size_t i = 0; i < list->count && found->boxes == NULL; i++) {
        if (is(&list->items[i], given)) {
            found->boxes = &list->items[i];
        }
    }
    return found->boxes != NULL && (given || list->count == 1);
}

static bool find_pair(const struct od_outputs_list *list, bool given,
                      struct od_outputs_found *found)
{
    for (size_t i = 0; i < list->count; i++) {
        tensor *t = &list->items[i];
        if (t->rank == 3 && t->dims[2] == 4 && found->boxes == NULL) {
            found->boxes = t;
        } else if (t->rank == 3 && t->dims[2] >= 2 && found->scores == NULL) {
            found->scores = t;
        }
    }
    return found->boxes != NULL && found->scores != NULL && (given || list->count == 2) &&
           found->boxes->dims[0] == found->scores->dims[0] &&
           found->boxes->dims[1] == found->scores->dims[1];
}

static bool find_labels(const struct od_outputs_list *list, bool given,
                        struct od_outputs_found *found)
{
    take_roles(list, word_role, found);
    if (found->boxes == NULL || found->classes == NULL) {
        *found = (struct od_outputs_found){0};
        take_roles(list, shape_role, found);
    }
    found->counts = NULL;
    if (found->boxes == NULL || found->classes == NULL) {
        return false;
    }
    if (last(found->boxes) == 5) {
        found->scores = NULL; /* the fifth number */
    } else if (found->scores == NULL) {
        return false;
    }
    return given || is_list_of_boxes(found->boxes);
}

static bool find(enum od_output_layout layout, bool given, unsigned outputs,
                 const struct od_outputs_list *list, struct od_outputs_found *found)
{
    *found = (struct od_outputs_found){.layout = layout};
    bool fits = false;
    switch (layout) {
    case OD_LAYOUT_AUTO:
        break;
    case OD_LAYOUT_TF:
        return find_tf(list, given, outputs, found);
    case OD_LAYOUT_ROWS7:
        return find_single(list, given, is_rows7, found);
    case OD_LAYOUT_ROWS6:
        return find_single(list, given, is_rows6, found);
    case OD_LAYOUT_YOLO5:
        return find_single(list, given, is_yolo5, found);
    case OD_LAYOUT_YOLO8:
        return find_single(list, given, is_yolo8, found);
    case OD_LAYOUT_PAIR:
        return find_pair(list, given, found);
    case OD_LAYOUT_LABELS:
        fits = find_labels(list, given, found);
        found->layout = layout;
        return fits;
    }
    return false;
}

/* "boxes FP32[1,100,4], n FP32[1]" */
static void describe(const struct od_outputs_list *list, struct od_buf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        tensor *t = &list->items[i];
        od_buf_printf(out, "%s%.40s %s[", i > 0 ? ", " : "", t->name,
                      od_dtype_name((int)t->dtype));
        for (size_t k = 0; k < t->rank; k++) {
            od_buf_printf(out, "%s%zu", k > 0 ? "," : "", t->dims[k]);
        }
        od_buf_putc(out, ']');
    }
}

static int refuse(enum od_output_layout wanted, const struct od_outputs_list *list,
                  struct od_err *err)
{
    if (list->count == 0) {
        return od_fail(err, OD_EDECODE,
                       "cannot tell what the outputs mean: there are none");
    }
    struct od_buf text;
    od_buf_init(&text, 0);
    describe(list, &text);
    int rc =
        wanted == OD_LAYOUT_AUTO
            ? od_fail(err, OD_EDECODE,
                      "cannot tell what the outputs mean, see --output-format: %s",
                      text.data)
            : od_fail(err, OD_EDECODE, "outputs do not fit --output-format layout=%s: %s",
                      od_layout_name(wanted), text.data);
    od_buf_release(&text);
    return rc;
}

int od_outputs_find(enum od_output_layout wanted, unsigned outputs,
                    const struct od_outputs_list *list, struct od_outputs_found *found,
                    struct od_err *err)
{
    static const enum od_output_layout order[] = {
        OD_LAYOUT_TF,    OD_LAYOUT_ROWS7, OD_LAYOUT_ROWS6, OD_LAYOUT_YOLO5,
        OD_LAYOUT_YOLO8, OD_LAYOUT_PAIR,  OD_LAYOUT_LABELS};
    bool fits = wanted != OD_LAYOUT_AUTO && find(wanted, true, outputs, list, found);
    for (size_t i = 0; wanted == OD_LAYOUT_AUTO && !fits; i++) {
        if (i == sizeof order / sizeof *order) {
            break;
        }
        fits = find(order[i], false, outputs, list, found);
    }
    if (!fits) {
        return refuse(wanted, list, err);
    }
    const char *absent = found->layout == OD_LAYOUT_TF ? missing(outputs, found) : NULL;
    return absent == NULL ? 0
                          : od_fail(err, OD_EDECODE, "reply has no output %s", absent);
}
