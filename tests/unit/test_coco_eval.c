/* COCO's figures against pycocotools', as tests/oracle/coco_eval.py wrote them down. */
#include "accuracy/coco_eval.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/rng.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER "tests/golden/coco-eval"

static const char *const cases[] = {"plain",          "crowd",
                                    "crowd-only",     "ties",
                                    "one-score",      "empty-images",
                                    "zero-area",      "odd-ids",
                                    "odd-boxes",      "empty-categories",
                                    "no-detections",  "no-objects",
                                    "iou-borders",    "area-borders",
                                    "equal-overlaps", "many-detections",
                                    "recall-borders", "everything"};

enum { CASES = sizeof cases / sizeof cases[0], FIELDS = 64 };

/* A data set and its figures. Everything is owned. */
struct data {
    int64_t *images;
    size_t image_count;
    int64_t *categories;
    size_t category_count;
    struct od_truth *truths;
    size_t truth_count;
    size_t truth_capacity;
    struct od_found *found;
    size_t found_count;
    size_t found_capacity;
    double stats[OD_COCO_STATS];
};

static void add_truth(struct data *d, const struct od_truth *truth)
{
    d->truths = od_xgrow(d->truths, d->truth_count, &d->truth_capacity, sizeof *truth);
    d->truths[d->truth_count++] = *truth;
}

static void add_found(struct data *d, const struct od_found *found)
{
    d->found = od_xgrow(d->found, d->found_count, &d->found_capacity, sizeof *found);
    d->found[d->found_count++] = *found;
}

static size_t split(char *line, char **fields)
{
    size_t n = 0;
    char *rest = NULL;
    for (char *f = strtok_r(line, " ", &rest); f != NULL;
         f = strtok_r(NULL, " ", &rest)) {
        assert_true(n < FIELDS);
        fields[n++] = f;
    }
    return n;
}

static int64_t *ids_of(char **fields, size_t count)
{
    int64_t *ids = od_xcalloc(count, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        ids[i] = strtoll(fields[i], NULL, 10);
    }
    return ids;
}

static void numbers_of(char **fields, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++) {
        char *end = NULL;
        out[i] = strtod(fields[i], &end);
        assert_true(*end == '\0');
    }
}

static void read_line(struct data *d, char *line)
{
    char *fields[FIELDS] = {line};
    double numbers[OD_COCO_STATS];
    size_t count = split(line, fields);
    if (strcmp(fields[0], "images") == 0) {
        d->image_count = count - 1;
        d->images = ids_of(fields + 1, count - 1);
    } else if (strcmp(fields[0], "categories") == 0) {
        d->category_count = count - 1;
        d->categories = ids_of(fields + 1, count - 1);
    } else if (strcmp(fields[0], "stats") == 0) {
        assert_int_equal(count, 1 + OD_COCO_STATS);
        numbers_of(fields + 1, OD_COCO_STATS, d->stats);
    } else if (strcmp(fields[0], "t") == 0) {
        struct od_truth truth = {.image_id = strtoll(fields[1], NULL, 10),
                                 .category_id = strtoll(fields[2], NULL, 10)};
        assert_int_equal(count, 9);
        numbers_of(fields + 3, 6, numbers);
        memcpy(truth.box, numbers, sizeof truth.box);
        truth.area = numbers[4];
        truth.crowd = numbers[5] > 0;
        add_truth(d, &truth);
    } else {
        struct od_found found = {.image_id = strtoll(fields[1], NULL, 10),
                                 .category_id = strtoll(fields[2], NULL, 10)};
        assert_string_equal(fields[0], "d");
        assert_int_equal(count, 8);
        numbers_of(fields + 3, 5, numbers);
        memcpy(found.box, numbers, sizeof found.box);
        found.score = numbers[4];
        add_found(d, &found);
    }
}

