/*
 * Manifests: text files that name images, with or without SHA-256.
 *
 * A line is "DIGEST  NAME" as sha256sum(1) writes it (64 hex digits, a blank, a blank or
 * '*'), or a name alone. Blanks around a line, empty lines and lines that begin with '#'
 * do not count, but for "# annotations: FILE", which tells where the objects stand. Names
 * are relative to the manifest's folder, so `sha256sum -c` works there.
 */
#ifndef OD_DATASET_MANIFEST_H
#define OD_DATASET_MANIFEST_H

#include "base/buf.h"
#include "base/err.h"
#include "dataset/sha256.h"

#include <stddef.h>

/* One named image. */
struct od_manifest_entry {
    char *name;                  /* as written, owned */
    size_t line;                 /* 1-based */
    char sha256[OD_SHA256_SIZE]; /* lower case; "" without digest */
};

/* A zeroed one is empty and valid. */
struct od_manifest {
    struct od_manifest_entry *entries;
    size_t count;
    size_t capacity;
    char *annotations; /* as written, owned; NULL when not told */
};

/* The largest manifest that is read. */
#define OD_MANIFEST_MAX_BYTES ((size_t)64 << 20)

/*
 * Reads a manifest from text (name stands in messages) or from a file ("-": standard
 * input). Fails with OD_EINPUT, naming file and line, on a NUL byte, on a name escaped
 * with '\', and when no image is named. *out is then empty. The caller releases *out.
 */
int od_manifest_parse(const char *name, const char *data, size_t len,
                      struct od_manifest *out, struct od_err *err) OD_MUST_CHECK;
int od_manifest_load(const char *path, struct od_manifest *out,
                     struct od_err *err) OD_MUST_CHECK;
void od_manifest_release(struct od_manifest *manifest);

/* Adds an entry; name is copied, sha256 may be NULL. */
void od_manifest_add(struct od_manifest *manifest, const char *name, const char *sha256);

/*
 * Appends the text of a manifest. Fails with OD_EUNSUPPORTED when a name cannot stand in
 * one: with a line end, with a blank at its ends, or with '#' or '\' in front.
 */
int od_manifest_render(const struct od_manifest *manifest, struct od_buf *out,
                       struct od_err *err) OD_MUST_CHECK;

#endif
