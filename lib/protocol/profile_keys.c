/* The keys of a profile's file and what they may hold. */
#include "protocol/profile_memory.h"

#include <stddef.h>
#include <string.h>

/* What is read into which member. */
enum kind { TEXT, WORD, FLAG, INTEGER, NUMBER, PAIRS, BOX, MAP, UNIT };

struct key {
    const char *name;
    enum kind kind;
    size_t offset;          /* in struct od_profile */
    size_t count_offset;    /* PAIRS and BOX */
    enum od_word_kind word; /* WORD */
};

#define ASK(member)  offsetof(struct od_profile, request.member)
#define TELL(member) offsetof(struct od_profile, response.member)

static const struct key request_keys[] = {
    {.name = "method", .kind = TEXT, .offset = ASK(method)},
    {.name = "path", .kind = TEXT, .offset = ASK(path)},
    {.name = "headers",
     .kind = PAIRS,
     .offset = ASK(headers),
     .count_offset = ASK(header_count)},
    {.name = "body", .kind = WORD, .offset = ASK(body), .word = OD_WORD_BODY},
    {.name = "content_type", .kind = TEXT, .offset = ASK(type)},
    {.name = "field", .kind = TEXT, .offset = ASK(field)},
    {.name = "filename", .kind = TEXT, .offset = ASK(filename)},
    {.name = "part_type", .kind = TEXT, .offset = ASK(part_type)},
    {.name = "extra",
     .kind = PAIRS,
     .offset = ASK(extra),
     .count_offset = ASK(extra_count)},
    {.name = "pointer", .kind = TEXT, .offset = ASK(pointer)},
    {.name = "data_uri", .kind = FLAG, .offset = ASK(data_uri)},
    {.name = "template", .kind = TEXT, .offset = ASK(text)},
    {.name = "ready", .kind = TEXT, .offset = ASK(ready)},
    {.name = NULL},
};
static const struct key response_keys[] = {
    {.name = "layout", .kind = WORD, .offset = TELL(layout), .word = OD_WORD_LAYOUT},
    {.name = "list", .kind = TEXT, .offset = TELL(list)},
    {.name = "box", .kind = BOX, .offset = TELL(box), .count_offset = TELL(box_count)},
    {.name = "box_order", .kind = WORD, .offset = TELL(order), .word = OD_WORD_ORDER},
    {.name = "box_units", .kind = WORD, .offset = TELL(units), .word = OD_WORD_UNITS},
    {.name = "score", .kind = TEXT, .offset = TELL(score)},
    {.name = "class", .kind = TEXT, .offset = TELL(class_number)},
    {.name = "label", .kind = TEXT, .offset = TELL(label)},
    {.name = "class_base", .kind = INTEGER, .offset = TELL(class_base)},
    {.name = "score_scale", .kind = NUMBER, .offset = TELL(score_scale)},
    {.name = "label_map", .kind = MAP, .offset = TELL(labels)},
    {.name = "count", .kind = TEXT, .offset = TELL(count)},
    {.name = "ok", .kind = TEXT, .offset = TELL(ok)},
    {.name = "error", .kind = TEXT, .offset = TELL(error)},
    {.name = "server_time", .kind = TEXT, .offset = TELL(server_time)},
    {.name = "server_time_unit", .kind = UNIT, .offset = TELL(server_time_ns)},
    {.name = NULL},
};

/* Where a member of the profile lies. */
static void *at(struct od_profile *profile, size_t offset)
{
    return (char *)profile + offset;
}

static int wrong(const struct key *key, const char *wanted, struct od_err *err)
{
    return od_fail(err, OD_EINPUT, "%s is %s", key->name, wanted);
}

static int read_text(const struct key *key, const json_t *value, struct od_profile *out,
                     struct od_err *err)
{
    if (!json_is_string(value)) {
        return wrong(key, "a text", err);
    }
    const char **text = at(out, key->offset);
    *text = json_string_value(value);
    return 0;
}

static int read_word(const struct key *key, const json_t *value, struct od_profile *out,
                     struct od_err *err)
{
    const char *name = json_is_string(value) ? json_string_value(value) : "";
    int number = 0;
    if (!od_profile_word_read(key->word, name, &number)) {
        return od_fail(err, OD_EINPUT, "%s: no such word: '%.40s'", key->name, name);
    }
    switch (key->word) {
    case OD_WORD_BODY:
        out->request.body = (enum od_web_body)number;
        break;
    case OD_WORD_LAYOUT:
        out->response.layout = (enum od_web_layout)number;
        break;
    case OD_WORD_ORDER:
        out->response.order = (enum od_box_order)number;
        break;
    case OD_WORD_UNITS:
        out->response.units = (enum od_box_units)number;
        break;
    }
    return 0;
}

