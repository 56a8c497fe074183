/* The detections of the first request of each image on each side, and their evaluation.
 */
#include "compare/found.h"

#include "accuracy/accuracy.h"
#include "base/alloc.h"
#include "base/sort.h"
#include "compare/firsts.h"
#include "record/meta.h"

#include <stdlib.h>
#include <string.h>

struct join {
    const struct od_gather *g;
    struct od_accuracy accuracy;
    size_t *line_end;   /* of each file: its lines end here in accuracy.recorded */
    int64_t *annotated; /* ids, ascending */
    struct od_wanted_list wanted;
    struct od_found *found; /* in the order of wanted, then of the file */
    int64_t asked;          /* images of cells that both sides answered */
    int64_t kept;           /* of these the annotated ones */
};

/* All files, and where the lines of each end. */
static int read_files(struct join *j, struct od_err *err)
{
    const struct od_gather *g = j->g;
    j->line_end = od_xcalloc(g->file_count + 1, sizeof *j->line_end);
    for (size_t i = 0; i < g->file_count; i++) {
        if (od_accuracy_add(&j->accuracy, g->files[i].path, err) != 0) {
            return -1;
        }
        j->line_end[i] = j->accuracy.recorded.count;
    }
    return 0;
}

static int read_annotations(struct join *j, struct od_err *err)
{
    struct od_accuracy *a = &j->accuracy;
    if (od_accuracy_annotate(a, j->g->options->annotations, err) != 0) {
        return -1;
    }
    if (a->annotations == NULL && a->named != NULL) {
        return od_fail(err, OD_EINPUT, "--metric map needs --annotations FILE: %s%s",
                       a->several ? "the runs name several, one of them " : a->named,
                       a->several ? a->named : ", which a run names, is not there");
    }
    if (a->annotations == NULL) {
        return od_fail(err, OD_EINPUT,
                       "--metric map needs --annotations FILE: no run names one");
    }
    j->annotated = od_truths_sorted_ids(&a->truths);
    return 0;
}

/* A run has its detections beside the file with its rows, and they are its own. */
static int check_run(const struct join *j, const char *path, const char *run_id,
                     struct od_err *err)
{
    char *lines = od_companion_find(path, ".detections.jsonl");
    int rc = 0;
    if (lines == NULL) {
        rc = od_fail(err, OD_EINPUT,
                     "%s: no detections beside it, which --metric map needs: "
                     "odbench-run --detections records them",
                     path);
    } else if (!od_accuracy_recorded(&j->accuracy, run_id)) {
        rc = od_fail(err, OD_EINPUT,
                     "%s: no detections of run %s, which --metric map needs: "
                     "odbench-run --detections records them",
                     lines, run_id != NULL ? run_id : "without an id");
    }
    free(lines);
    return rc;
}

/* All runs of the cells that are on both sides. */
static int check_runs(const struct join *j, struct od_err *err)
{
    const struct od_gather *g = j->g;
    const struct od_first *last = NULL;
    if (g->firsts->count == 0 && g->origin_count > 0) {
        return od_fail(err, OD_EINPUT,
                       "no request has a number and an image's id, which "
                       "--metric map needs");
    }
    for (size_t i = 0; i < g->firsts->count; i++) {
        const struct od_first *first = &g->firsts->items[i];
        const struct od_origin *o = &g->origins[first->origin];
        bool again = last != NULL && last->file == first->file &&
                     g->origins[last->origin].run == o->run;
        if (g->cells[o->cell].place == OD_NOWHERE || again) {
            continue;
        }
        if (check_run(j, g->files[first->file].path, g->runs[o->run].id, err) != 0) {
            return -1;
        }
        last = first;
    }
    return 0;
}

static bool is_annotated(const struct join *j, int64_t image_id)
{
    return od_sorted_has_i64(j->annotated, j->accuracy.truths.image_count, image_id);
}

/* Leaves those out that are not annotated, or not on the other side. */
static int keep_common(struct join *j, struct od_sides *sides, struct od_err *err)
{
    struct od_wanted_list *wanted = &j->wanted;
    bool *keep = od_xcalloc(wanted->count + 1, sizeof *keep);
    size_t count = 0;
    for (size_t i = 0; i < wanted->count; i++) {
        const struct od_wanted *base = &wanted->items[i];
        const struct od_wanted *twin =
            base->side == OD_BASE ? od_wanted_twin(wanted, base) : NULL;
        if (twin == NULL) {
            continue;
        }
        bool annotated = is_annotated(j, base->image_id);
        struct od_cell_found *found = &sides->cells[base->place].found;
        found->images += annotated;
        found->unannotated += !annotated;
        j->asked++;
        j->kept += annotated;
        keep[i] = keep[twin - wanted->items] = annotated;
    }
    for (size_t i = 0; i < wanted->count; i++) {
        if (keep[i]) {
            wanted->items[count++] = wanted->items[i];
        }
    }
    wanted->count = count;
    free(keep);
    return j->asked > 0 && j->kept == 0
               ? od_fail(err, OD_EINPUT,
                         "%s: it has none of the images that both sides answered",
                         j->accuracy.annotations)
               : 0;
}

