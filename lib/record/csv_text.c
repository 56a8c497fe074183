/* Texts of a CSV file: many at once, and each once. */
#include "record/csv_text.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)32 << 10)
#define DICT_MAX    65536
#define LASTING_MAX 256 /* bytes; longer texts hardly come again */

struct od_csv_block {
    struct od_csv_block *next;
    size_t used;
    size_t size;
    uint64_t data[];
};

struct od_csv_dict_slot {
    uint64_t hash;
    struct od_csv_str *str; /* NULL: free */
};

void *od_csv_arena_take(struct od_csv_arena *arena, size_t size)
{
    struct od_csv_block *block = arena->blocks;
    size_t rounded = (size + sizeof block->data[0] - 1) & ~(sizeof block->data[0] - 1);
    if (block == NULL || block->size - block->used < rounded) {
        size_t room = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;
        block = od_xmalloc(sizeof *block + room);
        *block = (struct od_csv_block){.next = arena->blocks, .size = room};
        arena->blocks = block;
    }
    void *taken = (char *)block->data + block->used;
    block->used += rounded;
    return taken;
}

static void free_behind(struct od_csv_block *block)
{
    struct od_csv_block *next = block->next;
    block->next = NULL;
    while (next != NULL) {
        struct od_csv_block *after = next->next;
        free(next);
        next = after;
    }
}

void od_csv_arena_reset(struct od_csv_arena *arena)
{
    if (arena->blocks != NULL) {
        free_behind(arena->blocks);
        arena->blocks->used = 0;
    }
}

void od_csv_arena_release(struct od_csv_arena *arena)
{
    if (arena->blocks != NULL) {
        free_behind(arena->blocks);
        free(arena->blocks);
        arena->blocks = NULL;
    }
}

char *od_csv_arena_text(struct od_csv_arena *arena, const char *text, size_t len)
{
    char *copy = od_csv_arena_take(arena, len + 8);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

static uint64_t mix(uint64_t h)
{
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ (h >> 29);
}

/* Eight bytes at a time, the last ones some of them twice; short ones byte by byte. */
static uint64_t hash(const char *text, size_t len)
{
    uint64_t h = len;
    if (len < 8) {
        uint64_t word = 0;
        for (size_t i = 0; i < len; i++) {
            word = word << 8 | (unsigned char)text[i];
        }
        return mix(mix(h ^ word));
    }
    for (size_t i = 0; i + 8 < len; i += 8) {
        h = mix(h ^ od_csv_word(text + i));
    }
    return mix(mix(h ^ od_csv_word(text + len - 8)));
}

static bool holds(const struct od_csv_str *str, const char *text, size_t len)
{
    return str->len == len && od_csv_same(str->text, text, len);
}

/* The slot of the text, or the free one where it belongs. */
static struct od_csv_dict_slot *find(const struct od_csv_dict *dict, uint64_t h,
                                     const char *text, size_t len)
{
    size_t i = (size_t)h & (dict->capacity - 1);
    while (dict->slots[i].str != NULL &&
           !(dict->slots[i].hash == h && holds(dict->slots[i].str, text, len))) {
        i = (i + 1) & (dict->capacity - 1);
    }
    return &dict->slots[i];
}

static void grow(struct od_csv_dict *dict)
{
    struct od_csv_dict larger = {.count = dict->count,
                                 .capacity = dict->capacity > 0 ? 2 * dict->capacity : 64,
                                 .last = dict->last};
    larger.slots = od_xcalloc(larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < dict->capacity; i++) {
        const struct od_csv_dict_slot *old = &dict->slots[i];
        if (old->str != NULL) {
            *find(&larger, old->hash, old->str->text, old->str->len) = *old;
        }
    }
    free(dict->slots);
    *dict = larger;
}

static struct od_csv_str *new_str(struct od_csv_arena *arena, const char *text,
                                  size_t len)
{
    struct od_csv_str *str = od_csv_arena_take(arena, sizeof *str);
    *str = (struct od_csv_str){.text = od_csv_arena_text(arena, text, len), .len = len};
    return str;
}

struct od_csv_str *od_csv_dict_find(struct od_csv_dict *dict, const char *text,
                                    size_t len, struct od_csv_arena *lasting,
                                    struct od_csv_arena *passing)
{
    if (dict->last != NULL && holds(dict->last, text, len)) {
        return dict->last;
    }
    uint64_t h = hash(text, len);
    if (2 * (dict->count + 1) > dict->capacity && dict->count < DICT_MAX) {
        grow(dict);
    }
    struct od_csv_dict_slot *slot = find(dict, h, text, len);
    if (slot->str == NULL) {
        if (dict->count >= DICT_MAX || len > LASTING_MAX) {
            return new_str(passing, text, len);
        }
        *slot = (struct od_csv_dict_slot){h, new_str(lasting, text, len)};
        dict->count++;
    }
    dict->last = slot->str;
    return slot->str;
}

void od_csv_dict_release(struct od_csv_dict *dict)
{
    free(dict->slots);
    *dict = (struct od_csv_dict){0};
}
