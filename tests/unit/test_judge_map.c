/* The accuracy of a cell: values that pycocotools gave, and verdicts on detectors whose
 * answers are drawn. */
#include "coco_case.h"
#include "compare_cells.h"

enum { CLASSES = 3 };

/* A detector finds an object with a chance, its box about where it is, and now and then
 * something that is not there. */
struct detector {
    double chance;
    uint64_t stream; /* of the draws: equal ones give equal detections */
};

static void add_object(struct coco_case *d, int64_t image, struct od_rng *rng)
{
    struct od_truth truth = {.image_id = image,
                             .category_id = 1 + (int64_t)od_rng_below(rng, CLASSES)};
    for (int k = 0; k < 2; k++) {
        truth.box[k] = od_rng_range(rng, 0, 400);
        truth.box[2 + k] = od_rng_range(rng, 40, 100);
    }
    truth.area = truth.box[2] * truth.box[3];
    coco_case_add_truth(d, &truth);
}

/* Images 1 to count with one to six objects each. */
static void add_images(struct coco_case *d, size_t count, uint64_t seed)
{
    struct od_rng rng;
    od_rng_init(&rng, seed, 0);
    *d = (struct coco_case){.image_count = count, .category_count = CLASSES};
    d->images = od_xcalloc(count, sizeof *d->images);
    d->categories = od_xcalloc(CLASSES, sizeof *d->categories);
    for (int64_t c = 0; c < CLASSES; c++) {
        d->categories[c] = c + 1;
    }
    for (size_t i = 0; i < count; i++) {
        d->images[i] = (int64_t)i + 1;
        for (uint64_t k = od_rng_below(&rng, 6) + 1; k > 0; k--) {
            add_object(d, (int64_t)i + 1, &rng);
        }
    }
}

static void detect(struct coco_case *d, const struct detector *by)
{
    struct od_rng rng;
    od_rng_init(&rng, 77, by->stream);
    d->found_count = 0;
    for (size_t i = 0; i < d->truth_count; i++) {
        const struct od_truth *truth = &d->truths[i];
        struct od_found found = {truth->image_id, truth->category_id, {0}, 0};
        bool wrong = od_rng_unit(&rng) < 0.2;
        bool seen = od_rng_unit(&rng) < by->chance;
        found.score = od_rng_range(&rng, wrong ? 0 : 0.3, 1);
        for (int k = 0; k < 4; k++) {
            found.box[k] = truth->box[k] + 3 * od_rng_normal(&rng);
        }
        found.box[0] += wrong ? 500 : 0;
        if (seen) {
            coco_case_add_found(d, &found);
        }
    }
}

static struct od_coco_eval *evaluated(const struct coco_case *d)
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

/* A cell of so many images without any difference in time. */
static void begin(struct od_cell_pair *pair, size_t images)
{
    struct machine m = {
        .images = images, .units = 2, .runs = {1, 1}, .base_ns = 40e6, .noise_sd = 0.01};
    double shared[OD_SIDES][16] = {{0}};
    struct od_rng rng;
    od_rng_init(&rng, 5, 0);
    cell_pair_draw(pair, &m, shared, &rng);
    pair->found.images = (int64_t)images;
}

static void end(struct od_cell_pair *pair)
{
    od_coco_eval_free(pair->found.eval[OD_BASE]);
    od_coco_eval_free(pair->found.eval[OD_NEW]);
    cell_pair_release(pair);
}

/* Judges as if there were cell_count such cells, and gives the verdict. */
static void judge(const struct od_cell_pair *pair, size_t cell_count,
                  struct od_compare_options *options, struct od_compared *cell)
{
    struct od_comparison all = {.options = *options, .cell_count = cell_count};
    options->metric = OD_METRIC_MAP;
    all.options.metric = OD_METRIC_MAP;
    all.cells = od_xcalloc(cell_count, sizeof *all.cells);
    od_cell_judge(pair, (size_t)pair->found.images, cell_count, options, &all.cells[0]);
    for (size_t i = 1; i < cell_count; i++) {
        all.cells[i] = all.cells[0];
    }
    od_verdicts_give(&all);
    *cell = all.cells[0];
    free(all.cells);
}

