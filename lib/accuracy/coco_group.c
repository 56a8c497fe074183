/* The images and categories of an evaluation: ids in order, everything in its group. */
#include "accuracy/eval_parts.h"

#include "base/alloc.h"

#include <stdlib.h>

/* An id and where the caller has it. */
struct named {
    int64_t id;
    size_t given;
};

/* An object or a detection of an image and category that are evaluated. */
struct entry {
    uint32_t category;
    uint32_t image;
    double score; /* 0 for objects, which stay in the order of the input */
    size_t given;
};

static int by_id(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;
    int order = (x->id > y->id) - (x->id < y->id);
    return order != 0 ? order : (x->given > y->given) - (x->given < y->given);
}

static int by_entry(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->category != y->category) {
        return x->category < y->category ? -1 : 1;
    }
    if (x->image != y->image) {
        return x->image < y->image ? -1 : 1;
    }
    int falling = (x->score < y->score) - (x->score > y->score);
    return falling != 0 ? falling : (x->given > y->given) - (x->given < y->given);
}

/* As a stable sort by score of images in the order of their ids. */
static int by_score(const void *a, const void *b)
{
    const struct od_coco_judged *x = a;
    const struct od_coco_judged *y = b;
    int falling = (x->score < y->score) - (x->score > y->score);
    if (falling != 0) {
        return falling;
    }
    if (x->image != y->image) {
        return x->image < y->image ? -1 : 1;
    }
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static void sort(void *items, size_t count, size_t size,
                 int (*order)(const void *, const void *))
{
    if (count > 1) {
        qsort(items, count, size, order);
    }
}

/* Ids in order, each once. */
static struct named *names_new(const int64_t *ids, size_t *count)
{
    struct named *names = od_xcalloc(*count, sizeof *names);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        names[i] = (struct named){.id = ids[i], .given = i};
    }
    sort(names, *count, sizeof *names, by_id);
    for (size_t i = 0; i < *count; i++) {
        if (kept == 0 || names[kept - 1].id != names[i].id) {
            names[kept++] = names[i];
        }
    }
    *count = kept;
    return names;
}

