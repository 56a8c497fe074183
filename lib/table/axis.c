/* Labels and their order. */
#include "table/axis.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *const od_axis_machines[] = {"client", "cloud", "edge", NULL};
const char *const od_axis_models[] = {"rfcn", "ssd-mobilenet", NULL};
const char *const od_axis_protocols[] = {"tfs-grpc", "grpc", "tfs-rest", "rest", NULL};

void od_axis_release(struct od_axis *axis)
{
    for (size_t i = 0; i < axis->count; i++) {
        free(axis->labels[i]);
    }
    free(axis->labels);
    free(axis->slots);
    *axis = (struct od_axis){0};
}

/* FNV-1a; the labels come from our own result files. */
static uint64_t hash_of(const char *label)
{
    uint64_t hash = 14695981039346656037U;
    for (const char *p = label; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * 1099511628211U;
    }
    return hash;
}

/* The slot that holds label, or the free one where it belongs. */
static size_t slot_of(const struct od_axis *axis, const char *label)
{
    size_t slot = (size_t)(hash_of(label) & (axis->slot_count - 1));
    while (axis->slots[slot] != 0 &&
           strcmp(axis->labels[axis->slots[slot] - 1], label) != 0) {
        slot = (slot + 1) & (axis->slot_count - 1);
    }
    return slot;
}

static void rehash(struct od_axis *axis, size_t slot_count)
{
    free(axis->slots);
    axis->slots = od_xcalloc(slot_count, sizeof *axis->slots);
    axis->slot_count = slot_count;
    for (size_t i = 0; i < axis->count; i++) {
        axis->slots[slot_of(axis, axis->labels[i])] = i + 1;
    }
}

size_t od_axis_find(const struct od_axis *axis, const char *label)
{
    if (axis->count == 0) {
        return OD_AXIS_NONE;
    }
    size_t index = axis->slots[slot_of(axis, label)];
    return index > 0 ? index - 1 : OD_AXIS_NONE;
}

size_t od_axis_add(struct od_axis *axis, const char *label)
{
    size_t found = od_axis_find(axis, label);
    if (found != OD_AXIS_NONE) {
        return found;
    }
    if (axis->slot_count < 2 * (axis->count + 1)) {
        rehash(axis, axis->slot_count > 0 ? 2 * axis->slot_count : 16);
    }
    axis->labels =
        od_xgrow(axis->labels, axis->count, &axis->capacity, sizeof *axis->labels);
    axis->labels[axis->count] = od_xstrdup(label);
    axis->slots[slot_of(axis, label)] = axis->count + 1;
    return axis->count++;
}

/* A label and where its first word stands among the known ones. */
struct ranked {
    char *label;
    size_t rank;
};

static size_t rank_of(const char *label, const char *const *known)
{
    size_t word = strcspn(label, " ");
    size_t rank = 0;
    while (known != NULL && known[rank] != NULL &&
           (strncmp(known[rank], label, word) != 0 || known[rank][word] != '\0')) {
        rank++;
    }
    return rank;
}

/* By name, but numbers within by their value, so that c2 stands before c16. */
static int compare_names(const char *a, const char *b)
{
    const char *x = a;
    const char *y = b;
    while (*x != '\0' && *y != '\0') {
        size_t digits_x = strspn(x, "0123456789");
        size_t digits_y = strspn(y, "0123456789");
        if (digits_x == 0 || digits_y == 0) {
            if (*x != *y) {
                break;
            }
            x++;
            y++;
            continue;
        }
        size_t zeros_x = strspn(x, "0");
        size_t zeros_y = strspn(y, "0");
        size_t len_x = digits_x - (zeros_x < digits_x ? zeros_x : digits_x - 1);
        size_t len_y = digits_y - (zeros_y < digits_y ? zeros_y : digits_y - 1);
        int order = len_x != len_y
                        ? (len_x > len_y) - (len_x < len_y)
                        : strncmp(x + digits_x - len_x, y + digits_y - len_y, len_x);
        if (order != 0) {
            return order;
        }
        x += digits_x;
        y += digits_y;
    }
    int order = strcmp(x, y);
    return order != 0 ? order : strcmp(a, b);
}

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    int order = (x->rank > y->rank) - (x->rank < y->rank);
    return order != 0 ? order : compare_names(x->label, y->label);
}

void od_axis_sort(struct od_axis *axis, const char *const *known)
{
    if (axis->count < 2) {
        return;
    }
    struct ranked *ranked = od_xcalloc(axis->count, sizeof *ranked);
    for (size_t i = 0; i < axis->count; i++) {
        ranked[i] = (struct ranked){axis->labels[i], rank_of(axis->labels[i], known)};
    }
    qsort(ranked, axis->count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < axis->count; i++) {
        axis->labels[i] = ranked[i].label;
    }
    free(ranked);
    rehash(axis, axis->slot_count);
}
