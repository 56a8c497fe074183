/* A set of equally long tuples of words: each is kept once and has a number. */
#ifndef OD_RECORD_TUPLES_H
#define OD_RECORD_TUPLES_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed but for width it is empty. For one thread. */
struct od_tuples {
    size_t width;    /* words of a tuple; set before the first one */
    uint64_t *words; /* owned: count times width */
    size_t count;
    size_t capacity;
    uint32_t *slots; /* owned: hash table of number + 1, 0 is free */
    size_t slot_count;
};

/* The number of the tuple, counted from 0 in the order in which they came: count as it
 * was before for a new one. At most UINT32_MAX - 1 of them. */
uint32_t od_tuples_add(struct od_tuples *tuples, const uint64_t *words);
void od_tuples_release(struct od_tuples *tuples);

#endif
