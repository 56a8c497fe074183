/* The output tensors of a detection model as boxes, and back. */
#ifndef OD_SERVICE_OUTPUTS_H
#define OD_SERVICE_OUTPUTS_H

#include "base/err.h"
#include "service/answer.h"
#include "service/dtype.h"
#include "service/request.h"
#include "service/style.h"

#include <stddef.h>

#define OD_OUTPUT_RANK_MAX 8
#define OD_OUTPUTS_MAX     16

/* Layouts without suppression (YOLO5, YOLO8, PAIR): the smallest score unless the model's
 * format says, and the most boxes an image. */
#define OD_OUTPUTS_SCORE_MIN 0.05
#define OD_OUTPUTS_BOXES_MAX 100

/* "tf", "rows7", "rows6", "yolo5", "yolo8", "pair", "labels"; "auto" for AUTO. And back;
 * AUTO when there is none of that name. */
const char *od_layout_name(enum od_output_layout layout);
enum od_output_layout od_layout_of(const char *name);

/* A named tensor of numbers, row-major; the values are as they came: relative or pixels.
 */
struct od_output_tensor {
    char name[OD_NAME_MAX];
    enum od_dtype dtype; /* as it travels; the values are floats in any case */
    size_t rank;
    size_t dims[OD_OUTPUT_RANK_MAX];
    size_t count;  /* product of dims */
    float *values; /* owned; NULL when count is 0 */
};
struct od_outputs_list {
    struct od_output_tensor items[OD_OUTPUTS_MAX];
    size_t count;
};
void od_outputs_release(struct od_outputs_list *list);

/*
 * The answer's images from the outputs, by asked->model.out: the layout is found by names
 * and shapes when it is not given (the four names of TF, [1, 1, N, 7], [1, N, 6] of
 * at most 1000 rows, one tensor of YOLO's shapes, two of PAIR's, boxes with labels).
 * Units that are not given are relative for TF and ROWS7; for the others they are pixels
 * when any number of a box is above 2: pixels of the model's input, or of the picture
 * where that has no size of its own. Labels of YOLO5, YOLO8 and PAIR are
 * od_label_of_class. Boxes are moved back from the fitted picture (od_picture.area) to
 * the whole one. Outputs that nothing needs are ignored. Fails with OD_EDECODE, naming
 * the outputs that there were, when no layout fits; as od_detections_to_answer does; and
 * for a batch that the layout has no place for.
 */
int od_outputs_to_answer(const struct od_request *asked, struct od_outputs_list *outputs,
                         struct od_answer *out, struct od_err *err) OD_MUST_CHECK;

/* The metadata of the reference server's outputs in that style: returns how many, at most
 * OD_SIGNATURE_OUTPUTS. */
size_t od_outputs_facts(const struct od_style *style,
                        struct od_tensor_info out[OD_SIGNATURE_OUTPUTS]);
/* The reference server: the outputs that answer and style ask for, in the order in which
 * its metadata lists them; those outside asked->outputs (0: all) are left out. */
void od_outputs_from_answer(const struct od_request *asked, const struct od_answer *in,
                            const struct od_style *style, struct od_outputs_list *out);

#endif
