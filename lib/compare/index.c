/* A hash table with open addressing over keys that stand in a row. */
#include "compare/index.h"

#include "base/alloc.h"

#include <stdlib.h>

/* The words by odd numbers, then the finaliser of MurmurHash3, so that pointers and small
 * numbers spread. */
static size_t hash(const struct od_index_key *key)
{
    uint64_t h = key->word[0] * UINT64_C(0x9e3779b97f4a7c15) ^
                 key->word[1] * UINT64_C(0xff51afd7ed558ccd) ^
                 key->word[2] * UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    return (size_t)(h ^ (h >> 33));
}

static bool same(const struct od_index_key *a, const struct od_index_key *b)
{
    return a->word[0] == b->word[0] && a->word[1] == b->word[1] &&
           a->word[2] == b->word[2];
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t *find(const struct od_index *index, const struct od_index_key *key)
{
    size_t i = hash(key) & (index->slot_count - 1);
    while (index->slots[i] != 0 && !same(&index->keys[index->slots[i] - 1], key)) {
        i = (i + 1) & (index->slot_count - 1);
    }
    return &index->slots[i];
}

static void grow(struct od_index *index)
{
    free(index->slots);
    index->slot_count = index->slot_count > 0 ? 2 * index->slot_count : 64;
    index->slots = od_xcalloc(index->slot_count, sizeof *index->slots);
    for (size_t i = 0; i < index->count; i++) {
        *find(index, &index->keys[i]) = (uint32_t)i + 1;
    }
}

uint32_t od_index_add(struct od_index *index, uint64_t a, uint64_t b, uint64_t c,
                      bool *fresh)
{
    struct od_index_key key = {{a, b, c}};
    if (2 * (index->count + 1) > index->slot_count) {
        grow(index);
    }
    uint32_t *slot = find(index, &key);
    *fresh = *slot == 0;
    if (*fresh) {
        index->keys =
            od_xgrow(index->keys, index->count, &index->capacity, sizeof *index->keys);
        index->keys[index->count++] = key;
        *slot = (uint32_t)index->count;
    }
    return *slot - 1;
}

bool od_index_find(const struct od_index *index, uint64_t a, uint64_t b, uint64_t c,
                   uint32_t *number)
{
    struct od_index_key key = {{a, b, c}};
    uint32_t slot = index->slot_count > 0 ? *find(index, &key) : 0;
    *number = slot > 0 ? slot - 1 : 0;
    return slot > 0;
}

void od_index_release(struct od_index *index)
{
    free(index->keys);
    free(index->slots);
    *index = (struct od_index){0};
}