static struct data read_case(const char *name)
{
    struct data d = {.image_count = 0};
    struct od_buf text;
    struct od_err err = {0};
    char *path = od_xasprintf("%s/%s.txt", FOLDER, name);
    od_buf_init(&text, 0);
    assert_int_equal(od_file_read(path, &text, &err), 0);
    char *rest = NULL;
    for (char *line = strtok_r(text.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        read_line(&d, line);
    }
    od_buf_release(&text);
    free(path);
    return d;
}

static void data_release(struct data *d)
{
    free(d->images);
    free(d->categories);
    free(d->truths);
    free(d->found);
}

static struct od_coco_eval *eval_of(const struct data *d)
{
    const struct od_coco_input in = {
        .image_ids = d->images,
        .image_count = d->image_count,
        .category_ids = d->categories,
        .category_count = d->category_count,
        .truths = d->truths,
        .truth_count = d->truth_count,
        .found = d->found,
        .found_count = d->found_count,
    };
    return od_coco_eval_new(&in);
}

static void check_number(const char *name, const char *what, double is, double wanted)
{
    bool same = wanted < 0 ? isnan(is) : fabs(is - wanted) < 1e-9;
    if (!same) {
        fail_msg("%s: %s is %.17g, not %.17g", name, what, is, wanted);
    }
}

static void check_stats(const char *name, const struct data *d, const double *wanted)
{
    double stats[OD_COCO_STATS];
    struct od_coco_eval *eval = eval_of(d);
    od_coco_eval_stats(eval, stats);
    for (int i = 0; i < OD_COCO_STATS; i++) {
        check_number(name, od_coco_stat_name((enum od_coco_stat)i), stats[i], wanted[i]);
    }
    od_coco_eval_free(eval);
}

static void equal_to_pycocotools(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct data d = read_case(cases[i]);
        check_stats(cases[i], &d, d.stats);
        data_release(&d);
    }
}

/* Objects and detections of images and categories that are not evaluated. */
static void strays_are_left_out(void **state)
{
    (void)state;
    struct data d = read_case("plain");
    struct od_truth truth = d.truths[0];
    struct od_found found = d.found[0];
    truth.image_id = found.image_id = 1000;
    add_truth(&d, &truth);
    add_found(&d, &found);
    truth.image_id = found.image_id = d.images[0];
    truth.category_id = found.category_id = 1000;
    add_truth(&d, &truth);
    add_found(&d, &found);
    check_stats("plain", &d, d.stats);
    data_release(&d);
}

/* The order of images and categories, and one that is named twice, change nothing. */
static void order_of_ids(void **state)
{
    (void)state;
    struct data d = read_case("ties");
    size_t n = d.image_count;
    int64_t *images = od_xcalloc(n + 1, sizeof *images);
    for (size_t i = 0; i < n; i++) {
        images[i] = d.images[n - 1 - i];
    }
    images[n] = images[0];
    free(d.images);
    d.images = images;
    d.image_count = n + 1;
    int64_t swap = d.categories[0];
    d.categories[0] = d.categories[1];
    d.categories[1] = swap;
    check_stats("ties", &d, d.stats);
    data_release(&d);
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct data d = {.image_count = 0};
    static const double none[OD_COCO_STATS] = {-1, -1, -1, -1, -1, -1,
                                               -1, -1, -1, -1, -1, -1};
    check_stats("nothing", &d, none);
    struct od_coco_eval *eval = eval_of(&d);
    assert_true(isnan(od_coco_eval_weighted(eval, NULL)));
    od_coco_eval_free(eval);
    od_coco_eval_free(NULL);
}

static size_t place_of(const struct data *d, int64_t image)
{
    size_t i = 0;
    while (i < d->image_count && d->images[i] != image) {
        i++;
    }
    return i;
}

enum { COPIES = 1000 };

/* The k-th copy gets a new id, beside those of the other copies. */
static int64_t copy_id(int64_t image, uint32_t k)
{
    return image * COPIES + k;
}