/* Two detectors on the same images. */
static void compare(size_t images, uint64_t seed, const struct detector by[OD_SIDES],
                    struct od_compare_options *options, struct od_compared *cell)
{
    struct coco_case d;
    struct od_cell_pair pair;
    begin(&pair, images);
    add_images(&d, images, seed);
    for (int s = 0; s < OD_SIDES; s++) {
        detect(&d, &by[s]);
        pair.found.eval[s] = evaluated(&d);
    }
    pair.found.differ = by[0].stream == by[1].stream && by[0].chance == by[1].chance
                            ? 0
                            : (int64_t)images;
    judge(&pair, 1, options, cell);
    end(&pair);
    coco_case_release(&d);
}

static void values_are_those_of_pycocotools(void **state)
{
    (void)state;
    static const char *const names[] = {"plain", "ties", "crowd", "everything"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct od_compare_options options;
        struct od_compared cell;
        struct od_cell_pair pair;
        char *path = od_xasprintf("tests/golden/coco-eval/%s.txt", names[i]);
        struct coco_case d = coco_case_read(path);
        od_compare_options_init(&options);
        begin(&pair, d.image_count);
        pair.found.eval[OD_BASE] = evaluated(&d);
        pair.found.eval[OD_NEW] = evaluated(&d);
        judge(&pair, 1, &options, &cell);
        assert_true(fabs(cell.side[OD_BASE].value - d.stats[OD_COCO_AP]) < 1e-9);
        assert_true(cell.side[OD_BASE].value == cell.side[OD_NEW].value);
        assert_true(cell.change.shift == 0 && cell.change.p == 1);
        assert_true(cell.change.shift_low == 0 && cell.change.shift_high == 0);
        assert_int_equal(cell.change.verdict, OD_VERDICT_EQUIVALENT);
        assert_int_equal(cell.images, d.image_count);
        end(&pair);
        coco_case_release(&d);
        free(path);
    }
}

static void half_of_the_boxes(void **state)
{
    (void)state;
    const struct detector all = {0.9, 1};
    const struct detector half = {0.4, 2};
    struct od_compare_options options;
    struct od_compared cell;
    od_compare_options_init(&options);
    compare(60, 1, (const struct detector[]){all, half}, &options, &cell);
    assert_int_equal(cell.change.verdict, OD_VERDICT_REGRESSED);
    assert_true(cell.change.shift_low < cell.change.shift);
    assert_true(cell.change.shift < cell.change.shift_high);
    assert_true(cell.change.shift_high < 0);
    assert_true(cell.change.p < 0.001);
    assert_true(isnan(cell.change.ratio));
    assert_true(cell.side[OD_BASE].spread > 0 && cell.side[OD_BASE].spread < 0.2);
    struct od_change down = cell.change;
    compare(60, 1, (const struct detector[]){half, all}, &options, &cell);
    assert_int_equal(cell.change.verdict, OD_VERDICT_IMPROVED);
    assert_true(fabs(cell.change.shift + down.shift) < 1e-12);
    assert_true(fabs(cell.change.shift_low + down.shift_high) < 1e-12);
    assert_true(fabs(cell.change.p - down.p) < 1e-12);
    options.threshold_map = 0.9;
    compare(60, 1, (const struct detector[]){all, half}, &options, &cell);
    assert_int_equal(cell.change.verdict, OD_VERDICT_EQUIVALENT);
}

static void few_images_do_not_tell(void **state)
{
    (void)state;
    const struct detector by[OD_SIDES] = {{1, 1}, {0.2, 2}};
    const struct detector same[OD_SIDES] = {{0.7, 1}, {0.7, 1}};
    struct od_compare_options options;
    struct od_compared cell;
    od_compare_options_init(&options);
    for (size_t images = 1; images < 6; images++) {
        compare(images, 1, by, &options, &cell);
        assert_int_equal(cell.change.verdict, OD_VERDICT_INCONCLUSIVE);
        assert_string_equal(cell.change.reason, "too few images to tell");
        assert_true(isnan(cell.change.p) && isnan(cell.change.shift_low));
        assert_true(!isnan(cell.change.shift));
        compare(images, 1, same, &options, &cell);
        assert_int_equal(cell.change.verdict, OD_VERDICT_EQUIVALENT);
    }
    compare(20, 1, (const struct detector[]){{0.7, 1}, {0.7, 2}}, &options, &cell);
    assert_int_equal(cell.change.verdict, OD_VERDICT_INCONCLUSIVE);
    assert_string_equal(cell.change.reason, "more images would tell");
    assert_int_equal(cell.change.more_repetitions, -1);
}

