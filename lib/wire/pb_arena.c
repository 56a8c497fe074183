/* Memory for one decoded protobuf message. */
#include "wire/pb_arena.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef __has_feature
#define OD_HAS(feature) __has_feature(feature)
#else
#define OD_HAS(feature) 0
#endif

/* Pieces of more bytes are allocations of their own: all, where a sanitizer looks for
 * reads beyond their ends. */
#if defined(__SANITIZE_ADDRESS__) || OD_HAS(address_sanitizer)
#define OWN_FROM ((size_t)0)
#else
#define OWN_FROM ((size_t)4096)
#endif

#define CHUNK      ((size_t)64 * 1024)
#define MAY_ALWAYS ((size_t)1024 * 1024)

struct od_pb_chunk {
    struct od_pb_chunk *older;
    _Alignas(max_align_t) char bytes[];
};

static char *add_chunk(struct od_pb_arena *arena, size_t size)
{
    struct od_pb_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL) { /* sizes are the message's */
        return NULL;
    }
    chunk->older = arena->chunks;
    arena->chunks = chunk;
    return chunk->bytes;
}

static void *take(void *data, size_t size)
{
    struct od_pb_arena *arena = data;
    const size_t step = _Alignof(max_align_t);
    if (size > arena->may) {
        return NULL;
    }
    arena->may -= size;
    if (size > OWN_FROM) {
        return add_chunk(arena, size);
    }
    size = (size + step - 1) / step * step;
    if (size > arena->left) {
        char *fresh = add_chunk(arena, CHUNK);
        if (fresh == NULL) {
            return NULL;
        }
        arena->next = fresh;
        arena->left = CHUNK;
    }
    void *piece = arena->next;
    arena->next += size;
    arena->left -= size;
    return piece;
}

static void keep(void *data, void *piece)
{
    (void)data;
    (void)piece;
}

void od_pb_arena_init(struct od_pb_arena *arena, size_t message_bytes)
{
    arena->may = message_bytes < SIZE_MAX / 256 ? MAY_ALWAYS + message_bytes * 128 : 0;

    arena->allocator = (ProtobufCAllocator){take, keep, arena};
    arena->chunks = NULL;
    arena->next = arena->first;
    arena->left = sizeof arena->first;
}

void od_pb_arena_release(struct od_pb_arena *arena)
{
    while (arena->chunks != NULL) {
        struct od_pb_chunk *older = arena->chunks->older;
        free(arena->chunks);
        arena->chunks = older;
    }
}
