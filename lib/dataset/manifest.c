/* Manifests: text files that name images, with or without SHA-256. */
#include "dataset/manifest.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char HEADER[] = "# odbench manifest 1\n";
static const char ANNOTATIONS[] = "annotations:";

/* A piece of the text, without NUL at its end. */
struct piece {
    const char *p;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct piece trim(struct piece piece)
{
    while (piece.len > 0 && is_blank(piece.p[0])) {
        piece.p++;
        piece.len--;
    }
    while (piece.len > 0 && is_blank(piece.p[piece.len - 1])) {
        piece.len--;
    }
    return piece;
}

static struct piece behind(struct piece piece, size_t len)
{
    return (struct piece){piece.p + len, piece.len - len};
}

/* Copies 64 hex digits in lower case; false when there are not 64 and a blank. */
static bool read_digest(struct piece line, char *out)
{
    enum { DIGITS = OD_SHA256_SIZE - 1 };
    if (line.len < DIGITS + 3 || line.p[DIGITS] != ' ') {
        return false;
    }
    for (size_t i = 0; i < DIGITS; i++) {
        char c = line.p[i];
        if (c >= 'A' && c <= 'F') {
            c = (char)(c - 'A' + 'a');
        }
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            out[0] = '\0';
            return false;
        }
        out[i] = c;
    }
    out[DIGITS] = '\0';
    return true;
}

static void read_comment(struct od_manifest *manifest, struct piece line)
{
    struct piece text = trim(behind(line, 1));
    size_t len = sizeof ANNOTATIONS - 1;
    if (text.len > len && memcmp(text.p, ANNOTATIONS, len) == 0) {
        text = trim(behind(text, len));
        free(manifest->annotations);
        manifest->annotations = od_xstrndup(text.p, text.len);
    }
}

static int read_line(struct od_manifest *manifest, struct piece line, const char *name,
                     size_t number, struct od_err *err)
{
    char digest[OD_SHA256_SIZE] = "";
    if (memchr(line.p, '\0', line.len) != NULL) {
        return od_fail(err, OD_EINPUT, "%s:%zu: not text: a NUL byte", name, number);
    }
    line = trim(line);
    if (line.len == 0) {
        return 0;
    }
    if (line.p[0] == '#') {
        read_comment(manifest, line);
        return 0;
    }
    if (line.p[0] == '\\') {
        return od_fail(err, OD_EINPUT, "%s:%zu: names with line ends are not supported",
                       name, number);
    }
    if (read_digest(line, digest)) {
        line = behind(line, OD_SHA256_SIZE);
        if (line.p[0] == '*') {
            line = behind(line, 1);
        }
        line = trim(line);
    }
    char *image = od_xstrndup(line.p, line.len);
    od_manifest_add(manifest, image, digest);
    manifest->entries[manifest->count - 1].line = number;
    free(image);
    return 0;
}

int od_manifest_parse(const char *name, const char *data, size_t len,
                      struct od_manifest *out, struct od_err *err)
{
    *out = (struct od_manifest){0};
    const char *end = data + len;
    size_t number = 0;
    int rc = 0;
    while (data < end && rc == 0) {
        const char *stop = memchr(data, '\n', (size_t)(end - data));
        stop = stop != NULL ? stop : end;
        struct piece line = {data, (size_t)(stop - data)};
        rc = read_line(out, line, name, ++number, err);
        data = stop < end ? stop + 1 : end;
    }
    if (rc == 0 && out->count == 0) {
        rc = od_fail(err, OD_EINPUT, "%s: names no image", name);
    }
    if (rc != 0) {
        od_manifest_release(out);
    }
    return rc;
}

int od_manifest_load(const char *path, struct od_manifest *out, struct od_err *err)
{
    struct od_buf text;
    *out = (struct od_manifest){0};
    od_buf_init(&text, OD_MANIFEST_MAX_BYTES);
    int rc = od_file_read(path, &text, err);
    if (rc == 0) {
        const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
        rc = od_manifest_parse(name, text.data, text.len, out, err);
    }
    od_buf_release(&text);
    return rc;
}

void od_manifest_release(struct od_manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        free(manifest->entries[i].name);
    }
    free(manifest->entries);
    free(manifest->annotations);
    *manifest = (struct od_manifest){0};
}

void od_manifest_add(struct od_manifest *manifest, const char *name, const char *sha256)
{
    struct od_manifest_entry entry = {.name = od_xstrdup(name)};
    if (sha256 != NULL && strlen(sha256) < sizeof entry.sha256) {
        memcpy(entry.sha256, sha256, strlen(sha256));
    }
    manifest->entries =
        od_xgrow(manifest->entries, manifest->count, &manifest->capacity, sizeof entry);
    manifest->entries[manifest->count++] = entry;
}

static bool can_stand(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && strpbrk(name, "\n\r") == NULL && !is_blank(name[0]) &&
           !is_blank(name[len - 1]) && name[0] != '#' && name[0] != '\\';
}

int od_manifest_render(const struct od_manifest *manifest, struct od_buf *out,
                       struct od_err *err)
{
    od_buf_puts(out, HEADER);
    if (manifest->annotations != NULL && can_stand(manifest->annotations)) {
        od_buf_printf(out, "# %s %s\n", ANNOTATIONS, manifest->annotations);
    }
    for (size_t i = 0; i < manifest->count; i++) {
        const struct od_manifest_entry *entry = &manifest->entries[i];
        if (!can_stand(entry->name)) {
            return od_fail(err, OD_EUNSUPPORTED,
                           "'%s': such a name cannot stand in a manifest", entry->name);
        }
        od_buf_printf(out, "%s%s%s\n", entry->sha256,
                      entry->sha256[0] != '\0' ? "  " : "", entry->name);
    }
    return od_buf_check(out, "manifest", err);
}
