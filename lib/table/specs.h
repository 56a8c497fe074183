/* The tables that can be asked for by name. A new one is an entry in specs.c. */
#ifndef OD_TABLE_SPECS_H
#define OD_TABLE_SPECS_H

#include "accuracy/accuracy.h"
#include "base/err.h"
#include "record/meta_runs.h"
#include "record/rows.h"
#include "record/validity_set.h"
#include "table/table.h"
#include "table/variant_list.h"

#include <stdbool.h>
#include <stddef.h>

/* What the user chose. All borrowed; zeroed with digits -1 is "nothing chosen". */
struct od_table_choice {
    const char *image;               /* base name; NULL: the table's own rule */
    const char *client;              /* NULL: the table's own rule */
    bool intervals;                  /* print what times rest on: n and 95% intervals */
    int digits;                      /* decimals, -1: as the table has it */
    const char *unit;                /* of od_time_unit_find; NULL: ms */
    const struct od_meta_runs *runs; /* facts of the runs; NULL: not known */
    const struct od_variant_list *variants; /* NULL: none */
    const char *where; /* what the rows were chosen by, for a note; NULL: nothing */
    const char *order; /* column that the lines are sorted by, "-" in front: descending;
                          NULL: the table's own order */
    const char *const *by; /* columns of the rows that make a line; by_count of them */
    size_t by_count;
    const struct od_validity_set *validity; /* of the runs; NULL: not known */
    const struct od_accuracy *accuracy;     /* their detections; NULL: not known */
};

/* The image of a table about one image, when neither the user nor the study names it. */
enum od_image_rule {
    OD_IMAGE_ALL,      /* the table is about all images */
    OD_IMAGE_LARGEST,  /* the image with the largest file */
    OD_IMAGE_SMALLEST, /* the image with the smallest file */
};

struct od_table_spec {
    const char *name;
    const char *summary; /* one line for --list-tables */
    const char *title;   /* begins the title of the table */
    int digits;          /* decimals of milliseconds */
    bool by;             /* the user can choose what makes a line */
    bool own_note;       /* it says itself why it has no lines */
    bool trim;           /* zeros at the end left out, unless the user chose digits */
    bool local;    /* only rows of placement local, a column a client; else a target */
    bool averages; /* average rows over protocols, and over everything */
    enum od_image_rule image_rule;
    size_t machine;    /* which of the machines that serve themselves, in table order */
    const char *image; /* the study's image, taken when the data has it; may be NULL */
    const char *needs; /* columns of OD_HOME_ROW that it looks at, but for service_ns and
                          rep; blanks between, NULL: none */
    int (*build)(const struct od_table_spec *spec, const struct od_rows *rows,
                 const struct od_table_choice *choice, struct od_table *table,
                 struct od_err *err);
};

/* The i-th table in the order of --list-tables, NULL behind the last. */
const struct od_table_spec *od_table_spec_at(size_t i);
/* NULL when there is none of that name. */
const struct od_table_spec *od_table_spec_find(const char *name);

/*
 * Makes the table from rows. A table that no row belongs to has no rows of its own and a
 * note that says what it needs. Fails with OD_EINPUT when the chosen client or image is
 * not among the rows, or what was chosen does not fit the table. *table is zeroed before,
 * released by the caller.
 */
int od_table_build(const struct od_table_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_table *table,
                   struct od_err *err) OD_MUST_CHECK;

#endif
