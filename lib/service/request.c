/* Requests: names, defaults and the memory of parsed ones. */
#include "service/request.h"

#include "base/alloc.h"
#include "service/storage.h"

#include <stdlib.h>
#include <string.h>

const char *od_payload_name(enum od_payload payload)
{
    switch (payload) {
    case OD_PAYLOAD_NONE:
        return "";
    case OD_PAYLOAD_TENSOR:
        return "tensor";
    case OD_PAYLOAD_JSON:
        return "json";
    case OD_PAYLOAD_JPEG:
        return "jpeg";
    case OD_PAYLOAD_B64:
        return "b64";
    }
    return "";
}

enum od_payload od_payload_of(const char *name)
{
    static const enum od_payload all[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                          OD_PAYLOAD_JPEG, OD_PAYLOAD_B64};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(name, od_payload_name(all[i])) == 0) {
            return all[i];
        }
    }
    return OD_PAYLOAD_NONE;
}

void od_name_set(char to[OD_NAME_MAX], const char *from)
{
    size_t len = strnlen(from, OD_NAME_MAX - 1);
    memcpy(to, from, len);
    to[len] = '\0';
}

const char *od_model_signature(const struct od_model *model)
{
    return model->signature[0] != '\0' ? model->signature : "serving_default";
}

const char *od_model_input(const struct od_model *model)
{
    return model->input[0] != '\0' ? model->input : "inputs";
}

struct od_storage *od_request_storage(struct od_request *request)
{
    if (request->storage == NULL) {
        request->storage = od_xcalloc(1, sizeof(struct od_storage));
    }
    return request->storage;
}

void od_request_add_picture(struct od_request *request, const struct od_picture *picture)
{
    struct od_storage *storage = od_request_storage(request);
    storage->pictures = od_xgrow(storage->pictures, request->picture_count,
                                 &storage->picture_capacity, sizeof *picture);
    storage->pictures[request->picture_count++] = *picture;
    request->pictures = storage->pictures;
}

void od_request_keep(struct od_request *request, void *block)
{
    struct od_storage *storage = od_request_storage(request);
    storage->blocks = od_xgrow(storage->blocks, storage->block_count,
                               &storage->block_capacity, sizeof *storage->blocks);
    storage->blocks[storage->block_count++] = block;
}

struct od_segment od_request_body(struct od_request *request,
                                  const struct od_message *message)
{
    if (message->segment_count == 0) {
        return (struct od_segment){.data = ""};
    }
    if (message->segment_count == 1) {
        return message->segments[0];
    }
    struct od_buf whole;
    od_buf_init(&whole, 0);
    od_message_flatten(message, &whole);
    size_t len = whole.len;
    void *bytes = od_buf_steal(&whole);
    od_request_keep(request, bytes);
    od_buf_release(&whole);
    return (struct od_segment){.data = bytes, .len = len};
}

void od_request_release(struct od_request *request)
{
    struct od_storage *storage = request->storage;
    if (storage != NULL) {
        for (size_t i = 0; i < storage->block_count; i++) {
            free(storage->blocks[i]);
        }
        if (storage->message != NULL) {
            storage->free_message(storage->message);
        }
        free(storage->blocks);
        free(storage->pictures);
        free(storage);
    }
    *request = (struct od_request){0};
}
