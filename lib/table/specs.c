/* The list of tables. */
#include "table/specs.h"

#include "base/alloc.h"
#include "table/builders.h"

#include <stdlib.h>
#include <string.h>

static const struct od_table_spec specs[] = {
    {
        .name = "summary",
        .summary = "count, failures, mean and percentiles of every cell",
        .title = "Latency by cell",
        .digits = 2,
        .by = true,
        .needs = "response_ns",
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
        .name = "figure-8",
        .summary = "latency of every image on the first machine (the client)",
        .title = "Figure 8: mean latency of each image",
        .digits = 2,
        .local = true,
        .machine = 0,
        .own_note = true,
        .build = od_images_build,
    },
    {
        .name = "figure-9",
        .summary = "latency of every image on the second machine (the cloud server)",
        .title = "Figure 9: mean latency of each image",
        .digits = 2,
        .local = true,
        .machine = 1,
        .own_note = true,
        .build = od_images_build,
    },
    {
        .name = "figure-10",
        .summary = "latency of every image on the third machine (the edge device)",
        .title = "Figure 10: mean latency of each image",
        .digits = 2,
        .local = true,
        .machine = 2,
        .own_note = true,
        .build = od_images_build,
    },
    {
        .name = "figure-14",
        .summary = "latency of a large file by server, model and protocol",
        .title = "Figure 14: latency of",
        .digits = 3,
        .trim = true,
        .image_rule = OD_IMAGE_LARGEST,
        .image = "000000000285.jpg",
        .build = od_servers_build,
    },
    {
        .name = "figure-15",
        .summary = "latency of a small file by server, model and protocol",
        .title = "Figure 15: latency of",
        .digits = 3,
        .trim = true,
        .image_rule = OD_IMAGE_SMALLEST,
        .image = "000000000802.jpg",
        .build = od_servers_build,
    },
    {
        .name = "stages",
        .summary = "where the time goes: connect, upload, wait, download by cell",
        .title = "Stages of a request by cell, means",
        .digits = 2,
        .by = true,
        .needs = "dns_ns connect_ns tls_ns upload_ns wait_ns download_ns srv_decode_ns "
                 "srv_queue_ns srv_preprocess_ns srv_infer_ns srv_postprocess_ns",
        .build = od_stages_build,
    },
    {
        .name = "payload",
        .summary = "the same images as tensor, JSON, JPEG, base64: bytes and times",
        .title = "The same images in every form, means over the images",
        .digits = 2,
        .needs = "bytes_up prepare_ns",
        .build = od_payload_build,
    },
    {
        .name = "errors",
        .summary = "what failed, by cell and status, with the first message",
        .title = "Failed attempts by cell and status",
        .by = true,
        .own_note = true,
        .needs = "seq error",
        .build = od_errors_build,
    },
    {
        .name = "size-objects",
        .summary = "file size against object count of every image, with latencies",
        .title = "File size, objects and mean latency of each image",
        .digits = 2,
        .build = od_size_objects_build,
    },
    {
        .name = "two-way",
        .summary = "latency by thirds of the images in file size and object count",
        .title = "Mean latency by file size and object count",
        .digits = 2,
        .by = true,
        .own_note = true,
        .build = od_two_way_build,
    },
    {
        .name = "regression",
        .summary = "what latency follows, file bytes, pixels or objects, by cell",
        .title = "Latency on file size, pixels and objects",
        .digits = 3,
        .by = true,
        .build = od_regression_build,
    },
    {
        .name = "variants",
        .summary = "accuracy, latency and size of models and their variants",
        .title = "Models and their variants",
        .digits = 2,
        .trim = true,
        .own_note = true,
        .needs = "seq",
        .build = od_variants_build,
    },
    {
        .name = "environment",
        .summary = "machines, versions and settings of the runs side by side",
        .title = "Environment of the runs",
        .own_note = true,
        .build = od_environment_build,
    },
    {
        .name = "accuracy",
        .summary = "average precision of every cell, from the run's own detections",
        .title = "Accuracy by cell",
        .own_note = true,
        .needs = "seq",
        .build = od_accuracy_build,
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

int od_table_begin(const struct od_table_spec *spec, const struct od_table_choice *choice,
                   struct od_table *table, struct od_err *err)
{
    const struct od_time_unit *unit =
        od_time_unit_find(choice->unit != NULL ? choice->unit : "ms");
    if (unit == NULL) {
        return od_fail(err, OD_EINPUT, "%s is no unit of time: ns, us, ms or s",
                       choice->unit);
    }
    int digits = spec->digits + unit->shift;
    table->name = spec->name;
    table->unit = unit->name;
    table->unit_ns = unit->ns;
    table->digits = choice->digits >= 0 ? choice->digits : digits > 0 ? digits : 0;
    table->trim = spec->trim && choice->digits < 0;
    table->intervals = choice->intervals;
    return 0;
}

int od_table_end(const struct od_table_spec *spec, const struct od_table_choice *choice,
                 struct od_table *table, struct od_err *err)
{
    if (table->unit != NULL) {
        char *title = od_xasprintf("%s (%s)", table->title, table->unit);
        free(table->title);
        table->title = title;
    }
    if (choice->intervals && table->unit != NULL) {
        od_table_note(table,
                      od_xstrdup("in brackets 95% intervals: of a mean by Student's "
                                 "t over the repetitions, where there are two, of "
                                 "a percentile by order statistics; n: requests"));
    }
    if (choice->where != NULL) {
        od_table_note(table, od_xasprintf("only rows with %s", choice->where));
    }
    if (table->row_count == 0 && !spec->own_note) {
        od_table_note(table, od_xasprintf("no row of the main phase%s",
                                          spec->local ? " with placement local" : ""));
    }
    return choice->order != NULL && table->row_count > 0
               ? od_table_order(table, choice->order, err)
               : 0;
}

int od_keys_choose(struct od_keys *keys, const struct od_table_choice *choice,
                   struct od_err *err)
{
    if (choice->by_count > 0) {
        keys->count = 0;
    }
    for (size_t i = 0; i < choice->by_count; i++) {
        if (od_keys_add(keys, choice->by[i], err) != 0) {
            od_err_context(err, "--by");
            return -1;
        }
    }
    return 0;
}

int od_table_build(const struct od_table_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_table *table,
                   struct od_err *err)
{
    if (choice->by_count > 0 && !spec->by) {
        return od_fail(err, OD_EINPUT, "%s: what makes its lines cannot be chosen",
                       spec->name);
    }
    if (od_table_begin(spec, choice, table, err) != 0 ||
        spec->build(spec, rows, choice, table, err) != 0) {
        return -1;
    }
    return od_table_end(spec, choice, table, err);
}
