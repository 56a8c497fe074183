/* Words of a profile's file. */
#include "protocol/profile_spec.h"

#include <string.h>

struct word {
    int value;
    const char *name;
};

static const struct word bodies[] = {
    {OD_WEB_MULTIPART, "multipart"},
    {OD_WEB_RAW, "raw"},
    {OD_WEB_BASE64, "base64"},
    {OD_WEB_JSON_BASE64, "json-base64"},
    {OD_WEB_JSON_PIXELS, "json-pixels"},
    {OD_WEB_TEMPLATE, "template"},
    {0, NULL},
};
static const struct word layouts[] = {
    {OD_WEB_OBJECTS, "objects"},     {OD_WEB_COLUMNS, "columns"},
    {OD_WEB_LABEL_KEY, "label-key"}, {OD_WEB_ROWS7, "rows7"},
    {OD_WEB_TENSORS, "tensors"},     {0, NULL},
};
static const struct word orders[] = {
    {OD_ORDER_XYXY, "xyxy"}, {OD_ORDER_YXYX, "yxyx"},     {OD_ORDER_XXYY, "xxyy"},
    {OD_ORDER_XYWH, "xywh"}, {OD_ORDER_CXCYWH, "cxcywh"}, {0, NULL},
};
static const struct word units[] = {
    {OD_UNITS_PIXELS, "px"},
    {OD_UNITS_RELATIVE, "norm"},
    {0, NULL},
};
static const struct word *const kinds[] = {
    [OD_WORD_BODY] = bodies,
    [OD_WORD_LAYOUT] = layouts,
    [OD_WORD_ORDER] = orders,
    [OD_WORD_UNITS] = units,
};

const char *od_profile_word(enum od_word_kind kind, int value)
{
    const struct word *word = kinds[kind];
    while (word->name != NULL && word->value != value) {
        word++;
    }
    return word->name != NULL ? word->name : "";
}

bool od_profile_word_read(enum od_word_kind kind, const char *name, int *value)
{
    for (const struct word *word = kinds[kind]; word->name != NULL; word++) {
        if (strcmp(word->name, name) == 0) {
            *value = word->value;
            return true;
        }
    }
    return false;
}

static const struct {
    double ns;
    const char *name;
} times[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};

const char *od_profile_unit(double ns)
{
    size_t i = 0;
    while (i + 1 < sizeof times / sizeof times[0] && times[i].ns > ns) {
        i++;
    }
    return times[i].name;
}

bool od_profile_unit_read(const char *name, double *ns)
{
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        if (strcmp(times[i].name, name) == 0) {
            *ns = times[i].ns;
            return true;
        }
    }
    return false;
}
