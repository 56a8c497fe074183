/* The list of tables. */
#include "table/specs.h"

#include "base/alloc.h"
#include "table/builders.h"

#include <string.h>

static const struct od_table_spec specs[] = {
    {
        .name = "summary",
        .summary = "count, failures, mean and percentiles of every cell",
        .title = "Latency by cell",
        .digits = 2,
        .build = od_summary_build,
    },
    {
        .name = "paper-1",
        .summary = "mean over the images, every machine serving itself",
        .title = "Table 1: mean latency over the images, every machine serving itself",
        .digits = 4,
        .local = true,
        .build = od_pivot_build,
    },
    {
        .name = "paper-2",
        .summary = "a large file from one client to every server, with averages",
        .title = "Table 2: latency of",
        .digits = 3,
        .trim = true,
        .averages = true,
        .image_rule = OD_IMAGE_LARGEST,
        .image = "000000000285.jpg",
        .build = od_pivot_build,
    },
    {
        .name = "paper-3",
        .summary = "a small file from one client to every server, with averages",
        .title = "Table 3: latency of",
        .digits = 3,
        .trim = true,
        .averages = true,
        .image_rule = OD_IMAGE_SMALLEST,
        .image = "000000000802.jpg",
        .build = od_pivot_build,
    },
    {
        .name = "size-objects",
        .summary = "file size against object count of every image, with latencies",
        .title = "File size, objects and mean latency of each image",
        .digits = 2,
        .build = od_size_objects_build,
    },
};

const struct od_table_spec *od_table_spec_at(size_t i)
{
    return i < sizeof specs / sizeof specs[0] ? &specs[i] : NULL;
}

const struct od_table_spec *od_table_spec_find(const char *name)
{
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        if (strcmp(specs[i].name, name) == 0) {
            return &specs[i];
        }
    }
    return NULL;
}

int od_table_build(const struct od_table_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_table *table,
                   struct od_err *err)
{
    table->name = spec->name;
    table->unit = "ms";
    table->digits = choice->digits >= 0 ? choice->digits : spec->digits;
    table->trim = spec->trim && choice->digits < 0;
    if (spec->build(spec, rows, choice, table, err) != 0) {
        return -1;
    }
    if (table->row_count == 0) {
        od_table_note(table, od_xasprintf("no row of the main phase%s",
                                          spec->local ? " with placement local" : ""));
    }
    return 0;
}
