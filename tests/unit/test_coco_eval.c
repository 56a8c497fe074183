/*
 * COCO's figures against pycocotools', as tests/oracle/coco_eval.py wrote them down. With
 * ODBENCH_TEST_EVAL only those of the file that it names, for tests/cli/coco.bats.
 */
#include "accuracy/coco_eval.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "coco_case.h"

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

enum { CASES = sizeof cases / sizeof cases[0] };

static struct coco_case read_case(const char *name)
{
    char *path = od_xasprintf("%s/%s.txt", FOLDER, name);
    struct coco_case d = coco_case_read(path);
    free(path);
    return d;
}

static struct od_coco_eval *eval_of(const struct coco_case *d)
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

static void check_stats(const char *name, const struct coco_case *d, const double *wanted)
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
        struct coco_case d = read_case(cases[i]);
        check_stats(cases[i], &d, d.stats);
        coco_case_release(&d);
    }
}

static void equal_on_another_file(void **state)
{
    (void)state;
    const char *path = getenv("ODBENCH_TEST_EVAL");
    struct coco_case d = coco_case_read(path);
    assert_true(d.image_count > 0);
    check_stats(path, &d, d.stats);
    coco_case_release(&d);
}

/* Objects and detections of images and categories that are not evaluated. */
static void strays_are_left_out(void **state)
{
    (void)state;
    struct coco_case d = read_case("plain");
    struct od_truth truth = d.truths[0];
    struct od_found found = d.found[0];
    truth.image_id = found.image_id = 1000;
    coco_case_add_truth(&d, &truth);
    coco_case_add_found(&d, &found);
    truth.image_id = found.image_id = d.images[0];
    truth.category_id = found.category_id = 1000;
    coco_case_add_truth(&d, &truth);
    coco_case_add_found(&d, &found);
    check_stats("plain", &d, d.stats);
    coco_case_release(&d);
}

/* The order of images and categories, and one that is named twice, change nothing. */
static void order_of_ids(void **state)
{
    (void)state;
    struct coco_case d = read_case("ties");
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
    coco_case_release(&d);
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct coco_case d = {.image_count = 0};
    static const double none[OD_COCO_STATS] = {-1, -1, -1, -1, -1, -1,
                                               -1, -1, -1, -1, -1, -1};
    check_stats("nothing", &d, none);
    struct od_coco_eval *eval = eval_of(&d);
    assert_true(isnan(od_coco_eval_weighted(eval, NULL)));
    od_coco_eval_free(eval);
    od_coco_eval_free(NULL);
}

static size_t place_of(const struct coco_case *d, int64_t image)
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
static struct coco_case repeated(const struct coco_case *d, const uint32_t *weights)
{
    struct coco_case out = {.image_count = 0};
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
            coco_case_add_truth(&out, &truth);
        }
    }
    for (size_t i = 0; i < d->found_count; i++) {
        struct od_found found = d->found[i];
        uint32_t copies = weights[place_of(d, found.image_id)];
        for (uint32_t k = 0; k < copies; k++) {
            found.image_id = copy_id(d->found[i].image_id, k);
            coco_case_add_found(&out, &found);
        }
    }
    return out;
}

static void check_weights(const char *name, const struct coco_case *d,
                          const struct od_coco_eval *eval, const uint32_t *weights)
{
    struct coco_case again = repeated(d, weights);
    struct od_coco_eval *copy = eval_of(&again);
    double stats[OD_COCO_STATS];
    od_coco_eval_stats(copy, stats);
    double wanted = isnan(stats[OD_COCO_AP]) ? -1 : stats[OD_COCO_AP];
    check_number(name, "weighted mAP", od_coco_eval_weighted(eval, weights), wanted);
    od_coco_eval_free(copy);
    coco_case_release(&again);
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
        struct coco_case d = read_case(cases[i]);
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
        coco_case_release(&d);
    }
}

/* Weights go by the caller's order of images, which is none in particular. */
static void weights_of_unsorted_images(void **state)
{
    (void)state;
    struct coco_case d = read_case("odd-ids");
    struct od_coco_eval *eval = eval_of(&d);
    size_t count = 0;
    const int64_t *images = od_coco_eval_images(eval, &count);
    assert_int_equal(count, d.image_count);
    assert_memory_equal(images, d.images, count * sizeof *images);
    for (size_t only = 0; only < d.image_count; only++) {
        uint32_t weights[16] = {0};
        struct coco_case one = d;
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
    coco_case_release(&d);
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
    const struct CMUnitTest other[] = {cmocka_unit_test(equal_on_another_file)};
    return getenv("ODBENCH_TEST_EVAL") != NULL
               ? cmocka_run_group_tests(other, NULL, NULL)
               : cmocka_run_group_tests(tests, NULL, NULL);
}
