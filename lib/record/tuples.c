/* Tuples with open addressing. */
#include "record/tuples.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t hash(const struct od_tuples *tuples, const uint64_t *words)
{
    uint64_t h = UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < tuples->width; i++) {
        h = (h ^ words[i]) * UINT64_C(0xBF58476D1CE4E5B9);
        h ^= h >> 32;
    }
    return (size_t)h;
}

/* The slot that holds the tuple, or the free one where it belongs. */
static uint32_t *find(const struct od_tuples *tuples, const uint64_t *words)
{
    size_t bytes = tuples->width * sizeof *words;
    size_t mask = tuples->slot_count - 1;
    size_t i = hash(tuples, words) & mask;
    while (tuples->slots[i] != 0 &&
           memcmp(tuples->words + (tuples->slots[i] - 1) * tuples->width, words, bytes) !=
               0) {
        i = (i + 1) & mask;
    }
    return &tuples->slots[i];
}

static void grow(struct od_tuples *tuples)
{
    free(tuples->slots);
    tuples->slot_count = tuples->slot_count > 0 ? 2 * tuples->slot_count : 64;
    tuples->slots = od_xcalloc(tuples->slot_count, sizeof *tuples->slots);
    for (size_t i = 0; i < tuples->count; i++) {
        *find(tuples, tuples->words + i * tuples->width) = (uint32_t)i + 1;
    }
}

uint32_t od_tuples_add(struct od_tuples *tuples, const uint64_t *words)
{
    if (2 * (tuples->count + 1) > tuples->slot_count) {
        grow(tuples);
    }
    uint32_t *slot = find(tuples, words);
    if (*slot == 0) {
        assert(tuples->count < UINT32_MAX - 1);
        size_t bytes = tuples->width * sizeof *words;
        tuples->words = od_xgrow(tuples->words, tuples->count, &tuples->capacity, bytes);
        memcpy(tuples->words + tuples->count * tuples->width, words, bytes);
        *slot = (uint32_t)++tuples->count;
    }
    return *slot - 1;
}

void od_tuples_release(struct od_tuples *tuples)
{
    free(tuples->words);
    free(tuples->slots);
    *tuples = (struct od_tuples){.width = tuples->width};
}
