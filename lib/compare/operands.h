/* Which files make which side: the operands of odbench-compare. */
#ifndef OD_COMPARE_OPERANDS_H
#define OD_COMPARE_OPERANDS_H

#include "compare/compare.h"

#include <stddef.h>

/* Owned, a zeroed one is empty; paths are borrowed from the operands. */
struct od_compare_inputs {
    struct od_compare_file *files;
    size_t count;
    char *labels[OD_SIDES]; /* NULL: none given */
};

/*
 * LABEL=FILE gives FILE a label, and the files behind it up to the next label; LABEL=
 * alone does the same for those behind it. The first label is the base side. Two files
 * are two sides, labelled or not, unless they carry the same label. One file, or files of
 * one label, belong to the base side: their rows must tell the sides. An operand whose
 * whole text names a file has no label, nor has one with a slash before the "=".
 * by_column: sides come from a column, so that all files belong to the base side, and
 * labels are refused. Fails with OD_EINPUT: no file, a third label, more than two files
 * without labels, files in front of the first label.
 */
int od_compare_operands(const char *const *operands, size_t count, bool by_column,
                        struct od_compare_inputs *out, struct od_err *err) OD_MUST_CHECK;
void od_compare_inputs_release(struct od_compare_inputs *inputs);

#endif
