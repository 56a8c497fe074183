/* A set of strings with open addressing. */
#include "record/intern.h"

#include "base/alloc.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct od_intern {
    char **slots; /* capacity of them, a power of two; NULL: free */
    size_t count;
    size_t capacity;
};

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *text)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        h = (h ^ *p) * UINT64_C(1099511628211);
    }
    return h;
}

/* The slot that holds text, or the free one where it belongs. */
static char **find(const struct od_intern *set, const char *text)
{
    size_t i = (size_t)hash(text) & (set->capacity - 1);
    while (set->slots[i] != NULL && strcmp(set->slots[i], text) != 0) {
        i = (i + 1) & (set->capacity - 1);
    }
    return &set->slots[i];
}

struct od_intern *od_intern_new(void)
{
    struct od_intern *set = od_xcalloc(1, sizeof *set);
    set->capacity = 64;
    set->slots = od_xcalloc(set->capacity, sizeof set->slots[0]);
    return set;
}

void od_intern_free(struct od_intern *set)
{
    if (set == NULL) {
        return;
    }
    for (size_t i = 0; i < set->capacity; i++) {
        free(set->slots[i]);
    }
    free(set->slots);
    free(set);
}

static void grow(struct od_intern *set)
{
    struct od_intern larger = {.count = set->count, .capacity = 2 * set->capacity};
    larger.slots = od_xcalloc(larger.capacity, sizeof larger.slots[0]);
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->slots[i] != NULL) {
            *find(&larger, set->slots[i]) = set->slots[i];
        }
    }
    free(set->slots);
    *set = larger;
}

const char *od_intern_add(struct od_intern *set, const char *text)
{
    char **slot = find(set, text);
    if (*slot == NULL) {
        if (2 * (set->count + 1) > set->capacity) {
            grow(set);
            slot = find(set, text);
        }
        *slot = od_xstrdup(text);
        set->count++;
    }
    return *slot;
}
