/* The renderers, one a file; private to lib/compare. */
#ifndef OD_COMPARE_FORMAT_LIST_H
#define OD_COMPARE_FORMAT_LIST_H

#include "base/buf.h"
#include "compare/comparison.h"

void od_compare_text(const struct od_comparison *comparison, struct od_buf *out);
void od_compare_markdown(const struct od_comparison *comparison, struct od_buf *out);
void od_compare_json(const struct od_comparison *comparison, struct od_buf *out);
void od_compare_csv(const struct od_comparison *comparison, struct od_buf *out);
void od_compare_junit(const struct od_comparison *comparison, struct od_buf *out);
void od_compare_github(const struct od_comparison *comparison, struct od_buf *out);

#endif
