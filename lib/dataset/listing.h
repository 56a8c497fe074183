/* A data set as text, CSV or JSON: one line an image. */
#ifndef OD_DATASET_LISTING_H
#define OD_DATASET_LISTING_H

#include "base/buf.h"
#include "dataset/dataset.h"
#include "dataset/selection.h"

#include <stdbool.h>

enum od_listing_format { OD_LISTING_TEXT, OD_LISTING_CSV, OD_LISTING_JSON };

/*
 * Appends one line for each picked image: name, bytes, width and height, annotated
 * objects ("-" in text, empty in CSV and null in JSON when they are not known). details
 * adds the image id, the colours (grey, colour, CMYK), whether the JPEG is progressive,
 * and the path. CSV has a header with the names that results have too (file_name,
 * file_bytes, width, height, gt_objects, ...); JSON is an array of objects with these
 * names. Text is aligned and shows control characters of names as '?'.
 */
void od_listing_render(const struct od_dataset *dataset, const struct od_picks *picks,
                       enum od_listing_format format, bool details, struct od_buf *out);

/* Appends "79 images, 10542233 bytes, 590 objects" and a line end. */
void od_listing_totals(const struct od_dataset *dataset, const struct od_picks *picks,
                       struct od_buf *out);

/* Appends a line for each warning that there is. */
void od_listing_warnings(const struct od_dataset_warnings *warnings, struct od_buf *out);

/* "grey", "colour", "CMYK", or "other". */
const char *od_colour_name(int components);

#endif