/* Every image really stands there as often as its weight says. */
static struct data repeated(const struct data *d, const uint32_t *weights)
{
    struct data out = {.image_count = 0};
    size_t capacity = 0;
    out.category_count = d->category_count;
    out.categories = od_xcalloc(d->category_count, sizeof *out.categories);
    memcpy(out.categories, d->categories, d->category_count * sizeof *out.categories);
    for (size_t i = 0; i < d->image_count; i++) {
        for (uint32_t k = 0; k < weights[i]; k++) {
            out.images =
                od_xgrow(out.images, out.image_count, &capacity, sizeof *out.images);
            out.images[out.image_count++] = copy_id(d->images[i], k);
        }
    }
    for (size_t i = 0; i < d->truth_count; i++) {
        struct od_truth truth = d->truths[i];
        uint32_t copies = weights[place_of(d, truth.image_id)];
        for (uint32_t k = 0; k < copies; k++) {
            truth.image_id = copy_id(d->truths[i].image_id, k);
            add_truth(&out, &truth);
        }
    }
    for (size_t i = 0; i < d->found_count; i++) {
        struct od_found found = d->found[i];
        uint32_t copies = weights[place_of(d, found.image_id)];
        for (uint32_t k = 0; k < copies; k++) {
            found.image_id = copy_id(d->found[i].image_id, k);
            add_found(&out, &found);
        }
    }
    return out;
}

static void check_weights(const char *name, const struct data *d,
                          const struct od_coco_eval *eval, const uint32_t *weights)
{
    struct data again = repeated(d, weights);
    struct od_coco_eval *copy = eval_of(&again);
    double stats[OD_COCO_STATS];
    od_coco_eval_stats(copy, stats);
    double wanted = isnan(stats[OD_COCO_AP]) ? -1 : stats[OD_COCO_AP];
    check_number(name, "weighted mAP", od_coco_eval_weighted(eval, weights), wanted);
    od_coco_eval_free(copy);
    data_release(&again);
}

/* As the bootstrap draws them: with replacement, as many as there are. */
static void draw(struct od_rng *rng, uint32_t *weights, size_t count)
{
    memset(weights, 0, count * sizeof *weights);
    for (size_t i = 0; i < count; i++) {
        weights[od_rng_below(rng, count)]++;
    }
}

static void weights_are_repetitions(void **state)
{
    (void)state;
    struct od_rng rng;
    od_rng_init(&rng, 7, 0);
    for (size_t i = 0; i < CASES; i++) {
        /* A copy's id would not fit. */
        if (strcmp(cases[i], "odd-ids") == 0) {
            continue;
        }
        struct data d = read_case(cases[i]);
        struct od_coco_eval *eval = eval_of(&d);
        uint32_t *weights = od_xcalloc(d.image_count, sizeof *weights);
        check_weights(cases[i], &d, eval, weights);
        for (int k = 0; k < 10; k++) {
            draw(&rng, weights, d.image_count);
            check_weights(cases[i], &d, eval, weights);
        }
        for (size_t k = 0; k < d.image_count; k++) {
            weights[k] = 1;
        }
        check_number(cases[i], "mAP with weights 1", od_coco_eval_weighted(eval, weights),
                     d.stats[OD_COCO_AP]);
        free(weights);
        od_coco_eval_free(eval);
        data_release(&d);
    }
}

/* Weights go by the caller's order of images, which is none in particular. */
static void weights_of_unsorted_images(void **state)
{
    (void)state;
    struct data d = read_case("odd-ids");
    struct od_coco_eval *eval = eval_of(&d);
    size_t count = 0;
    const int64_t *images = od_coco_eval_images(eval, &count);
    assert_int_equal(count, d.image_count);
    assert_memory_equal(images, d.images, count * sizeof *images);
    for (size_t only = 0; only < d.image_count; only++) {
        uint32_t weights[16] = {0};
        struct data one = d;
        double stats[OD_COCO_STATS];
        weights[only] = 1;
        one.images = &d.images[only];
        one.image_count = 1;
        struct od_coco_eval *alone = eval_of(&one);
        od_coco_eval_stats(alone, stats);
        check_number("odd-ids", "mAP of one image", od_coco_eval_weighted(eval, weights),
                     isnan(stats[OD_COCO_AP]) ? -1 : stats[OD_COCO_AP]);
        od_coco_eval_free(alone);
    }
    od_coco_eval_free(eval);
    data_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_to_pycocotools),
        cmocka_unit_test(strays_are_left_out),
        cmocka_unit_test(order_of_ids),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(weights_are_repetitions),
        cmocka_unit_test(weights_of_unsorted_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
