/* Forms with files in them: multipart/form-data. */
#include "wire/multipart.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FORM "multipart/form-data"

/* The first place of the mark at or behind p; NULL: none. */
static const char *find(const char *p, const char *end, const char *mark, size_t len)
{
    while ((size_t)(end - p) >= len) {
        p = memchr(p, mark[0], (size_t)(end - p) - len + 1);
        if (p == NULL || memcmp(p, mark, len) == 0) {
            return p;
        }
        p++;
    }
    return NULL;
}

void od_multipart_boundary(const void *data, size_t len, char out[OD_BOUNDARY_MAX + 1])
{
    /* FNV-1a over the length and the first bytes: any number would do. */
    uint64_t hash = UINT64_C(14695981039346656037) ^ len;
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len && i < 64; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    }
    const char *begin = len > 0 ? data : "";
    do {
        (void)snprintf(out, OD_BOUNDARY_MAX + 1, "odbench-%016" PRIx64, hash);
        hash++;
    } while (find(begin, begin + len, out, strlen(out)) != NULL);
}

/* A text between quotes, as browsers write it (RFC 7578 section 2, HTML). */
static void put_quoted(struct od_buf *out, const char *key, const char *text)
{
    od_buf_printf(out, "; %s=\"", key);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\r' || *text == '\n') {
            od_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
        } else {
            od_buf_putc(out, *text);
        }
    }
    od_buf_putc(out, '"');
}

void od_multipart_begin(struct od_buf *out, const char *boundary,
                        const struct od_part_head *head, bool first)
{
    od_buf_printf(out, "%s--%s\r\nContent-Disposition: form-data", first ? "" : "\r\n",
                  boundary);
    put_quoted(out, "name", head->name);
    if (head->filename[0] != '\0') {
        put_quoted(out, "filename", head->filename);
    }
    if (head->type[0] != '\0') {
        od_buf_printf(out, "\r\nContent-Type: %s", head->type);
    }
    od_buf_puts(out, "\r\n\r\n");
}

void od_multipart_end(struct od_buf *out, const char *boundary)
{
    od_buf_printf(out, "\r\n--%s--\r\n", boundary);
}

static const char *blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }
    return p;
}

/* The character that %22, %0D or %0A stands for; else the percent sign itself. */
static char special(const char *p)
{
    return strncasecmp(p, "%22", 3) == 0   ? '"'
           : strncasecmp(p, "%0D", 3) == 0 ? '\r'
           : strncasecmp(p, "%0A", 3) == 0 ? '\n'
                                           : '%';
}

/* A value, quoted or not, into to, cut to its size; returns what is behind it. %22, %0D
 * and %0A and backslashes in front of quotes are what writers make of special ones. */
static const char *read_value(const char *p, const char *end, char *to, size_t size)
{
    bool quoted = p < end && *p == '"';
    size_t len = 0;
    p += quoted;
    while (p < end && (quoted ? *p != '"' : strchr("; \t", *p) == NULL)) {
        char c = *p;
        if (quoted && c == '\\' && end - p > 1 && (p[1] == '"' || p[1] == '\\')) {
            c = *++p;
        } else if (quoted && c == '%' && end - p > 2) {
            c = special(p);
            p += c != '%' ? 2 : 0;
        }
        if (len + 1 < size) {
            to[len++] = c;
        }
        p++;
    }
    to[len] = '\0';
    return p + (quoted && p < end);
}

/* The value of a parameter behind the first semicolon: "key=value" or "key="value"". */
static bool parameter(const char *p, const char *end, const char *key, char *to,
                      size_t size)
{
    size_t len = strlen(key);
    char other[OD_PART_NAME_MAX];
    while (p < end && *p != ';') {
        p++;
    }
    while (p < end && *p == ';') {
        p = blanks(p + 1, end);
        const char *name = p;
        while (p < end && *p != '=' && *p != ';') {
            p++;
        }
        bool ours = (size_t)(p - name) == len && strncasecmp(name, key, len) == 0;
        if (p < end && *p == '=') {
            p = ours ? read_value(p + 1, end, to, size)
                     : read_value(p + 1, end, other, sizeof other);
            if (ours) {
                return true;
            }
        }
        p = blanks(p, end);
    }
    return false;
}

