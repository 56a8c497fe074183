/* The list of formats of a comparison. */
#include "compare/format.h"

#include "compare/format_list.h"

#include <string.h>

static const struct od_compare_format formats[] = {
    {"text", "aligned lines for a terminal or a log", od_compare_text},
    {"markdown", "a comment on a pull request", od_compare_markdown},
    {"json", "everything, for programs: odbench-compare(5)", od_compare_json},
    {"csv", "a line a cell, for spreadsheets", od_compare_csv},
    {"junit", "XML for test reporters: a test case a cell", od_compare_junit},
    {"github", "annotations of GitHub Actions", od_compare_github},
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

const struct od_compare_format *od_compare_format_at(size_t i)
{
    return i < FORMATS ? &formats[i] : NULL;
}

const struct od_compare_format *od_compare_format_find(const char *name)
{
    for (size_t i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}
