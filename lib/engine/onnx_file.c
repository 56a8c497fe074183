/* ONNX files: what they say of themselves, before OpenCV reads them. */
#include "engine/onnx_file.h"

#include "base/file.h"
#include "engine/model_files.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes that are still to be read. */
struct span {
    const uint8_t *p;
    const uint8_t *end;
};

/* One field of a message: a number, or the bytes of a text or of a message. */
struct field {
    uint32_t number;
    uint64_t value;
    struct span bytes;
};

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

static bool read_varint(struct span *s, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 64 && s->p < s->end; shift += 7) {
        uint8_t byte = *s->p++;
        *out |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            return true;
        }
    }
    return false;
}

static bool take(struct span *s, uint64_t len, struct span *out)
{
    if (len > (uint64_t)(s->end - s->p)) {
        return false;
    }
    *out = (struct span){s->p, s->p + len};
    s->p += len;
    return true;
}

/* The next field; false at the end and when damaged (then *ok becomes false). */
static bool next(struct span *s, struct field *f, bool *ok)
{
    uint64_t tag;
    *f = (struct field){0};
    if (s->p >= s->end || !*ok) {
        return false;
    }
    *ok = read_varint(s, &tag) && tag >> 3 > 0 && tag >> 3 < 536870912;
    f->number = (uint32_t)(tag >> 3);
    switch (tag & 7) {
    case WIRE_VARINT:
        *ok = *ok && read_varint(s, &f->value);
        break;
    case WIRE_FIXED64:
        *ok = *ok && take(s, 8, &f->bytes);
        break;
    case WIRE_BYTES:
        *ok = *ok && read_varint(s, &f->value) && take(s, f->value, &f->bytes);
        break;
    case WIRE_FIXED32:
        *ok = *ok && take(s, 4, &f->bytes);
        break;
    default:
        *ok = false;
    }
    return *ok;
}

/* The first field of that number within a message; empty when there is none. */
static struct span find(struct span message, uint32_t number, bool *ok)
{
    struct field f;
    while (next(&message, &f, ok)) {
        if (f.number == number) {
            return f.bytes;
        }
    }
    return (struct span){0};
}

static size_t length(struct span s)
{
    return (size_t)(s.end - s.p);
}

static bool equal(struct span a, struct span b)
{
    return length(a) == length(b) && (length(a) == 0 || memcmp(a.p, b.p, length(a)) == 0);
}

/* ValueInfoProto.type.tensor_type.shape: one message Dim a dimension. */
static void read_shape(struct span info, struct od_onnx_facts *out, bool *ok)
{
    struct span shape = find(find(find(info, 2, ok), 1, ok), 2, ok);
    struct field dim;
    while (next(&shape, &dim, ok)) {
        struct field f;
        uint64_t size = 0;
        while (dim.number == 1 && next(&dim.bytes, &f, ok)) {
            size = f.number == 1 ? f.value : size;
        }
        if (out->dims >= OD_DNN_DIMS || size > INT32_MAX) {
            *ok = false;
            return;
        }
        out->shape[out->dims++] = (int)size;
    }
}

/* Older exports list the weights among the inputs as well. */
static bool is_weight(struct span graph, struct span name, bool *ok)
{
    struct field f;
    while (next(&graph, &f, ok)) {
        if (f.number == 5 && equal(find(f.bytes, 8, ok), name)) {
            return true;
        }
    }
    return false;
}

/* What OpenCV 4.6 fails at: operators whose output size depends on the values. */
static const char *const impossible[] = {
    "NonMaxSuppression", "TopK", "RoiAlign", "NonZero", "Loop", "If", "Scan", "Unique",
};

static int check_operator(const char *path, struct span op, struct od_err *err)
{
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        if (length(op) == strlen(impossible[i]) &&
            memcmp(op.p, impossible[i], length(op)) == 0) {
            return od_fail(
                err, OD_EUNSUPPORTED,
                "%s: the operator %s is not supported (export the raw outputs, "
                "without suppression)",
                path, impossible[i]);
        }
    }
    return 0;
}

static int damaged(const char *path, struct od_err *err)
{
    return od_fail(err, OD_EINPUT, "%s: no ONNX model, or a damaged one", path);
}

static int probe_graph(const char *path, struct span graph, struct od_onnx_facts *out,
                       struct od_err *err)
{
    struct span rest = graph;
    struct field f;
    bool ok = true;
    size_t nodes = 0;
    size_t inputs = 0;
    while (next(&rest, &f, &ok)) {
        nodes += f.number == 1;
        if (f.number == 1 && check_operator(path, find(f.bytes, 4, &ok), err) != 0) {
            return -1;
        }
        struct span name = f.number == 11 ? find(f.bytes, 1, &ok) : (struct span){0};
        if (length(name) > 0 && length(name) < OD_ONNX_NAME &&
            !is_weight(graph, name, &ok)) {
            inputs++;
            *out = (struct od_onnx_facts){0};
            memcpy(out->input, name.p, length(name));
            read_shape(f.bytes, out, &ok);
        }
    }
    if (!ok || nodes == 0) {
        return damaged(path, err);
    }
    if (inputs != 1) {
        return od_fail(err, OD_EINPUT, "%s: %zu inputs instead of one", path, inputs);
    }
    return 0;
}

int od_onnx_probe(const char *path, const void *data, size_t len,
                  struct od_onnx_facts *out, struct od_err *err)
{
    const uint8_t *bytes = data;
    struct span model = {bytes, bytes + len};
    struct span graph = {0};
    struct field f;
    bool ok = true;
    *out = (struct od_onnx_facts){0};
    while (next(&model, &f, &ok)) {
        graph = f.number == 7 ? f.bytes : graph; /* ModelProto.graph */
    }
    if (!ok || length(graph) == 0) {
        return damaged(path, err);
    }
    return probe_graph(path, graph, out, err);
}

int od_onnx_open(const char *path, struct od_onnx_facts *facts, struct od_dnn **out,
                 struct od_err *err)
{
    struct od_buf bytes;
    int rc = -1;
    *out = NULL;
    od_buf_init(&bytes, OD_MODEL_MAX_BYTES);
    if (od_file_read(path, &bytes, err) == 0 &&
        od_onnx_probe(path, bytes.data, bytes.len, facts, err) == 0) {
        struct od_dnn_files files = {
            .format = OD_DNN_ONNX, .model = bytes.data, .model_len = bytes.len};
        rc = od_dnn_read(&files, out, err);
        if (rc != 0) {
            od_err_context(err, "%s", path);
        }
    }
    od_buf_release(&bytes);
    return rc;
}
