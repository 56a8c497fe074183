/* Which files make which side. */
#include "compare/operands.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

/* Length of LABEL in LABEL=FILE; 0: it has none. */
static size_t label_length(const char *operand)
{
    size_t length = strcspn(operand, "=/");
    return operand[length] == '=' && !od_file_exists(operand) ? length : 0;
}

static int find_label(struct od_compare_inputs *inputs, const char *text, size_t length,
                      int *side, struct od_err *err)
{
    for (*side = OD_BASE; *side < OD_SIDES; (*side)++) {
        char **label = &inputs->labels[*side];
        if (*label == NULL) {
            *label = od_xstrndup(text, length);
        }
        if (strlen(*label) == length && memcmp(*label, text, length) == 0) {
            return 0;
        }
    }
    return od_fail(err, OD_EINPUT, "%s: a third label, after %s and %s", text,
                   inputs->labels[OD_BASE], inputs->labels[OD_NEW]);
}

/* Two files of which one has no label of its own. */
static void part_two(struct od_compare_inputs *inputs, bool first_labelled)
{
    inputs->files[1].side = OD_NEW;
    if (!first_labelled) {
        inputs->labels[OD_NEW] = inputs->labels[OD_BASE];
        inputs->labels[OD_BASE] = NULL;
    }
}

/* What the sides are when labels do not tell. */
static int part(struct od_compare_inputs *inputs, size_t own_labels, size_t unlabelled,
                struct od_err *err)
{
    if (inputs->count == 2 && own_labels < 2) {
        part_two(inputs, unlabelled == 0);
        return 0;
    }
    if (own_labels == 0 && inputs->count > 2) {
        return od_fail(err, OD_EINPUT,
                       "%zu files, and nothing says which are the base; put BASE= and "
                       "NEW= in front",
                       inputs->count);
    }
    if (own_labels > 0 && unlabelled > 0) {
        return od_fail(err, OD_EINPUT, "%s stands in front of the first label",
                       inputs->files[0].path);
    }
    return 0;
}

/* Every side that has a label has a file. */
static int check_sides(const struct od_compare_inputs *inputs, struct od_err *err)
{
    for (int side = OD_BASE; side < OD_SIDES; side++) {
        size_t i = 0;
        while (i < inputs->count && inputs->files[i].side != side) {
            i++;
        }
        if (i == inputs->count && inputs->labels[side] != NULL) {
            return od_fail(err, OD_EINPUT, "label %s has no file", inputs->labels[side]);
        }
    }
    return inputs->count > 0
               ? 0
               : od_fail(err, OD_EINPUT,
                         "no result files are given; try odbench-compare --help");
}

int od_compare_operands(const char *const *operands, size_t count, bool by_column,
                        struct od_compare_inputs *out, struct od_err *err)
{
    int side = OD_BASE;
    size_t own_labels = 0; /* in front of a file, not alone */
    size_t alone = 0;
    size_t unlabelled = 0;
    *out = (struct od_compare_inputs){
        .files = od_xcalloc(count + 1, sizeof out->files[0]),
    };
    for (size_t i = 0; i < count; i++) {
        const char *path = operands[i];
        if (*path == '\0') {
            return od_fail(err, OD_EINPUT, "an operand is empty, where a file is meant");
        }
        size_t length = label_length(path);
        if (length > 0 && by_column) {
            return od_fail(err, OD_EINPUT, "%s: a label, but --col makes the sides",
                           path);
        }
        if (length > 0 && find_label(out, path, length, &side, err) != 0) {
            return -1;
        }
        path += length > 0 ? length + 1 : 0;
        if (*path == '\0') {
            alone++;
            continue;
        }
        own_labels += length > 0;
        unlabelled += own_labels + alone == 0;
        out->files[out->count++] = (struct od_compare_file){path, side};
    }
    if (!by_column && alone == 0 && part(out, own_labels, unlabelled, err) != 0) {
        return -1;
    }
    if (alone > 0 && unlabelled > 0) {
        return od_fail(err, OD_EINPUT, "%s stands in front of the first label",
                       out->files[0].path);
    }
    return check_sides(out, err);
}

void od_compare_inputs_release(struct od_compare_inputs *inputs)
{
    for (int side = 0; side < OD_SIDES; side++) {
        free(inputs->labels[side]);
    }
    free(inputs->files);
    *inputs = (struct od_compare_inputs){0};
}
