/* Short texts in an image: a font of strokes, for ASCII. */
#ifndef OD_IMAGE_TEXT_H
#define OD_IMAGE_TEXT_H

#include "image/draw.h"

/*
 * height is that of a capital letter in pixels; letters like g reach a third of it below
 * the base line. All letters are equally wide. What is not printable ASCII is drawn as a
 * box.
 */

/* How wide the text is, in pixels. */
double od_draw_text_width(const char *text, double height);

/* Draws text with its upper left corner (that of a capital letter) at the point. */
void od_draw_text(struct od_image *image, struct od_point at, double height,
                  const char *text, const struct od_paint *paint);

#endif
