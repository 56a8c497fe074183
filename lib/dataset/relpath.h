/* Paths as seen from another folder. */
#ifndef OD_DATASET_RELPATH_H
#define OD_DATASET_RELPATH_H

#include "base/err.h"

/*
 * The path of target as seen from folder ("" or NULL: the working folder), e.g.
 * "../images/a.jpg". Both are resolved with realpath, so they must exist: else OD_EOUTPUT
 * for the folder, where something is to be written, and OD_ENOENT for the target. *out is
 * owned by the caller.
 */
int od_path_relative(const char *folder, const char *target, char **out,
                     struct od_err *err) OD_MUST_CHECK;

#endif
