/* How a model wants its pictures, and how its outputs hold boxes. */
#ifndef OD_SERVICE_MODEL_FORMS_H
#define OD_SERVICE_MODEL_FORMS_H

#include "image/candidates.h"
#include "service/dtype.h"

#include <stdbool.h>

/* What becomes of a picture whose proportions are not those of the model's input. */
enum od_fit {
    OD_FIT_STRETCH,
    OD_FIT_LETTERBOX, /* kept, centred, the rest filled with grey (114) */
};

/* How a model wants its pictures. All zeros: as they are, UINT8 [batch, height, width, 3]
 * in RGB, or the file's bytes. */
struct od_input_format {
    enum od_dtype dtype; /* NONE: UINT8, or BYTES where files travel */
    bool planar;         /* NCHW: [batch, 3, height, width] */
    bool interleaved;    /* NHWC was asked for, not only taken for granted */
    bool bgr;
    bool no_batch; /* the shape has no batch dimension */
    int width;     /* pixels; 0: as the picture */
    int height;
    enum od_fit fit;
    float mean[3];  /* (value - mean) * scale, channel by channel in the sent order */
    float scale[3]; /* 0 means 1 */
};

/* How the outputs hold boxes (odbench-wire(7), Outputs). */
enum od_output_layout {
    OD_LAYOUT_AUTO,
    OD_LAYOUT_TF,     /* boxes, scores, classes, count: Object Detection API */
    OD_LAYOUT_ROWS7,  /* [1, 1, N, 7]: image, label, score, x0, y0, x1, y1, relative */
    OD_LAYOUT_ROWS6,  /* [1, N, 6]: x0, y0, x1, y1, score, class: YOLO with suppression */
    OD_LAYOUT_YOLO5,  /* [1, N, 5 + classes]: centre, size, objectness, class scores */
    OD_LAYOUT_YOLO8,  /* [1, 4 + classes, N]: centre, size, class scores */
    OD_LAYOUT_PAIR,   /* boxes [1, N, 4], scores [1, N, 1 + classes]: SSD */
    OD_LAYOUT_LABELS, /* boxes [N, 4 or 5], scores [N], labels [N]: torchvision, ONNX zoo
                       */
};
enum od_box_units { OD_UNITS_AUTO, OD_UNITS_RELATIVE, OD_UNITS_PIXELS };

/* What a model's outputs mean. All zeros: found by names and shapes. */
struct od_output_format {
    enum od_output_layout layout;
    enum od_box_order order;
    enum od_box_units units;
    bool coco80;      /* classes are COCO's 80, from 0: made its category ids, 1 to 90 */
    int label_offset; /* then added to a class to make it a label of the label map */
    float score_min;  /* candidates below are dropped; layouts without suppression only */
    float nms_iou;    /* 0: 0.45; layouts without suppression only */
};

#endif
