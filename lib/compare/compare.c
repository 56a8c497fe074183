/* Two sides of result rows, compared cell by cell. */
#include "compare/compare.h"

#include "base/alloc.h"
#include "compare/sides.h"

int od_compare_run(const struct od_compare_options *options,
                   const struct od_compare_file *files, size_t file_count,
                   const char *const labels[OD_SIDES], struct od_comparison *out,
                   struct od_err *err)
{
    struct od_sides sides = {0};
    *out = (struct od_comparison){.options = *options};
    struct od_sides_input input = {files, file_count, labels};
    int rc = od_sides_read(options, &input, &sides, out, err);
    if (rc == 0) {
        out->options = *options;
        out->cells = od_xcalloc(sides.count, sizeof out->cells[0]);
        out->cell_count = sides.count;
        for (size_t i = 0; i < sides.count; i++) {
            struct od_compared *cell = &out->cells[i];
            cell->id = od_xstrdup(sides.cells[i].id);
            cell->label = od_xstrdup(sides.cells[i].label);
            od_cell_judge(&sides.cells[i], sides.image_count, sides.count, options, cell);
        }
        od_verdicts_give(out);
    } else {
        od_comparison_release(out);
    }
    od_sides_release(&sides);
    return rc;
}