/* Detections that differ on a few images of many: a sign test sets the limit. */
static void few_images_that_differ(void **state)
{
    (void)state;
    struct coco_case d;
    struct od_cell_pair pair;
    struct od_compare_options options;
    struct od_compared cell;
    od_compare_options_init(&options);
    begin(&pair, 40);
    add_images(&d, 40, 1);
    detect(&d, &(struct detector){1, 1});
    pair.found.eval[OD_BASE] = evaluated(&d);
    detect(&d, &(struct detector){0.2, 1});
    pair.found.eval[OD_NEW] = evaluated(&d);
    pair.found.differ = 4;
    pair.found.unannotated = 2;
    judge(&pair, 1, &options, &cell);
    assert_true(fabs(cell.change.p - 2.0 / 16) < 1e-12);
    assert_int_equal(cell.change.verdict, OD_VERDICT_INCONCLUSIVE);
    assert_true((cell.notes >> OD_NOTE_NOT_ANNOTATED & 1U) != 0);
    pair.found.differ = 40;
    judge(&pair, 1, &options, &cell);
    assert_int_equal(cell.change.verdict, OD_VERDICT_REGRESSED);
    /* Holm over as many cells as no 40 images could pass. */
    pair.found.differ = 12;
    judge(&pair, 200, &options, &cell);
    assert_int_equal(cell.change.verdict, OD_VERDICT_INCONCLUSIVE);
    end(&pair);
    coco_case_release(&d);
}

static void nothing_to_compare(void **state)
{
    (void)state;
    struct coco_case d;
    struct od_cell_pair pair;
    struct od_compare_options options;
    struct od_compared cell;
    od_compare_options_init(&options);
    begin(&pair, 10);
    pair.found.images = 0;
    options.metric = OD_METRIC_MAP;
    cell = (struct od_compared){0};
    od_cell_judge(&pair, 10, 1, &options, &cell);
    assert_string_equal(cell.change.reason,
                        "no annotated image was answered on both sides");
    assert_true(isnan(cell.side[OD_BASE].value) && isnan(cell.change.shift));
    assert_int_equal(cell.images, 0);
    assert_true(od_compared_empty(&cell, OD_METRIC_MAP));
    add_images(&d, 10, 1);
    d.truth_count = 0;
    pair.found.images = 10;
    pair.found.eval[OD_BASE] = evaluated(&d);
    pair.found.eval[OD_NEW] = evaluated(&d);
    judge(&pair, 1, &options, &cell);
    assert_string_equal(cell.change.reason, "these images have no objects");
    assert_int_equal(cell.change.verdict, OD_VERDICT_INCONCLUSIVE);
    end(&pair);
    coco_case_release(&d);
}

/* Two detectors of the same chances on the same images. Nothing but chance differs, so
 * that at a threshold of 0 about one in 20 is told apart. */
static void false_alarms(void **state)
{
    (void)state;
    enum { CASES = 200 };
    struct od_compare_options options;
    int alarms = 0;
    od_compare_options_init(&options);
    options.resamples = 100;
    options.threshold_map = 0;
    for (uint64_t i = 1; i <= CASES; i++) {
        const struct detector by[OD_SIDES] = {{0.7, 2 * i}, {0.7, 2 * i + 1}};
        struct od_compared cell;
        compare(12, i, by, &options, &cell);
        alarms += cell.change.verdict == OD_VERDICT_REGRESSED ||
                  cell.change.verdict == OD_VERDICT_IMPROVED;
    }
    assert_in_range(alarms, 1, CASES / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_pycocotools),
        cmocka_unit_test(half_of_the_boxes),
        cmocka_unit_test(few_images_do_not_tell),
        cmocka_unit_test(few_images_that_differ),
        cmocka_unit_test(nothing_to_compare),
        cmocka_unit_test(false_alarms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
