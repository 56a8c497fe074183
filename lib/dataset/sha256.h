/* SHA-256 as hex digits, of bytes and of files (libmd). */
#ifndef OD_DATASET_SHA256_H
#define OD_DATASET_SHA256_H

#include "base/err.h"

#include <stddef.h>

/* 64 lower-case hex digits and the NUL. */
enum { OD_SHA256_SIZE = 65 };

void od_sha256_bytes(const void *data, size_t len, char out[OD_SHA256_SIZE]);

/* Reads the file piece by piece. Fails with OD_ENOENT or OD_ESYS, naming path. */
int od_sha256_file(const char *path, char out[OD_SHA256_SIZE],
                   struct od_err *err) OD_MUST_CHECK;

#endif
