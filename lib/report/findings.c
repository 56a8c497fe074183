/* Evidence as a table. */
#include "report/findings.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* The study's words, shortened, and what the effect is. */
static const char *const claims[] = {
    "the model matters more than the protocol (ratio of models / ratio of protocols)",
    "with the same model REST takes longer (REST / gRPC)",
    "a remote server takes longer (remote / local)",
    "objects matter more than file size (|objects| - |bytes|, standardised)",
    "claim 4 holds on faster machines and reverses on the slowest",
};

const char *od_stand_name(enum od_stand stand)
{
    static const char *const names[] = {
        [OD_SUPPORTED] = "supported",
        [OD_CONTRADICTED] = "contradicted",
        [OD_UNDECIDED] = "undecided",
        [OD_NOT_TESTABLE] = "not testable",
    };
    return names[stand];
}

void od_findings_release(struct od_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].about);
    }
    for (size_t i = 0; i < findings->note_count; i++) {
        free(findings->notes[i]);
    }
    free(findings->items);
    free(findings->notes);
    *findings = (struct od_findings){0};
}

struct od_evidence *od_findings_add(struct od_findings *findings, int claim, char *about)
{
    double none = (double)NAN;
    findings->items = od_xgrow(findings->items, findings->count, &findings->capacity,
                               sizeof *findings->items);
    struct od_evidence *item = &findings->items[findings->count++];
    *item = (struct od_evidence){.claim = claim,
                                 .about = about,
                                 .stand = OD_NOT_TESTABLE,
                                 .effect = none,
                                 .low = none,
                                 .high = none,
                                 .p = none,
                                 .how = ""};
    return item;
}

void od_findings_note(struct od_findings *findings, char *text)
{
    findings->notes = od_xgrow(findings->notes, findings->note_count,
                               &findings->note_capacity, sizeof *findings->notes);
    findings->notes[findings->note_count++] = text;
}

void od_findings_make(const struct od_data *points, struct od_findings *out)
{
    od_claim_model(points, out);
    od_claim_protocol(points, out);
    od_claim_remote(points, out);
    od_claim_objects(points, out);
    od_find_copies(points, out);
}

/* Four significant digits say enough of an estimate. */
static void set_real(struct od_cell *cell, double number)
{
    if (isfinite(number)) {
        double unit = number == 0 ? 1 : pow(10, floor(log10(fabs(number))) - 3);
        od_cell_set_real(cell, round(number / unit) * unit);
    }
}

static void add_row(const struct od_evidence *item, bool first, struct od_table *table)
{
    struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
    table->rows[table->row_count - 1].rule = first && table->row_count > 1;
    char *claim = od_xasprintf("%d %s", item->claim, claims[item->claim - 1]);
    od_cell_set_text(&cells[0], claim);
    free(claim);
    od_cell_set_text(&cells[1], item->about);
    od_cell_set_text(&cells[2], od_stand_name(item->stand));
    set_real(&cells[3], item->effect);
    set_real(&cells[4], item->low);
    set_real(&cells[5], item->high);
    set_real(&cells[6], item->p);
    od_cell_set_count(&cells[7], (int64_t)item->count);
    od_cell_set_text(&cells[8], item->how);
}

static void add_columns(struct od_table *table)
{
    static const struct {
        const char *name;
        bool numeric;
    } columns[] = {{"claim", false}, {"about", false}, {"finding", false},
                   {"effect", true}, {"from", true},   {"to", true},
                   {"p", true},      {"n", true},      {"by", false}};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        struct od_table_column *column =
            od_table_add_column(table, NULL, columns[i].name);
        column->numeric = columns[i].numeric;
        column->merge = i == 0;
    }
}

void od_findings_build(const struct od_rows *rows, struct od_table *table)
{
    struct od_data points = {0};
    struct od_findings findings = {0};
    od_data_make(&points, rows);
    od_findings_make(&points, &findings);
    table->name = "findings";
    table->title = od_xstrdup("The study's claims, tested on these rows");
    table->unit = "";
    add_columns(table);
    for (size_t i = 0; i < findings.count; i++) {
        bool first = i == 0 || findings.items[i - 1].claim != findings.items[i].claim;
        add_row(&findings.items[i], first, table);
    }
    for (size_t i = 0; i < findings.note_count; i++) {
        od_table_note(table, od_xstrdup(findings.notes[i]));
    }
    od_table_note(table,
                  od_xstrdup("tests: signed rank with the Hodges-Lehmann estimate over "
                             "images, claim 4 by a bootstrap over images; from and "
                             "to: the 95% interval; p is not corrected for the number "
                             "of lines"));
    if (points.left_out > 0) {
        od_table_note(table,
                      od_xasprintf("%zu rows of other payloads, batches, loads and "
                                   "connections than the plainest were left out",
                                   points.left_out));
    }
    od_findings_release(&findings);
    od_data_release(&points);
}
