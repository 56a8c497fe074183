/* Lists of output tensors, for the tests of what reads them. */
#ifndef OUTPUT_LIST_H
#define OUTPUT_LIST_H

#include "service/outputs.h"

#include "base/alloc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct od_picture picture = {.width = 100, .height = 50};

static inline struct od_request asked_for(enum od_output_layout layout)
{
    return (struct od_request){
        .model = {.out = {.layout = layout}}, .pictures = &picture, .picture_count = 1};
}

/* Appends a tensor; shape ends in a negative number. */
static inline void add(struct od_outputs_list *list, const char *name,
                       enum od_dtype dtype, const int *shape, const float *values)
{
    struct od_output_tensor *t = &list->items[list->count++];
    *t = (struct od_output_tensor){.dtype = dtype, .count = 1};
    (void)snprintf(t->name, sizeof t->name, "%s", name);
    for (size_t i = 0; shape[i] >= 0; i++) {
        t->dims[t->rank++] = (size_t)shape[i];
        t->count *= (size_t)shape[i];
    }
    if (t->count > 0) {
        t->values = od_xcalloc(t->count, sizeof(float));
        memcpy(t->values, values, t->count * sizeof(float));
    }
}
#define SHAPE(...)  ((const int[]){__VA_ARGS__, -1})
#define VALUES(...) ((const float[]){__VA_ARGS__})

static inline void assert_box(const struct od_box *box, const float expected[4],
                              float score, int label)
{
    const float got[4] = {box->x0, box->y0, box->x1, box->y1};
    for (size_t i = 0; i < 4; i++) {
        if (fabsf(got[i] - expected[i]) > 1e-6F) {
            fail_msg("corner %zu is %g, not %g", i, (double)got[i], (double)expected[i]);
        }
    }
    assert_true(fabsf(box->score - score) < 1e-6F);
    assert_int_equal(box->label, label);
}

/* Decodes and releases the list; fails the test when it cannot. */
static inline void decode(const struct od_request *asked, struct od_outputs_list *list,
                          struct od_answer *answer)
{
    struct od_err err = {0};
    od_answer_init(answer);
    if (od_outputs_to_answer(asked, list, answer, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    od_outputs_release(list);
}

static inline void refuse(const struct od_request *asked, struct od_outputs_list *list,
                          const char *text)
{
    struct od_err err = {0};
    struct od_answer answer;
    od_answer_init(&answer);
    assert_int_equal(od_outputs_to_answer(asked, list, &answer, &err), -1);
    assert_int_equal(err.code, OD_EDECODE);
    if (strstr(err.msg, text) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", err.msg, text);
    }
    od_answer_release(&answer);
    od_outputs_release(list);
}

#endif
