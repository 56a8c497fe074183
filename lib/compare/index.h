/* Numbers for keys of three words, in order of their first appearance. */
#ifndef OD_COMPARE_INDEX_H
#define OD_COMPARE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct od_index_key {
    uint64_t word[3];
};

/* A zeroed one is empty. */
struct od_index {
    struct od_index_key *keys; /* by number */
    size_t count;
    size_t capacity;
    uint32_t *slots; /* number + 1; 0: free */
    size_t slot_count;
};
void od_index_release(struct od_index *index);

/* The number of a key, which gets the next one when it is new. */
uint32_t od_index_add(struct od_index *index, uint64_t a, uint64_t b, uint64_t c,
                      bool *fresh);
/* False when there is no such key. */
bool od_index_find(const struct od_index *index, uint64_t a, uint64_t b, uint64_t c,
                   uint32_t *number);

#endif