/* A text of a line as the gather knows it. */
static const char *known(const struct join *j, const char *text)
{
    return text != NULL && *text != '\0' ? od_intern_add(j->g->pool, text) : NULL;
}

/* The request that a line belongs to; NULL: none that is wanted. */
static struct od_wanted *find(const struct join *j, const struct od_detection_line *line,
                              size_t file)
{
    const struct od_wanted key = {.file = (uint32_t)file,
                                  .run_id = known(j, line->run_id),
                                  .cell_id = known(j, line->cell_id),
                                  .seq = line->seq,
                                  .image_id = line->found.image_id};
    return od_wanted_find(&j->wanted, &key);
}

/* Puts the detections into the order of the requests. */
static void sort_found(struct join *j)
{
    const struct od_recorded *recorded = &j->accuracy.recorded;
    struct od_wanted **of = od_xcalloc(recorded->count + 1, sizeof(struct od_wanted *));
    size_t file = 0;
    od_wanted_index(&j->wanted);
    for (size_t i = 0; i < recorded->count; i++) {
        while (i >= j->line_end[file]) {
            file++;
        }
        of[i] = find(j, &recorded->items[i], file);
        if (of[i] != NULL) {
            of[i]->count++;
        }
    }
    size_t all = 0;
    for (size_t i = 0; i < j->wanted.count; i++) {
        struct od_wanted *w = &j->wanted.items[i];
        w->first = all;
        all += w->count;
        w->count = 0;
    }
    j->found = od_xcalloc(all + 1, sizeof *j->found);
    for (size_t i = 0; i < recorded->count; i++) {
        if (of[i] != NULL) {
            j->found[of[i]->first + of[i]->count++] = recorded->items[i].found;
        }
    }
    free((void *)of);
}

static bool same_found(const struct join *j, const struct od_wanted *a,
                       const struct od_wanted *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct od_found *x = &j->found[a->first + i];
        const struct od_found *y = &j->found[b->first + i];
        same = x->category_id == y->category_id && x->score == y->score;
        for (int k = 0; k < 4; k++) {
            same = same && x->box[k] == y->box[k];
        }
    }
    return same;
}

/* The requests of one side of a cell stand together, by image. */
static struct od_coco_eval *evaluate(const struct join *j, const struct od_wanted *items,
                                     size_t count)
{
    const struct od_truths *truths = &j->accuracy.truths;
    int64_t *image_ids = od_xcalloc(count, sizeof *image_ids);
    for (size_t i = 0; i < count; i++) {
        image_ids[i] = items[i].image_id;
    }
    const struct od_wanted *last = &items[count - 1];
    const struct od_coco_input in = {
        .image_ids = image_ids,
        .image_count = count,
        .category_ids = truths->category_ids,
        .category_count = truths->category_count,
        .truths = truths->items,
        .truth_count = truths->count,
        .found = &j->found[items->first],
        .found_count = last->first + last->count - items->first,
    };
    struct od_coco_eval *eval = od_coco_eval_new(&in);
    free(image_ids);
    return eval;
}

/* Each cell has as many requests of one side as of the other. */
static void evaluate_cells(const struct join *j, struct od_sides *sides)
{
    for (size_t i = 0; i < j->wanted.count;) {
        const struct od_wanted *base = &j->wanted.items[i];
        struct od_cell_found *found = &sides->cells[base->place].found;
        size_t images = (size_t)found->images;
        const struct od_wanted *new = base + images;
        for (size_t k = 0; k < images; k++) {
            found->differ += !same_found(j, &base[k], &new[k]);
        }
        found->eval[OD_BASE] = evaluate(j, base, images);
        found->eval[OD_NEW] = evaluate(j, new, images);
        i += 2 * images;
    }
}

int od_found_join(const struct od_gather *g, struct od_sides *sides, struct od_err *err)
{
    struct join j = {.g = g};
    int rc = read_files(&j, err);
    rc = rc == 0 ? check_runs(&j, err) : rc;
    rc = rc == 0 ? read_annotations(&j, err) : rc;
    if (rc == 0) {
        od_firsts_choose(g, &j.wanted);
        rc = keep_common(&j, sides, err);
    }
    if (rc == 0) {
        sort_found(&j);
        evaluate_cells(&j, sides);
    }
    od_accuracy_release(&j.accuracy);
    free(j.line_end);
    free(j.annotated);
    od_wanted_release(&j.wanted);
    free(j.found);
    return rc;
}
