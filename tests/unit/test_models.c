/* The shipped models find what is drawn: COCO's AP at IoU 0.5 on scenes that training
 * never saw; and what they say of themselves. */
#include "base/alloc.h"
#include "dataset/scene.h"
#include "engine/engine.h"
#include "sanitized.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Most of the time goes to OpenCV, which no sanitizer looks into. */
enum { SCENES = SANITIZED ? 40 : 500, SEED = 777000, QUALITY = 90, MAX_FOUND = 100 };

/* One detection's place in the ranking of its label. */
struct hit {
    float score;
    bool right;
};

struct ranking {
    struct hit *hits;
    size_t count;
    size_t capacity;
    size_t objects;
};

/* What the scenes gave. */
struct tally {
    struct ranking labels[OD_SCENE_CATEGORIES + 1];
    double objects[SCENES];
    double proposals[SCENES];
};

static struct od_box box_of(const struct od_scene_object *o, const struct od_image *image)
{
    return (struct od_box){.x0 = (float)(o->x / image->width),
                           .y0 = (float)(o->y / image->height),
                           .x1 = (float)((o->x + o->width) / image->width),
                           .y1 = (float)((o->y + o->height) / image->height),
                           .label = o->category};
}

/* COCO: from the best score down, each takes the free object of its label that it
 * overlaps most. */
static void match(const struct od_boxes *found, const struct od_scene *scene,
                  struct tally *tally)
{
    bool used[OD_SCENE_MAX_OBJECTS] = {false};
    for (size_t i = 0; i < found->count; i++) {
        const struct od_box *box = &found->items[i];
        struct ranking *r = &tally->labels[box->label];
        double best = 0.5;
        size_t at = scene->count;
        for (size_t k = 0; k < scene->count; k++) {
            struct od_box truth = box_of(&scene->objects[k], &scene->image);
            double iou = od_box_iou(box, &truth);
            if (!used[k] && truth.label == box->label && iou >= best) {
                best = iou;
                at = k;
            }
        }
        if (at < scene->count) {
            used[at] = true;
        }
        r->hits = od_xgrow(r->hits, r->count, &r->capacity, sizeof *r->hits);
        r->hits[r->count++] = (struct hit){box->score, at < scene->count};
    }
    for (size_t k = 0; k < scene->count; k++) {
        tally->labels[scene->objects[k].category].objects++;
    }
}

static int by_score(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

/* Precision made monotone, read at recall 0, 0.01 .. 1. */
static double average_precision(struct ranking *r)
{
    qsort(r->hits, r->count, sizeof *r->hits, by_score);
    double *recall = od_xcalloc(r->count + 1, sizeof *recall);
    double *precision = od_xcalloc(r->count + 1, sizeof *precision);
    double right = 0;
    for (size_t i = 0; i < r->count; i++) {
        right += r->hits[i].right ? 1 : 0;
        recall[i] = right / (double)r->objects;
        precision[i] = right / (double)(i + 1);
    }
    for (size_t i = r->count; i-- > 0;) {
        precision[i] = fmax(precision[i], precision[i + 1]);
    }
    double sum = 0;
    size_t at = 0;
    for (int k = 0; k <= 100; k++) {
        while (at < r->count && recall[at] < k / 100.0) {
            at++;
        }
        sum += precision[at];
    }
    free(recall);
    free(precision);
    return sum / 101;
}

static const char *models_dir(void)
{
    const char *folder = getenv("ODBENCH_MODELS");
    return folder != NULL ? folder : "datasets/models";
}

/* Of the model's files, one or two. */
static int64_t bytes_of(const char *model)
{
    static const char *const files[] = {"scenes-ssd.onnx", "scenes-rcnn-proposal.onnx",
                                        "scenes-rcnn-crop.onnx"};
    int64_t sum = 0;
    for (size_t i = 0; i < 3; i++) {
        struct stat facts;
        char *path = od_xasprintf("%s/%s", models_dir(), files[i]);
        if (strncmp(files[i], model, strlen(model)) == 0) {
            assert_int_equal(stat(path, &facts), 0);
            sum += (int64_t)facts.st_size;
        }
        free(path);
    }
    return sum;
}

static void check_facts(const struct od_engine *engine, const char *model)
{
    assert_string_equal(od_engine_weights(engine), "trained");
    assert_int_equal(od_engine_model_bytes(engine), bytes_of(model));
    for (int label = 1; label <= OD_SCENE_CATEGORIES; label++) {
        assert_string_equal(od_engine_label(engine, label),
                            od_scene_category_name(label));
    }
    assert_null(od_engine_label(engine, OD_SCENE_CATEGORIES + 1));
}

static void detect_all(const char *model, struct tally *tally)
{
    struct od_engine_spec spec = {.name = model,
                                  .source = model,
                                  .models_dir = models_dir(),
                                  .score_min = 0.01,
                                  .nms_iou = 0.5,
                                  .max_boxes = MAX_FOUND};
    struct od_engine *engine;
    struct od_err err = {0};
    if (od_engine_open(&spec, &engine, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    check_facts(engine, model);
    for (size_t i = 0; i < SCENES; i++) {
        struct od_scene_spec drawn = od_scene_random_spec(SEED, i, 160, 640);
        struct od_scene scene;
        struct od_image seen;
        struct od_boxes found = {0};
        struct od_engine_times times;
        struct od_buf jpeg;
        od_buf_init(&jpeg, 0);
        assert_int_equal(od_scene_draw(&drawn, &scene, &err), 0);
        assert_int_equal(od_jpeg_encode(&scene.image, QUALITY, &jpeg, &err), 0);
        assert_int_equal(
            od_jpeg_decode(jpeg.data, jpeg.len, OD_IMAGE_MAX_PIXELS, &seen, &err), 0);
        assert_int_equal(od_engine_detect(engine, &seen, &found, &times, &err), 0);
        assert_true(found.count <= MAX_FOUND);
        match(&found, &scene, tally);
        tally->objects[i] = (double)scene.count;
        tally->proposals[i] = (double)times.proposals;
        od_boxes_release(&found);
        od_image_release(&seen);
        od_buf_release(&jpeg);
        od_scene_release(&scene);
    }
    od_engine_close(engine);
}

static double mean_ap(struct tally *tally)
{
    double sum = 0;
    for (int c = 1; c <= OD_SCENE_CATEGORIES; c++) {
        double ap = average_precision(&tally->labels[c]);
        print_message("%s %.3f\n", od_scene_category_name(c), ap);
        sum += ap / OD_SCENE_CATEGORIES;
        free(tally->labels[c].hits);
    }
    print_message("mAP@0.5 %.4f\n", sum);
    return sum;
}

static double correlation(const double *x, const double *y)
{
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < SCENES; i++) {
        mx += x[i] / SCENES;
        my += y[i] / SCENES;
    }
    for (size_t i = 0; i < SCENES; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

static void one_stage_reaches_its_score(void **state)
{
    (void)state;
    struct tally tally = {0};
    detect_all("scenes-ssd", &tally);
    assert_true(tally.proposals[0] < 0); /* it has none */
    assert_true(mean_ap(&tally) >= 0.95);
}

/* Its time is that of the crops, one a proposal; their number is what can be tested. */
static void two_stages_reach_theirs_and_look_at_what_is_there(void **state)
{
    (void)state;
    struct tally tally = {0};
    detect_all("scenes-rcnn", &tally);
    assert_true(mean_ap(&tally) >= 0.90);
    assert_true(correlation(tally.objects, tally.proposals) >= 0.95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_stage_reaches_its_score),
        cmocka_unit_test(two_stages_reach_theirs_and_look_at_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
