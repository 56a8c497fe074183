/* Forms with files in them: multipart/form-data (RFC 7578), neither way copying a file.
 */
#ifndef OD_WIRE_MULTIPART_H
#define OD_WIRE_MULTIPART_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Longest boundary (RFC 2046 section 5.1.1), names, and the head of one part. */
#define OD_BOUNDARY_MAX  70
#define OD_PART_NAME_MAX 256
#define OD_PART_HEAD_MAX 8192

/* A boundary that the data does not hold; always the same for the same data. */
void od_multipart_boundary(const void *data, size_t len, char out[OD_BOUNDARY_MAX + 1]);

/* What stands in front of a part's bytes. Texts may be "" and are left out then, but for
 * name. Quotes, CR and LF in them are written as %22, %0D and %0A. */
struct od_part_head {
    const char *name;
    const char *filename;
    const char *type;
};

/* Begins a part: boundary and head; first: of the body. The caller then sends its bytes.
 */
void od_multipart_begin(struct od_buf *out, const char *boundary,
                        const struct od_part_head *head, bool first);
/* Ends the body behind the last part's bytes. */
void od_multipart_end(struct od_buf *out, const char *boundary);

/* A part that was read. data is borrowed from the body. */
struct od_part {
    char name[OD_PART_NAME_MAX];
    char filename[OD_PART_NAME_MAX]; /* "": none */
    char type[OD_PART_NAME_MAX];     /* "": none */
    const char *data;
    size_t len;
};

/* Reads the parts of a body one after the other. */
struct od_multipart {
    const char *p; /* at a boundary's line, NULL behind the last */
    const char *end;
    char mark[OD_BOUNDARY_MAX + 5]; /* CR LF, two hyphens, boundary */
    size_t mark_len;
};

/* type is the body's Content-Type (NULL: none). Fails with OD_EINPUT when it is no form,
 * names no boundary, or the body does not hold it. The body is borrowed. */
int od_multipart_init(struct od_multipart *form, const char *type, const void *body,
                      size_t len, struct od_err *err) OD_MUST_CHECK;
/* 1 and the next part, 0 behind the last, -1 with OD_EINPUT when the body breaks off or a
 * head is none. */
int od_multipart_next(struct od_multipart *form, struct od_part *out, struct od_err *err);

#endif