static int read_flag(const struct key *key, const json_t *value, struct od_profile *out,
                     struct od_err *err)
{
    if (!json_is_boolean(value)) {
        return wrong(key, "true or false", err);
    }
    bool *flag = at(out, key->offset);
    *flag = json_is_true(value);
    return 0;
}

static int read_integer(const struct key *key, const json_t *value,
                        struct od_profile *out, struct od_err *err)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < -1000 || number > 1000) {
        return wrong(key, "a whole number from -1000 to 1000", err);
    }
    int *to = at(out, key->offset);
    *to = (int)number;
    return 0;
}

static int read_number(const struct key *key, const json_t *value, struct od_profile *out,
                       struct od_err *err)
{
    double number = json_number_value(value);
    if (!json_is_number(value) || !(number > 0 && number <= 1e9)) {
        return wrong(key, "a number above 0", err);
    }
    double *to = at(out, key->offset);
    *to = number;
    return 0;
}

static int read_unit(const struct key *key, const json_t *value, struct od_profile *out,
                     struct od_err *err)
{
    const char *name = json_is_string(value) ? json_string_value(value) : "";
    return od_profile_unit_read(name, at(out, key->offset))
               ? 0
               : wrong(key, "one of s, ms, us, ns", err);
}

static int read_pairs(const struct key *key, json_t *value, struct od_profile *out,
                      struct od_err *err)
{
    struct od_profile_pair *pairs = at(out, key->offset);
    size_t *count = at(out, key->count_offset);
    const char *name;
    json_t *item;
    *count = 0;
    if (!json_is_object(value) || json_object_size(value) > OD_PROFILE_PAIRS) {
        return od_fail(err, OD_EINPUT, "%s is an object of at most %d members", key->name,
                       OD_PROFILE_PAIRS);
    }
    json_object_foreach(value, name, item)
    {
        struct od_profile_pair pair = {.name = name, .bare = !json_is_string(item)};
        if (json_is_object(item) || json_is_array(item)) {
            return od_fail(err, OD_EINPUT, "%s: %.40s is neither text nor number",
                           key->name, name);
        }
        pair.value = json_string_value(item);
        if (pair.bare) {
            struct od_profile_memory *memory = out->memory;
            char *text = json_dumps(item, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
            memory->texts[memory->text_count++] = text;
            pair.value = text;
        }
        pairs[(*count)++] = pair;
    }
    return 0;
}

static int read_box(const struct key *key, const json_t *value, struct od_profile *out,
                    struct od_err *err)
{
    struct od_profile_tell *tell = &out->response;
    if (json_is_string(value)) {
        tell->box[0] = json_string_value(value);
        tell->box_count = 1;
        return 0;
    }
    if (json_array_size(value) != 4) {
        return wrong(key, "one pointer, or an array of four", err);
    }
    for (size_t i = 0; i < 4; i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item)) {
            return wrong(key, "one pointer, or an array of four", err);
        }
        tell->box[i] = json_string_value(item);
    }
    tell->box_count = 4;
    return 0;
}

static int read_value(const struct key *key, json_t *value, const char *path,
                      struct od_profile *out, struct od_err *err)
{
    switch (key->kind) {
    case TEXT:
        return read_text(key, value, out, err);
    case WORD:
        return read_word(key, value, out, err);
    case FLAG:
        return read_flag(key, value, out, err);
    case INTEGER:
        return read_integer(key, value, out, err);
    case NUMBER:
        return read_number(key, value, out, err);
    case PAIRS:
        return read_pairs(key, value, out, err);
    case BOX:
        return read_box(key, value, out, err);
    case MAP:
        return od_profile_read_map(value, path, out, err);
    case UNIT:
        return read_unit(key, value, out, err);
    }
    return 0;
}

int od_profile_read_part(const char *part, json_t *object, const char *path,
                         struct od_profile *out, struct od_err *err)
{
    const struct key *keys = strcmp(part, "request") == 0 ? request_keys : response_keys;
    const char *name;
    json_t *value;
    if (object != NULL && !json_is_object(object)) {
        return od_fail(err, OD_EINPUT, "%s is no object", part);
    }
    json_object_foreach(object, name, value)
    {
        const struct key *key = keys;
        while (key->name != NULL && strcmp(key->name, name) != 0) {
            key++;
        }
        if (key->name == NULL) {
            return od_fail(err, OD_EINPUT, "%s has no key '%.40s'", part, name);
        }
        if (read_value(key, value, path, out, err) != 0) {
            od_err_context(err, "%s", part);
            return -1;
        }
    }
    return 0;
}
