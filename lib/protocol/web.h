/* The parts of the protocol web; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_WEB_H
#define OD_PROTOCOL_WEB_H

#include "base/err.h"
#include "protocol/profile_spec.h"
#include "protocol/protocol.h"
#include "service/answer.h"
#include "service/request.h"
#include "wire/json.h"
#include "wire/message.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

extern const struct od_protocol od_web;

/* The size of the first picture in pixels: its own, or that in the head of its JPEG.
 * False: neither is known. */
bool od_web_size(const struct od_request *asked, int px[2]);

/* Body and Content-Type of a request (web_body.c). */
int od_web_body(const struct od_profile *profile, const struct od_request *in,
                struct od_message *out, struct od_err *err) OD_MUST_CHECK;
/* The picture out of a received body (web_parse.c). */
int od_web_picture(const struct od_profile *profile, const struct od_message *in,
                   struct od_request *out, struct od_err *err) OD_MUST_CHECK;
/* The received body as one piece, which the request keeps if it must be made. Fails with
 * OD_EUNSUPPORTED when it is compressed (web_parse.c). */
int od_web_whole(const struct od_message *in, struct od_request *out,
                 struct od_segment *body, struct od_err *err) OD_MUST_CHECK;
/* Borrowed bytes of a file become the request's picture; always 0 (web_parse.c). */
int od_web_file(const void *data, size_t len, struct od_request *out) OD_MUST_CHECK;
/* A received body against the template that its client filled in (web_template.c). */
int od_web_template_read(const struct od_profile *profile, const char *text, size_t len,
                         struct od_request *out, struct od_err *err) OD_MUST_CHECK;
/* The picture at the cursor, base64 in a string or nested numbers, becomes the
 * request's (web_parse.c). */
int od_web_base64_at(struct od_json_cursor *at, struct od_request *out,
                     struct od_err *err) OD_MUST_CHECK;
int od_web_base64_text(const char *text, size_t len, struct od_request *out,
                       struct od_err *err) OD_MUST_CHECK;
int od_web_pixels_at(struct od_json_cursor *at, struct od_request *out,
                     struct od_err *err) OD_MUST_CHECK;

/* A label as replies name it: its name, else its class number (in digits); and back.
 * False: neither a name of the map nor a number (web_label.c). */
const char *od_web_label_text(const struct od_profile_tell *tell, int label,
                              char digits[16]);
bool od_web_label_of(const struct od_profile_tell *tell, const char *text, int *label);
int od_web_class_of(const struct od_profile_tell *tell, int label);
bool od_web_label_of_class(const struct od_profile_tell *tell, double number, int *label);

/*
 * A box from four numbers in the profile's order and units, and back. px: a picture of
 * that size.
 */
void od_web_box_read(const struct od_profile_tell *tell, const double numbers[4],
                     const int px[2], struct od_box *out);
void od_web_box_write(const struct od_profile_tell *tell, const struct od_box *box,
                      const int px[2], double numbers[4]);

/* The boxes of a reply's document (web_boxes.c). Fails with OD_EDECODE. */
int od_web_boxes(const struct od_profile_tell *tell, const struct od_json *json,
                 const int px[2], struct od_boxes *out, struct od_err *err) OD_MUST_CHECK;
/* The document of a reply with these boxes, owned by the caller (web_render.c). */
json_t *od_web_document(const struct od_profile_tell *tell, const struct od_boxes *boxes,
                        const int px[2]);

/* Appends a document, which it takes, with numbers of nine digits. */
void od_web_dump(json_t *document, size_t flags, struct od_buf *out);

/*
 * What a server says of an error, in a line (web_error.c): the text at the profile's
 * pointer or under the usual names (error, detail, message, ...) in JSON, a page of HTML
 * without its tags and with its title once, else the beginning of the body; before it the
 * address of a redirection, cut to 120 bytes. profile may be NULL. Never empty.
 */
#define OD_WEB_TEXT_MAX 1025
void od_web_error_text(const struct od_profile_tell *tell, const struct od_reply *in,
                       char out[OD_WEB_TEXT_MAX]);
/* The same of a body alone; "" when it holds no text. */
void od_web_body_text(const struct od_profile_tell *tell, const char *body, size_t len,
                      char out[OD_WEB_TEXT_MAX]);

/* od_protocol.decode (web_decode.c) and .render (web_render.c). */
int od_web_decode(const struct od_request *asked, const struct od_reply *in,
                  struct od_answer *out, struct od_err *err);
int od_web_render(const struct od_style *style, const struct od_request *asked,
                  const struct od_answer *in, struct od_reply *out, struct od_err *err);

#endif
