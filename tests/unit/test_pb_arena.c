/* Messages decoded into an arena: the same as on the heap, whatever their size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "wire/pb_arena.h"

#include "tfs.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef Tensorflow__Serving__PredictResponse pb_reply;
typedef Tensorflow__Serving__PredictResponse__OutputsEntry pb_entry;

enum { MANY = 3000 };

/* A reply with so many outputs, each with as many numbers as its place says. */
static uint8_t *packed(size_t outputs, size_t *len)
{
    static float numbers[MANY];
    static char names[MANY][16];
    static Tensorflow__TensorProto tensors[MANY];
    static pb_entry entries[MANY];
    static pb_entry *list[MANY];
    pb_reply reply;
    tensorflow__serving__predict_response__init(&reply);
    for (size_t i = 0; i < outputs; i++) {
        numbers[i] = (float)i / 4;
        (void)snprintf(names[i], sizeof names[i], "output %zu", i);
        tensorflow__tensor_proto__init(&tensors[i]);
        tensors[i].n_float_val = i;
        tensors[i].float_val = numbers;
        tensorflow__serving__predict_response__outputs_entry__init(&entries[i]);
        entries[i].key = names[i];
        entries[i].value = &tensors[i];
        list[i] = &entries[i];
    }
    reply.n_outputs = outputs;
    reply.outputs = list;
    *len = tensorflow__serving__predict_response__get_packed_size(&reply);
    uint8_t *bytes = od_xmalloc(*len);
    assert_int_equal(tensorflow__serving__predict_response__pack(&reply, bytes), *len);
    return bytes;
}

static void same_as_on_the_heap(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 4, 40, MANY};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t len;
        uint8_t *bytes = packed(counts[c], &len);
        struct od_pb_arena arena;
        od_pb_arena_init(&arena, len);
        pb_reply *ours =
            tensorflow__serving__predict_response__unpack(&arena.allocator, len, bytes);
        pb_reply *theirs =
            tensorflow__serving__predict_response__unpack(NULL, len, bytes);
        assert_non_null(ours);
        assert_non_null(theirs);
        assert_int_equal(ours->n_outputs, counts[c]);
        for (size_t i = 0; i < counts[c]; i++) {
            const Tensorflow__TensorProto *a = ours->outputs[i]->value;
            const Tensorflow__TensorProto *b = theirs->outputs[i]->value;
            assert_string_equal(ours->outputs[i]->key, theirs->outputs[i]->key);
            assert_int_equal(a->n_float_val, i);
            assert_int_equal(b->n_float_val, i);
            assert_memory_equal(a->float_val, b->float_val, i * sizeof *a->float_val);
            assert_int_equal((uintptr_t)ours->outputs[i] % _Alignof(max_align_t), 0);
        }
        tensorflow__serving__predict_response__free_unpacked(theirs, NULL);
        od_pb_arena_release(&arena);
        free(bytes);
    }
}

/* What protobuf-c had taken before it gave up goes with the arena. */
static void broken_ones(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = packed(40, &len);
    size_t refused = 0;
    for (size_t cut = 1; cut < len; cut++) {
        struct od_pb_arena arena;
        od_pb_arena_init(&arena, cut);
        pb_reply *reply =
            tensorflow__serving__predict_response__unpack(&arena.allocator, cut, bytes);
        refused += reply == NULL ? 1 : 0;
        od_pb_arena_release(&arena);
    }
    /* Whole up to the end of one of the 40 outputs, of which the first has a cut. */
    assert_int_equal(refused, len - 1 - 39);
    free(bytes);
}

enum { TIMES = 50000 };

/* PredictResponse.outputs { value { float_val: [0] } value { float_val: [0] } ... } */
static uint8_t repeated[8 + TIMES * 8];

static size_t repeat_value(size_t times)
{
    static const uint8_t value[] = {0x12, 6, 0x2a, 4, 0, 0, 0, 0};
    size_t len = 0;
    repeated[len++] = 0x0a;
    for (size_t rest = times * sizeof value; rest > 0; rest >>= 7) {
        repeated[len++] = (uint8_t)((rest & 0x7f) | (rest >> 7 > 0 ? 0x80 : 0));
    }
    for (size_t i = 0; i < times; i++, len += sizeof value) {
        memcpy(repeated + len, value, sizeof value);
    }
    return len;
}

/* A field that should stand once is merged each time, into copies that only grow. */
static void merged_many_times(void **state)
{
    (void)state;
    struct od_pb_arena arena;
    size_t len = repeat_value(3);
    od_pb_arena_init(&arena, len);
    pb_reply *reply =
        tensorflow__serving__predict_response__unpack(&arena.allocator, len, repeated);
    assert_non_null(reply);
    assert_int_equal(reply->outputs[0]->value->n_float_val, 3);
    od_pb_arena_release(&arena);

    len = repeat_value(TIMES);
    od_pb_arena_init(&arena, len);
    assert_null(
        tensorflow__serving__predict_response__unpack(&arena.allocator, len, repeated));
    od_pb_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_on_the_heap),
        cmocka_unit_test(broken_ones),
        cmocka_unit_test(merged_many_times),
    };
    return cmocka_run_group_tests_name("protobuf arena", tests, NULL, NULL);
}
