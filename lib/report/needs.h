/* Which columns a report looks at, so that the others need not be kept. */
#ifndef OD_REPORT_NEEDS_H
#define OD_REPORT_NEEDS_H

#include "record/rows.h"
#include "report/output.h"

#include <stdbool.h>

/* Those of all that output asks for, of a figure beside it (NULL: none), and of
 * od_draw_all when detections are drawn. What is not there is passed over: od_output_put
 * says so later. */
struct od_column_set od_needs_of(const struct od_output *output, const char *figure,
                                 bool drawn);

#endif
