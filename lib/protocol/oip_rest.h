/* The parts of the Open Inference Protocol over REST; for the files of lib/protocol only.
 */
#ifndef OD_PROTOCOL_OIP_REST_H
#define OD_PROTOCOL_OIP_REST_H

#include "protocol/oip.h"
#include "wire/json.h"

/* The path of a request, owned by the caller (oip_path.c). */
char *od_oip_path_make(const struct od_request *in);
/* Is this a path of the protocol, under /v2, and of which kind does it look? */
bool od_oip_path_route(const char *path, enum od_kind *kind);
/*
 * Reads kind and model from verb and path. Fails, with the status that the dialect has
 * for it in od_oip_asked, when there is no such path or it has another verb.
 */
int od_oip_path_read(const struct od_style *style, const struct od_message *in,
                     struct od_request *out, struct od_err *err) OD_MUST_CHECK;

/* Appends headers and body of an inference request (oip_rest_encode.c). */
void od_oip_rest_put(const struct od_request *in, struct od_message *out);

/*
 * Reads such a body: json_len bytes of JSON, then binary tensors (oip_rest_parse.c); it
 * is borrowed by the request's pictures. A json_len above len means that no header told
 * one.
 */
int od_oip_rest_body(const struct od_style *style, const char *body, size_t len,
                     size_t json_len, struct od_request *out,
                     struct od_err *err) OD_MUST_CHECK;

/* What the members of an input have given. */
struct od_oip_input {
    struct od_oip_tensor tensor;
    bool has_shape;
    bool has_data;
    struct od_json_cursor data; /* at its array */
    int64_t binary_size;        /* -1: not given */
};
/* The pictures of an input whose members are read (oip_rest_input.c); tail is what stands
 * behind the JSON, and it must be the input's alone. */
int od_oip_input_read(const struct od_style *style, struct od_oip_input *input,
                      const struct od_segment *tail, struct od_request *out,
                      struct od_err *err) OD_MUST_CHECK;
/* A member that is missing or of the wrong kind, for which MLServer has a status of its
 * own. Always -1. */
int od_oip_schema(const struct od_style *style, struct od_request *out, const char *what,
                  struct od_err *err);

/* Replies to questions about model and server, as the client reads them
 * (oip_rest_model.c). */
int od_oip_json_facts(const struct od_request *asked, const struct od_json *json,
                      struct od_answer *out, struct od_err *err) OD_MUST_CHECK;
/* And as the server writes them; false: nothing, an empty body. */
bool od_oip_json_render(const struct od_style *style, const struct od_request *asked,
                        const struct od_answer *in, struct od_buf *out);

/* od_protocol.decode (oip_rest_decode.c) and .render (oip_rest_render.c). */
int od_oip_rest_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err);
int od_oip_rest_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err);

#endif
