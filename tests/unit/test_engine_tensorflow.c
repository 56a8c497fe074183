/* TensorFlow's frozen graphs: a small one, written here, that passes pixels on as boxes.
 */
#include "engine/engine.h"

#include "scratch.h"
#include "tiny_proto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* One entry of NodeDef.attr (node_def.proto): a map of names to AttrValue. */
static void add_attr(struct od_buf *node, const char *key, struct od_buf *value)
{
    struct od_buf entry;
    od_buf_init(&entry, 0);
    proto_text(&entry, 1, key);
    proto_nest(&entry, 2, value);
    proto_nest(node, 5, &entry);
}

static void add_type(struct od_buf *node, const char *key, uint64_t type)
{
    struct od_buf value;
    od_buf_init(&value, 0);
    proto_number(&value, 6, type); /* AttrValue.type */
    add_attr(node, key, &value);
}

static void begin_node(struct od_buf *node, const char *name, const char *op)
{
    od_buf_init(node, 0);
    proto_text(node, 1, name);
    proto_text(node, 2, op);
}

/* A constant list of integers (tensor.proto, TensorProto of DT_INT32). */
static void add_list(struct od_buf *graph, const char *name, const int32_t *items,
                     size_t n)
{
    struct od_buf node, value, tensor, shape, dim;
    begin_node(&node, name, "Const");
    od_buf_init(&value, 0);
    od_buf_init(&tensor, 0);
    od_buf_init(&shape, 0);
    od_buf_init(&dim, 0);
    proto_number(&dim, 1, n);
    proto_nest(&shape, 2, &dim);
    proto_number(&tensor, 1, 3);
    proto_nest(&tensor, 2, &shape);
    proto_bytes(&tensor, 4, items, n * sizeof *items);
    proto_nest(&value, 8, &tensor);
    add_type(&node, "dtype", 3);
    add_attr(&node, "value", &value);
    proto_nest(graph, 1, &node);
}

static void put(const char *folder, const char *name, const void *data, size_t len)
{
    char *path = od_path_join(folder, name);
    assert_int_equal(od_file_write(path, data, len, NULL), 0);
    free(path);
}

static void put_graph(const char *folder)
{
    static const int32_t rows[] = {1, 12, 7};
    static const char text[] =
        "node { name: \"image\" op: \"Placeholder\" attr { key: \"dtype\" value { type: "
        "DT_FLOAT } } }\nnode { name: \"out\" op: \"Reshape\" input: \"image\" input: "
        "\"shape\" }\n";
    struct od_buf graph, node;
    od_buf_init(&graph, 0);
    begin_node(&node, "image", "Placeholder");
    add_type(&node, "dtype", 1);
    proto_nest(&graph, 1, &node);
    add_list(&graph, "shape", rows, 3);
    begin_node(&node, "out", "Reshape");
    proto_text(&node, 3, "image");
    proto_text(&node, 3, "shape");
    proto_nest(&graph, 1, &node);
    put(folder, "tiny.pb", graph.data, graph.len);
    put(folder, "tiny.pbtxt", text, sizeof text - 1);
    od_buf_release(&graph);
}

/* Pixels arrive as they are. No layer here asks for TensorFlow's order, so it is planes.
 */
static void test_pixels_come_through(void **state)
{
    static const uint8_t row[] = {2, 1, 2, 1, 1, 0, 1};
    (void)state;
    char *folder = scratch_new();
    char *path = od_path_join(folder, "tiny.pb");
    struct od_engine_spec spec = {
        .name = "m", .source = path, .score_min = 0.5, .nms_iou = 0.45, .max_boxes = 100};
    struct od_engine *engine = NULL;
    struct od_image image;
    struct od_boxes boxes = {0};
    struct od_engine_times times;
    struct od_err err = {0};
    put_graph(folder);
    put(folder, "tiny.conf", "width = 7\nheight = 4\n", 21);
    if (od_engine_open(&spec, &engine, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    assert_string_equal(od_engine_weights(engine), "user");
    assert_true(od_engine_model_bytes(engine) > 0);
    od_image_init(&image, 7, 4);
    for (size_t i = 0; i < sizeof row; i++) {
        image.pixels[3 * (21 + i)] = row[i];
    }
    assert_int_equal(od_engine_detect(engine, &image, &boxes, &times, &err), 0);
    assert_int_equal(boxes.count, 1);
    /* A middle of 2, 1 and a size of 2, 1 in an input of 7 x 4 pixels; class 2. */
    assert_int_equal(boxes.items[0].label, 2);
    assert_float_equal(boxes.items[0].score, 1, 1e-6F);
    assert_float_equal(boxes.items[0].x0, 1.0F / 7, 1e-6F);
    assert_float_equal(boxes.items[0].y0, 0.5F / 4, 1e-6F);
    assert_float_equal(boxes.items[0].x1, 3.0F / 7, 1e-6F);
    assert_float_equal(boxes.items[0].y1, 1.5F / 4, 1e-6F);
    od_boxes_release(&boxes);
    od_image_release(&image);
    od_engine_close(engine);
    free(path);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels_come_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
