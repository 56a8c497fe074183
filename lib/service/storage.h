/* What parse keeps behind a request; for service and protocol only. */
#ifndef OD_SERVICE_STORAGE_H
#define OD_SERVICE_STORAGE_H

#include "service/request.h"
#include "wire/message.h"

#include <stddef.h>

/* Memory of a parsed request: od_request.storage points to it. */
struct od_storage {
    struct od_picture *pictures; /* owned */
    size_t picture_capacity;
    void **blocks; /* owned, each freed with free() */
    size_t block_count;
    size_t block_capacity;
    void *message; /* owned by free_message */
    void (*free_message)(void *message);
    void *asked; /* what the protocol's render wants to know again; one of blocks */
};

/* The storage of a request, made at the first call. */
struct od_storage *od_request_storage(struct od_request *request);
/* Appends a picture, which request->pictures then shows. */
void od_request_add_picture(struct od_request *request, const struct od_picture *picture);
/* Gives a block of malloc to the request, which frees it when it is released. */
void od_request_keep(struct od_request *request, void *block);
/* The body in one piece: the message's own, or one that the request keeps. */
struct od_segment od_request_body(struct od_request *request,
                                  const struct od_message *message);

#endif
