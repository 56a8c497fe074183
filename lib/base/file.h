/* Whole files in and out. */
#ifndef OD_BASE_FILE_H
#define OD_BASE_FILE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a whole file into *out, which the caller has initialised (its max is the limit).
 * path "-" is standard input. Fails with OD_ENOENT, OD_ESYS, or OD_ELIMIT; the text names
 * path.
 */
int od_file_read(const char *path, struct od_buf *out, struct od_err *err) OD_MUST_CHECK;

/*
 * Writes a whole file: into a temporary neighbour, then renamed, so that a reader sees
 * the old or the new one; devices and pipes are written in place. Fails with OD_EOUTPUT,
 * naming path.
 */
int od_file_write(const char *path, const void *data, size_t len,
                  struct od_err *err) OD_MUST_CHECK;

/* Writes all bytes to an open descriptor, across short writes and EINTR. 0 or -1 with
 * errno. */
int od_fd_write(int fd, const void *data, size_t len);

/* Makes a folder and its parents. Fails with OD_EOUTPUT. */
int od_mkdirs(const char *path, struct od_err *err) OD_MUST_CHECK;

bool od_file_exists(const char *path);

/*
 * Claims an existing file for this process: *fd, which the caller closes, holds the
 * claim; -1 when nothing is there to claim (no file, a device, a file system without
 * locks). Reading and writing stay free to everybody who does not ask. Fails with
 * OD_EOUTPUT when another holds it.
 */
int od_file_claim(const char *path, int *fd, struct od_err *err) OD_MUST_CHECK;

/*
 * For the first line of main: a program started with standard input, output or error
 * closed gets a descriptor there that can be neither read nor written in its direction.
 * Otherwise the next file that it opens would take that number, and what is meant for
 * standard output would land in the file.
 */
void od_std_fds_guard(void);

/*
 * Sees to it that the process may hold count open files, by raising its soft limit as far
 * as the hard one allows. Fails with OD_EINPUT naming both numbers.
 */
int od_files_reserve(int64_t count, struct od_err *err) OD_MUST_CHECK;

/* "folder/name", or name alone when it is absolute or folder is empty or NULL. Owned by
 * the caller. */
char *od_path_join(const char *folder, const char *name);

/* The part behind the last slash, borrowed from path. */
const char *od_path_base(const char *path);

#endif
