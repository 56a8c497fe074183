/* The head of an HTTP/1 request. */
#include "floor/http_head.h"

#include <string.h>
#include <strings.h>

struct line {
    const char *text;
    size_t len;
};

/* The next line without its end, or false when none has ended yet. */
static bool next_line(const char *data, size_t len, size_t *at, struct line *out)
{
    const char *end = *at < len ? memchr(data + *at, '\n', len - *at) : NULL;
    if (end == NULL) {
        return false;
    }
    out->text = data + *at;
    out->len = (size_t)(end - out->text);
    *at += out->len + 1;
    if (out->len > 0 && out->text[out->len - 1] == '\r') {
        out->len--;
    }
    return true;
}

static bool same(const struct line *text, const char *word)
{
    return text->len == strlen(word) && strncasecmp(text->text, word, text->len) == 0;
}

static bool begins(const struct line *text, const char *word)
{
    size_t len = strlen(word);
    return text->len >= len && memcmp(text->text, word, len) == 0;
}

/* "METHOD target HTTP/1.x". HEAD and CONNECT are answered by a head alone, so no. */
static bool request_line(const struct line *line, struct od_floor_head *out)
{
    static const char version[] = " HTTP/1.";
    size_t tail = sizeof version; /* and one digit */
    if (line->len < tail + 2 || begins(line, "HEAD ") || begins(line, "CONNECT ") ||
        begins(line, " ")) {
        return false;
    }
    const char *end = line->text + line->len - tail;
    size_t front = line->len - tail;
    char minor = end[tail - 1];
    out->keep = minor == '1';
    return memcmp(end, version, tail - 1) == 0 && (minor == '0' || minor == '1') &&
           memchr(line->text, ' ', front) != NULL;
}

static void trim(struct line *value)
{
    while (value->len > 0 && (*value->text == ' ' || *value->text == '\t')) {
        value->text++;
        value->len--;
    }
    while (value->len > 0 &&
           (value->text[value->len - 1] == ' ' || value->text[value->len - 1] == '\t')) {
        value->len--;
    }
}

static bool read_length(const struct line *value, uint64_t *out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < value->len; i++) {
        unsigned digit = (unsigned)(unsigned char)value->text[i] - '0';
        if (digit > 9 || number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *out = number;
    return value->len > 0;
}

/* "Connection: a, b": each is an option of its own. */
static void connection_options(struct line rest, struct od_floor_head *out)
{
    while (rest.len > 0) {
        const char *comma = memchr(rest.text, ',', rest.len);
        size_t len = comma != NULL ? (size_t)(comma - rest.text) : rest.len;
        struct line option = {rest.text, len};
        trim(&option);
        if (same(&option, "close")) {
            out->keep = false;
        } else if (same(&option, "keep-alive")) {
            out->keep = true;
        }
        size_t past = comma != NULL ? len + 1 : len;
        rest.text += past;
        rest.len -= past;
    }
}

struct seen {
    bool length;
    bool encoding;
};

static bool field_line(const struct line *line, struct od_floor_head *out,
                       struct seen *seen)
{
    const char *colon = memchr(line->text, ':', line->len);
    if (colon == NULL || colon == line->text) {
        return false;
    }
    struct line name = {line->text, (size_t)(colon - line->text)};
    struct line value = {colon + 1, line->len - name.len - 1};
    trim(&value);
    if (same(&name, "Content-Length")) {
        uint64_t before = out->body_bytes;
        if (!read_length(&value, &out->body_bytes) ||
            (seen->length && before != out->body_bytes)) {
            return false;
        }
        seen->length = true;
    } else if (same(&name, "Transfer-Encoding")) {
        seen->encoding = true;
    } else if (same(&name, "Connection")) {
        connection_options(value, out);
    } else if (same(&name, "Expect")) {
        out->continues = same(&value, "100-continue");
    }
    return true;
}

enum od_floor_head_state od_floor_head_parse(const char *data, size_t len,
                                             struct od_floor_head *out)
{
    struct od_floor_head head = {0};
    struct seen seen = {false, false};
    struct line line = {NULL, 0};
    size_t at = 0;
    do {
        if (!next_line(data, len, &at, &line)) {
            return OD_FLOOR_HEAD_MORE;
        }
    } while (line.len == 0);
    if (!request_line(&line, &head)) {
        return OD_FLOOR_HEAD_BAD;
    }
    while (next_line(data, len, &at, &line)) {
        if (line.len == 0) {
            head.head_bytes = at;
            *out = head;
            return seen.encoding ? OD_FLOOR_HEAD_UNMEASURED : OD_FLOOR_HEAD_WHOLE;
        }
        if (!field_line(&line, &head, &seen)) {
            return OD_FLOOR_HEAD_BAD;
        }
    }
    return OD_FLOOR_HEAD_MORE;
}
