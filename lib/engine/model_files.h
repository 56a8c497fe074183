/* The files of a model: their names, and the label names beside them. */
#ifndef OD_ENGINE_MODEL_FILES_H
#define OD_ENGINE_MODEL_FILES_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No model file may be larger: 2 GiB. And no text beside it: 16 MiB. */
#define OD_MODEL_MAX_BYTES ((size_t)1 << 31)
#define OD_MODEL_MAX_TEXT  ((size_t)1 << 24)

/* Paths, owned. */
struct od_model_files {
    char *model;
    char *config;
};

/* Whether the source, "FILE" or "FILE,FILE", names a file that ends in one of two. */
bool od_model_is(const char *source, const char *model_end, const char *config_end);

/*
 * Splits "FILE[,FILE]" (in either order) by what the names end in, such as ".weights" and
 * ".cfg"; a missing one is the neighbour with the same name and the other ending. Fails
 * with OD_EINPUT, or OD_ENOENT naming the file that is not there. Released by the caller.
 */
int od_model_files_find(const char *source, const char *model_end, const char *config_end,
                        struct od_model_files *out, struct od_err *err) OD_MUST_CHECK;
void od_model_files_release(struct od_model_files *files);

/* Size of a file; -1 when it cannot be told. */
int64_t od_model_bytes(const char *path);

/* path with the ending replaced: "a/b.onnx" and ".conf" give "a/b.conf". Owned. */
char *od_model_neighbour(const char *path, const char *end);

/* Label names, one a line. */
struct od_labels {
    char **names;
    size_t count;
};

/*
 * Reads "STEM.names", else "coco.names", beside a model. No such file, or one without
 * exactly count lines, is no error: *out is empty then.
 */
void od_labels_find(const char *model_path, size_t count, struct od_labels *out);
void od_labels_release(struct od_labels *labels);

/* The name of a label, NULL when unknown. Borrowed. */
const char *od_labels_name(const struct od_labels *labels, int label, size_t classes);

#endif
