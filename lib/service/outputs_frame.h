/* From the numbers of a model's boxes to those of the whole picture; for the files of
 * lib/protocol only. */
#ifndef OD_SERVICE_OUTPUTS_FRAME_H
#define OD_SERVICE_OUTPUTS_FRAME_H

#include "base/err.h"
#include "image/box.h"
#include "service/outputs_find.h"
#include "service/request.h"

#include <stdbool.h>
#include <stddef.h>

/* What becomes of the numbers of a box. */
struct od_frame {
    enum od_box_order order;
    enum od_box_units units;
    float width; /* by which pixels are divided; 1: they are relative */
    float height;
    struct od_area area;
};

/* What the model's format says, else the layout's own. Fails with OD_EDECODE when boxes
 * are in pixels of a picture whose size is not known. */
int od_frame_init(const struct od_request *asked, enum od_output_layout layout,
                  struct od_frame *out, struct od_err *err) OD_MUST_CHECK;

/* Whether any of count numbers, so many apart, is beyond what relative ones are. */
bool od_frame_beyond(const float *numbers, size_t count, size_t step);
/* Settles units that nobody told: in pixels, or relative. */
void od_frame_settle(struct od_frame *frame, bool pixels);

/* Whether boxes that od_detections_to_answer read are what they are to be already:
 * relative to the whole picture, y before x, with the labels of the answer. */
bool od_frame_is_plain(const struct od_frame *frame,
                       const struct od_output_format *format);
/* From the fitted picture back to the whole one. */
void od_frame_move_back(const struct od_area *area, struct od_box *box);
/* The label of a class. */
int od_frame_label(const struct od_output_format *format, int label);

/* The layouts of rows with one score: ROWS7 and ROWS6 (outputs_rows.c). */
int od_outputs_rows7(const struct od_request *asked, const struct od_outputs_found *found,
                     const struct od_frame *frame, struct od_answer *out,
                     struct od_err *err) OD_MUST_CHECK;
int od_outputs_rows6(const struct od_request *asked, const struct od_outputs_found *found,
                     struct od_frame *frame, struct od_answer *out,
                     struct od_err *err) OD_MUST_CHECK;

#endif