static bool names_find(const struct named *names, size_t count, int64_t id, uint32_t *at)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (names[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *at = (uint32_t)low;
    return low < count && names[low].id == id;
}

/* What the grouping works on. */
struct work {
    const struct od_coco_input *in;
    struct named *images;
    size_t image_count;
    struct named *categories;
    size_t category_count;
    struct entry *truths;
    size_t truth_count;
    struct entry *found;
    size_t found_count;
};

static bool make_entry(const struct work *w, int64_t image_id, int64_t category_id,
                       struct entry *entry)
{
    return names_find(w->images, w->image_count, image_id, &entry->image) &&
           names_find(w->categories, w->category_count, category_id, &entry->category);
}

static void collect(struct work *w)
{
    const struct od_coco_input *in = w->in;
    w->truths = od_xcalloc(in->truth_count, sizeof *w->truths);
    for (size_t i = 0; i < in->truth_count; i++) {
        const struct od_truth *truth = &in->truths[i];
        struct entry entry = {.given = i};
        if (make_entry(w, truth->image_id, truth->category_id, &entry)) {
            w->truths[w->truth_count++] = entry;
        }
    }
    w->found = od_xcalloc(in->found_count, sizeof *w->found);
    for (size_t i = 0; i < in->found_count; i++) {
        const struct od_found *found = &in->found[i];
        struct entry entry = {.given = i, .score = found->score};
        if (make_entry(w, found->image_id, found->category_id, &entry)) {
            w->found[w->found_count++] = entry;
        }
    }
    sort(w->truths, w->truth_count, sizeof *w->truths, by_entry);
    sort(w->found, w->found_count, sizeof *w->found, by_entry);
}

static bool same_group(const struct entry *a, const struct entry *b)
{
    return a->category == b->category && a->image == b->image;
}

/* How many entries from the first on belong to one image and category. */
static size_t group_length(const struct entry *entries, size_t count)
{
    size_t n = 0;
    while (n < count && same_group(&entries[0], &entries[n])) {
        n++;
    }
    return n;
}

/* Everything of one pass over the groups; the lists are as long as those of the input. */
struct pass {
    struct od_coco_matcher matcher;
    const struct od_truth **truths;
    const struct od_found **found;
    size_t truth; /* next entry */
    size_t detection;
};

/* The next group has objects, detections, or both. */
static struct entry next_group(const struct work *w, const struct pass *p)
{
    bool truths = p->truth < w->truth_count;
    bool found = p->detection < w->found_count;
    if (!truths) {
        return w->found[p->detection];
    }
    if (!found) {
        return w->truths[p->truth];
    }
    const struct entry *a = &w->truths[p->truth];
    const struct entry *b = &w->found[p->detection];
    bool first =
        a->category != b->category ? a->category < b->category : a->image <= b->image;
    return first ? *a : *b;
}

static void match_group(struct od_coco_eval *eval, const struct work *w, struct pass *p)
{
    const struct entry group = next_group(w, p);
    const struct entry *truths = w->truths + p->truth;
    const struct entry *found = w->found + p->detection;
    size_t truth_count = 0;
    size_t found_count = 0;
    if (p->truth < w->truth_count && same_group(&group, truths)) {
        truth_count = group_length(truths, w->truth_count - p->truth);
    }
    if (p->detection < w->found_count && same_group(&group, found)) {
        found_count = group_length(found, w->found_count - p->detection);
    }
    for (size_t i = 0; i < truth_count; i++) {
        p->truths[i] = &w->in->truths[truths[i].given];
    }
    size_t kept = found_count < OD_DETECTIONS_MAX ? found_count : OD_DETECTIONS_MAX;
    for (size_t i = 0; i < kept; i++) {
        p->found[i] = &w->in->found[found[i].given];
    }
    struct od_coco_class *class = &eval->classes[group.category];
    struct od_coco_judged *judged = class->judged + class->judged_count;
    struct od_coco_objects *objects = class->objects + class->object_count;
    const struct od_coco_group pair = {p->truths, truth_count, p->found, kept};
    struct od_coco_objects counts = {.image = group.image};
    od_coco_match(&p->matcher, &pair, judged, counts.count);
    for (size_t i = 0; i < kept; i++) {
        judged[i].image = group.image;
    }
    if (truth_count > 0) {
        *objects = counts;
        class->object_count++;
    }
    class->judged_count += kept;
    p->truth += truth_count;
    p->detection += found_count;
}

/* Every class takes the room behind the one before it. */
static void match_all(struct od_coco_eval *eval, const struct work *w)
{
    struct pass p = {.truth = 0};
    struct od_coco_judged *judged = eval->judged;
    struct od_coco_objects *objects = eval->objects;
    p.truths = od_xcalloc(w->truth_count, sizeof *p.truths);
    p.found = od_xcalloc(OD_DETECTIONS_MAX, sizeof *p.found);
    for (uint32_t c = 0; c < eval->class_count; c++) {
        struct od_coco_class *class = &eval->classes[c];
        class->judged = judged;
        class->objects = objects;
        while ((p.truth < w->truth_count || p.detection < w->found_count) &&
               next_group(w, &p).category == c) {
            match_group(eval, w, &p);
        }
        sort(class->judged, class->judged_count, sizeof *class->judged, by_score);
        judged += class->judged_count;
        objects += class->object_count;
    }
    od_coco_matcher_release(&p.matcher);
    free(p.truths);
    free(p.found);
}

struct od_coco_eval *od_coco_eval_new(const struct od_coco_input *in)
{
    struct od_coco_eval *eval = od_xcalloc(1, sizeof *eval);
    struct work w = {
        .in = in, .image_count = in->image_count, .category_count = in->category_count};
    w.images = names_new(in->image_ids, &w.image_count);
    w.categories = names_new(in->category_ids, &w.category_count);
    collect(&w);
    eval->image_count = w.image_count;
    eval->image_ids = od_xcalloc(in->image_count, sizeof *eval->image_ids);
    for (size_t i = 0; i < in->image_count; i++) {
        eval->image_ids[i] = in->image_ids[i];
    }
    eval->id_count = in->image_count;
    eval->found_count = w.found_count;
    eval->given = od_xcalloc(w.image_count, sizeof *eval->given);
    for (size_t i = 0; i < w.image_count; i++) {
        eval->given[i] = w.images[i].given;
    }
    eval->class_count = w.category_count;
    eval->classes = od_xcalloc(w.category_count, sizeof *eval->classes);
    eval->judged = od_xcalloc(w.found_count, sizeof *eval->judged);
    eval->objects = od_xcalloc(w.truth_count, sizeof *eval->objects);
    match_all(eval, &w);
    free(w.images);
    free(w.categories);
    free(w.truths);
    free(w.found);
    return eval;
}

void od_coco_eval_free(struct od_coco_eval *eval)
{
    if (eval != NULL) {
        free(eval->image_ids);
        free(eval->given);
        free(eval->classes);
        free(eval->judged);
        free(eval->objects);
        free(eval);
    }
}
