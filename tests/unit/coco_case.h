/* Files of tests/oracle/coco_eval.py. */
#ifndef OD_TESTS_COCO_CASE_H
#define OD_TESTS_COCO_CASE_H

#include "accuracy/coco_eval.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIELDS = 256 };

/* A data set and its figures. Everything is owned. */
struct coco_case {
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

static inline void coco_case_add_truth(struct coco_case *d, const struct od_truth *truth)
{
    d->truths = od_xgrow(d->truths, d->truth_count, &d->truth_capacity, sizeof *truth);
    d->truths[d->truth_count++] = *truth;
}

static inline void coco_case_add_found(struct coco_case *d, const struct od_found *found)
{
    d->found = od_xgrow(d->found, d->found_count, &d->found_capacity, sizeof *found);
    d->found[d->found_count++] = *found;
}

static inline size_t coco_case_split(char *line, char **fields)
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

static inline int64_t *coco_case_ids_of(char **fields, size_t count)
{
    int64_t *ids = od_xcalloc(count, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        ids[i] = strtoll(fields[i], NULL, 10);
    }
    return ids;
}

static inline void coco_case_numbers_of(char **fields, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++) {
        char *end = NULL;
        out[i] = strtod(fields[i], &end);
        assert_true(*end == '\0');
    }
}

static inline void coco_case_read_line(struct coco_case *d, char *line)
{
    char *fields[FIELDS] = {line};
    double numbers[OD_COCO_STATS];
    size_t count = coco_case_split(line, fields);
    if (strcmp(fields[0], "images") == 0) {
        d->image_count = count - 1;
        d->images = coco_case_ids_of(fields + 1, count - 1);
    } else if (strcmp(fields[0], "categories") == 0) {
        d->category_count = count - 1;
        d->categories = coco_case_ids_of(fields + 1, count - 1);
    } else if (strcmp(fields[0], "stats") == 0) {
        assert_int_equal(count, 1 + OD_COCO_STATS);
        coco_case_numbers_of(fields + 1, OD_COCO_STATS, d->stats);
    } else if (strcmp(fields[0], "t") == 0) {
        struct od_truth truth = {.image_id = strtoll(fields[1], NULL, 10),
                                 .category_id = strtoll(fields[2], NULL, 10)};
        assert_int_equal(count, 9);
        coco_case_numbers_of(fields + 3, 6, numbers);
        memcpy(truth.box, numbers, sizeof truth.box);
        truth.area = numbers[4];
        truth.crowd = numbers[5] > 0;
        coco_case_add_truth(d, &truth);
    } else {
        struct od_found found = {.image_id = strtoll(fields[1], NULL, 10),
                                 .category_id = strtoll(fields[2], NULL, 10)};
        assert_string_equal(fields[0], "d");
        assert_int_equal(count, 8);
        coco_case_numbers_of(fields + 3, 5, numbers);
        memcpy(found.box, numbers, sizeof found.box);
        found.score = numbers[4];
        coco_case_add_found(d, &found);
    }
}

static inline struct coco_case coco_case_read(const char *path)
{
    struct coco_case d = {.image_count = 0};
    struct od_buf text;
    struct od_err err = {0};
    od_buf_init(&text, 0);
    assert_int_equal(od_file_read(path, &text, &err), 0);
    char *rest = NULL;
    for (char *line = strtok_r(text.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        coco_case_read_line(&d, line);
    }
    od_buf_release(&text);
    return d;
}

static inline void coco_case_release(struct coco_case *d)
{
    free(d->images);
    free(d->categories);
    free(d->truths);
    free(d->found);
}

#endif
