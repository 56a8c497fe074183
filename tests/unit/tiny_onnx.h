/* Just enough of ONNX to write small models in tests. */
#ifndef OD_TESTS_TINY_ONNX_H
#define OD_TESTS_TINY_ONNX_H

#include "base/file.h"
#include "tiny_proto.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* One node of an ONNX graph (onnx.proto3, NodeProto). */
static inline void onnx_node(struct od_buf *graph, const char *type, const char *a,
                             const char *b, const char *output)
{
    struct od_buf node;
    od_buf_init(&node, 0);
    proto_text(&node, 1, a);
    if (b != NULL) {
        proto_text(&node, 1, b);
    }
    proto_text(&node, 2, output);
    proto_text(&node, 3, output);
    proto_text(&node, 4, type);
    if (strcmp(type, "Concat") == 0) {
        struct od_buf axis;
        od_buf_init(&axis, 0);
        proto_text(&axis, 1, "axis");
        proto_number(&axis, 3, 2);
        proto_number(&axis, 20, 2); /* AttributeProto.INT */
        proto_nest(&node, 5, &axis);
    }
    proto_nest(graph, 1, &node);
}

/* A constant shape (TensorProto of INT64). */
static inline void onnx_shape(struct od_buf *graph, const char *name,
                              const int64_t *shape, size_t n)
{
    struct od_buf tensor;
    od_buf_init(&tensor, 0);
    proto_number(&tensor, 1, n);
    proto_number(&tensor, 2, 7);
    proto_text(&tensor, 8, name);
    proto_bytes(&tensor, 9, shape, n * sizeof *shape);
    proto_nest(graph, 5, &tensor);
}

/* An input or output of floats (ValueInfoProto). A dimension of 0 is left open. */
static inline void onnx_value(struct od_buf *graph, unsigned field, const char *name,
                              const int64_t *shape, size_t n)
{
    struct od_buf info, type, tensor, dims;
    od_buf_init(&info, 0);
    od_buf_init(&type, 0);
    od_buf_init(&tensor, 0);
    od_buf_init(&dims, 0);
    for (size_t i = 0; i < n; i++) {
        struct od_buf dim;
        od_buf_init(&dim, 0);
        if (shape[i] > 0) {
            proto_number(&dim, 1, (uint64_t)shape[i]);
        } else {
            proto_text(&dim, 2, "any");
        }
        proto_nest(&dims, 1, &dim);
    }
    proto_number(&tensor, 1, 1);
    proto_nest(&tensor, 2, &dims);
    proto_nest(&type, 1, &tensor);
    proto_text(&info, 1, name);
    proto_nest(&info, 2, &type);
    proto_nest(graph, field, &info);
}

/* Ends the model around a graph and writes it. */
static inline void onnx_write(const char *folder, const char *name, struct od_buf *graph)
{
    struct od_buf model, opset;
    char *path = od_path_join(folder, name);
    od_buf_init(&model, 0);
    od_buf_init(&opset, 0);
    proto_number(&model, 1, 6);
    proto_number(&opset, 2, 11);
    proto_text(graph, 2, "tiny");
    proto_nest(&model, 7, graph);
    proto_nest(&model, 8, &opset);
    if (od_file_write(path, model.data, model.len, NULL) != 0) {
        abort();
    }
    od_buf_release(&model);
    free(path);
}

/* A picture of 7 x 4 gives a net 84 numbers: 28 red ones, 28 green, 28 blue. */
enum { WIDTH = 7, HEIGHT = 4, VALUES = 84 };

static const int64_t onnx_input[] = {1, 3, HEIGHT, WIDTH};

/* The picture's numbers in another shape. */
static inline void onnx_reshape(const char *folder, const char *name,
                                const int64_t *shape, size_t n)
{
    struct od_buf graph;
    od_buf_init(&graph, 0);
    onnx_node(&graph, "Reshape", "image", "shape", "out");
    onnx_shape(&graph, "shape", shape, n);
    onnx_value(&graph, 11, "image", onnx_input, 4);
    onnx_value(&graph, 12, "out", shape, n);
    onnx_write(folder, name, &graph);
}

/* Boxes 1 x 21 x 4, and twice the same beside each other as scores 1 x 21 x 8. */
static inline void onnx_pair(const char *folder, const char *name)
{
    static const int64_t boxes[] = {1, 21, 4};
    static const int64_t scores[] = {1, 21, 8};
    struct od_buf graph;
    od_buf_init(&graph, 0);
    onnx_node(&graph, "Reshape", "image", "shape", "rows");
    onnx_node(&graph, "Concat", "rows", "rows", "scores");
    onnx_node(&graph, "Identity", "rows", NULL, "boxes");
    onnx_shape(&graph, "shape", boxes, 3);
    onnx_value(&graph, 11, "image", onnx_input, 4);
    onnx_value(&graph, 12, "boxes", boxes, 3);
    onnx_value(&graph, 12, "scores", scores, 3);
    onnx_write(folder, name, &graph);
}

#endif
