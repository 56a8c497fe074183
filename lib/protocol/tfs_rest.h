/* The parts of the REST protocol; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_TFS_REST_H
#define OD_PROTOCOL_TFS_REST_H

#include "base/err.h"
#include "service/answer.h"
#include "service/outputs.h"
#include "service/request.h"
#include "service/style.h"
#include "wire/json.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>

/* The path of a request, owned by the caller (tfs_path.c). */
char *od_tfs_path_make(const struct od_request *in);
/* Is this a path of the API, under /v1/, and of which kind does it look? */
bool od_tfs_path_route(const char *path, enum od_kind *kind);
/* Reads kind and model from verb and path. Fails with OD_EINPUT, "Malformed request: VERB
 * PATH", when no pattern of odbench-wire(7), Paths, matches. */
int od_tfs_path_read(const char *verb, const char *path, struct od_request *out,
                     struct od_err *err) OD_MUST_CHECK;

/* The body of a predict request (tfs_rest.c) and back (tfs_rest_parse.c). floats: its
 * pictures need not be plain pixels, and come as FP32. */
int od_tfs_rest_body(const char *text, size_t len, bool floats, struct od_request *out,
                     struct od_err *err) OD_MUST_CHECK;

/* Metadata and status from the document of a reply (tfs_rest_model.c). */
int od_tfs_json_metadata(const struct od_json *json, struct od_model_facts *out,
                         struct od_err *err) OD_MUST_CHECK;
int od_tfs_json_status(const struct od_request *asked, const struct od_json *json,
                       struct od_model_facts *out, struct od_err *err) OD_MUST_CHECK;

/*
 * Reads one picture of numbers of any size: [height, width, 3] or [3, height, width].
 * Appends floats to *out, which is empty; the picture's data is left to the caller. Fails
 * with OD_EINPUT, or OD_ELIMIT when *out cannot hold them.
 */
int od_tfs_rest_floats(struct od_json_cursor *at, struct od_buf *out,
                       struct od_picture *picture, struct od_err *err) OD_MUST_CHECK;

/* The outputs of a reply, whatever they are: "predictions" by row, an array, or "outputs"
 * by column. What holds no numbers of one shape is left out. The list is owned. */
void od_tfs_rest_outputs(const struct od_json *json, const struct od_json_node *images,
                         bool rows, struct od_outputs_list *list);

/* od_protocol.decode (tfs_rest_decode.c), .render and .preflight (tfs_rest_render.c). */
int od_tfs_rest_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err);
int od_tfs_rest_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err);
bool od_tfs_rest_preflight(const struct od_message *in, struct od_reply *out);

#endif
