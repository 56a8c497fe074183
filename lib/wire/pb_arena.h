/* Memory for one decoded protobuf message: taken piece by piece, given back at once. */
#ifndef OD_WIRE_PB_ARENA_H
#define OD_WIRE_PB_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

struct od_pb_chunk;

/*
 * An allocator for protobuf-c's unpack functions. A message unpacked with it is never
 * freed by itself: it lives until the release. The first bytes stand in the arena itself,
 * which takes a reply of some hundred numbers without asking for memory; it must not be
 * moved. Under an address sanitizer each piece is an allocation of its own. One thread.
 *
 * Nothing is given back in between, so that a message which repeats a field that should
 * stand once, and is merged each time, would take memory by the square of its length: an
 * arena gives 128 times the message's bytes and 1 MiB at most, and NULL beyond, for which
 * protobuf-c fails to unpack.
 */
struct od_pb_arena {
    ProtobufCAllocator allocator;
    struct od_pb_chunk *chunks;
    char *next; /* free space of the newest chunk */
    size_t left;
    size_t may; /* bytes that it gives yet */
    _Alignas(max_align_t) char first[8192];
};

void od_pb_arena_init(struct od_pb_arena *arena, size_t message_bytes);
void od_pb_arena_release(struct od_pb_arena *arena);

#endif
