/*
 * What a report reads beside rows: a description of a table, a list of variants, the
 * companion of a run. All are made into tables and rendered, so that a file that is
 * accepted is also printed in every format.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/meta_runs.h"
#include "table/own.h"
#include "table/render.h"
#include "table/specs.h"
#include "table/variant_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Rows for the tables to be about: two cells of the run "r". */
static void add_rows(struct od_rows *rows)
{
    for (int i = 0; i < 4; i++) {
        struct od_record record;
        od_record_init(&record);
        record.run_id = "r";
        record.phase = "main";
        record.status = i == 3 ? "timeout" : "ok";
        record.client = record.target = "c";
        record.model = i % 2 == 0 ? "m" : "n";
        record.protocol = "tfs-grpc";
        record.file_name = "a.jpg";
        record.service_ns = i == 3 ? OD_NONE : 1000 * (i + 1);
        if (od_rows_add(rows, &record, NULL) != 0) {
            abort();
        }
    }
}

static void render_all(const struct od_table *table)
{
    for (size_t i = 0; od_format_at(i) != NULL; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_format_at(i)->render(table, &out);
        if (out.len == 0) {
            abort();
        }
        od_buf_release(&out);
    }
}

static void print_named(const char *name, const struct od_rows *rows,
                        const struct od_table_choice *choice)
{
    struct od_table table = {0};
    if (od_table_build(od_table_spec_find(name), rows, choice, &table, NULL) != 0) {
        abort();
    }
    render_all(&table);
    od_table_release(&table);
}

static void try_own(const char *path, const struct od_rows *rows)
{
    const struct od_table_choice choice = {.digits = -1};
    struct od_own *own = NULL;
    struct od_err err = {0};
    if (od_own_read(path, &own, &err) != 0) {
        return;
    }
    struct od_table table = {0};
    if (od_own_build(own, rows, &choice, &table, &err) == 0) {
        render_all(&table);
    }
    od_table_release(&table);
    od_own_free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/odbench-fuzz-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        abort();
    }
    char *path = od_xasprintf("%s/x.meta.json", folder);
    char *rows_path = od_xasprintf("%s/x.csv", folder);
    struct od_rows rows = {0};
    struct od_variant_list variants = {0};
    struct od_meta_runs runs = {0};
    if (od_file_write(path, data, size, NULL) != 0) {
        abort();
    }
    add_rows(&rows);
    try_own(path, &rows);
    struct od_table_choice choice = {
        .digits = -1, .runs = &runs, .variants = &variants, .intervals = true};
    (void)od_variant_file(path);
    /* What was read before an error is kept, and must be printable too. */
    struct od_err err = {0};
    int rc = od_variant_list_read(&variants, path, &err);
    rc += od_meta_runs_add(&runs, rows_path, &err);
    if (rc != 0 && err.msg[0] == '\0') {
        abort();
    }
    print_named("variants", &rows, &choice);
    print_named("environment", &rows, &choice);
    print_named("summary", &rows, &choice);
    od_meta_runs_release(&runs);
    od_variant_list_release(&variants);
    od_rows_release(&rows);
    (void)unlink(path);
    (void)rmdir(folder);
    free(path);
    free(rows_path);
    return 0;
}