int od_multipart_init(struct od_multipart *form, const char *type, const void *body,
                      size_t len, struct od_err *err)
{
    char boundary[OD_BOUNDARY_MAX + 2] = "";
    const char *text = type != NULL ? type : "";
    *form = (struct od_multipart){0};
    if (strncasecmp(text, FORM, strlen(FORM)) != 0) {
        return od_fail(err, OD_EINPUT, "the body is no %s but '%.60s'", FORM, text);
    }
    if (!parameter(text, text + strlen(text), "boundary", boundary, sizeof boundary) ||
        boundary[0] == '\0' || strlen(boundary) > OD_BOUNDARY_MAX) {
        return od_fail(err, OD_EINPUT, "Content-Type of the form has no boundary");
    }
    form->mark_len =
        (size_t)snprintf(form->mark, sizeof form->mark, "\r\n--%s", boundary);
    form->end = len > 0 ? (const char *)body + len : NULL;
    /* The first boundary has no line in front of it, or a preamble. */
    size_t bare = form->mark_len - 2;
    if (len >= bare && memcmp(body, form->mark + 2, bare) == 0) {
        form->p = (const char *)body + bare;
        return 0;
    }
    const char *at = len > 0 ? find(body, form->end, form->mark, form->mark_len) : NULL;
    if (at == NULL) {
        return od_fail(err, OD_EINPUT, "the form does not hold its boundary");
    }
    form->p = at + form->mark_len;
    return 0;
}

/* One line of a part's head, without its end, into the part. */
static void read_header(const char *line, const char *end, struct od_part *out)
{
    const char *colon = memchr(line, ':', (size_t)(end - line));
    if (colon == NULL) {
        return;
    }
    size_t len = (size_t)(colon - line);
    const char *value = blanks(colon + 1, end);
    if (len == strlen("Content-Disposition") &&
        strncasecmp(line, "Content-Disposition", len) == 0) {
        (void)parameter(value, end, "name", out->name, sizeof out->name);
        (void)parameter(value, end, "filename", out->filename, sizeof out->filename);
    } else if (len == strlen("Content-Type") &&
               strncasecmp(line, "Content-Type", len) == 0) {
        size_t size = (size_t)(end - value);
        size = size < sizeof out->type ? size : sizeof out->type - 1;
        memcpy(out->type, value, size);
        out->type[size] = '\0';
    }
}

/* The head's lines; returns where the data begins, NULL when there is no end. */
static const char *read_head(const char *p, const char *end, struct od_part *out)
{
    const char *begin = p;
    for (;;) {
        const char *eol = find(p, end, "\r\n", 2);
        if (eol == NULL || eol - begin > OD_PART_HEAD_MAX) {
            return NULL;
        }
        if (eol == p) {
            return p + 2;
        }
        read_header(p, eol, out);
        p = eol + 2;
    }
}

int od_multipart_next(struct od_multipart *form, struct od_part *out, struct od_err *err)
{
    *out = (struct od_part){.data = ""};
    if (form->p == NULL) {
        return 0;
    }
    if (form->end - form->p >= 2 && memcmp(form->p, "--", 2) == 0) {
        form->p = NULL;
        return 0;
    }
    const char *p = blanks(form->p, form->end);
    if (form->end - p < 2 || memcmp(p, "\r\n", 2) != 0) {
        form->p = NULL;
        return od_fail(err, OD_EINPUT, "the form breaks off behind a boundary");
    }
    p = read_head(p + 2, form->end, out);
    /* The mark's own line end belongs to it: an empty part has the one of its head. */
    const char *end =
        p != NULL ? find(p - 2, form->end, form->mark, form->mark_len) : NULL;
    if (end == NULL) {
        form->p = NULL;
        return od_fail(err, OD_EINPUT, "a part of the form has no end");
    }
    out->data = p;
    out->len = end > p ? (size_t)(end - p) : 0;
    form->p = end + form->mark_len;
    return 1;
}
