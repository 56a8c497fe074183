/* Which rows a table is about, and how it calls their cells. */
#ifndef OD_TABLE_SCOPE_H
#define OD_TABLE_SCOPE_H

#include "base/buf.h"
#include "record/meta_runs.h"
#include "record/rows.h"
#include "record/validity_set.h"
#include "table/table.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What the label of one protocol must add so that different cells never fall together: a
 * factor is shown when the protocol ran with two values of it. Empty values do not count.
 */
struct od_variants {
    const struct od_record *first; /* a kind of that protocol, borrowed */
    bool payload;
    bool batch;
    bool concurrency;
    bool rate;
    bool connection;
};

/* All borrowed but the variants. */
struct od_scope {
    const struct od_rows *rows;
    bool local;         /* only placement local */
    const char *client; /* only this client; NULL: all */
    const char *image;  /* only this image, by its base name; NULL: all */
    const struct od_validity_set *validity; /* NULL: nothing is known */
    const struct od_meta_runs *runs;        /* the same */
    const bool *aside;                      /* one flag a row: left out; NULL: none is */
    struct od_variants *variants;           /* one a protocol */
    size_t variant_count;
    size_t variant_capacity;
};

/* Sets the variants from the rows in scope; the other members are set before. */
void od_scope_scan(struct od_scope *scope);
void od_scope_release(struct od_scope *scope);

/* A row of the main phase that the scope is about, whether it failed or not. Rows are
 * numbered as in rows. */
bool od_scope_has(const struct od_scope *scope, size_t row);
/* The same of any phase. */
bool od_scope_has_any(const struct od_scope *scope, size_t row);

/* The same as od_scope_has, and it has a latency that counts: status ok and a service
 * time. */
bool od_scope_counts(const struct od_scope *scope, size_t row);

/* The kinds of the rows in scope, in the order in which these meet them. The array is
 * owned by the caller; what it points to is borrowed from the rows. */
const struct od_record **od_scope_kinds(const struct od_scope *scope, size_t *count);
/* The same of their images. */
const struct od_record **od_scope_images(const struct od_scope *scope, size_t *count);

/*
 * Failed requests out of rows in any order: one that was sent again is one request. Add
 * each row of the main phase; ask at the end.
 */
struct od_failures {
    int64_t rows;  /* without a latency */
    int64_t again; /* further attempts (--retries): the row before each has failed */
};
void od_failures_add(struct od_failures *failures, const struct od_record *record,
                     bool counts);
size_t od_failures_count(const struct od_failures *failures);

/* Sets the rows without an image aside; returns the flags, owned by the caller, which
 * the scope borrows. */
bool *od_scope_images_only(struct od_scope *scope);

/* Texts that name a row's place, put into *out, which is emptied first. Return its data.
 * They need what an image, or a kind, of the rows holds. */
const char *od_label_image(const struct od_record *record, struct od_buf *out);
const char *od_label_protocol(const struct od_scope *scope,
                              const struct od_record *record, struct od_buf *out);
/* The same without connection, concurrency and rate, for tables with columns of these. */
const char *od_label_payload(const struct od_scope *scope, const struct od_record *record,
                             struct od_buf *out);
/* The target; behind "client>" when the target runs elsewhere than that client and
 * several is set. */
const char *od_label_machine(const struct od_record *record, bool several,
                             struct od_buf *out);

/* True when the rows in scope come from more than one client. */
bool od_scope_several_clients(const struct od_scope *scope);

/*
 * Adds what a reader must know of the rows in scope: how many counted, how many requests
 * failed, of which runs, which models ran with random weights or on the fixed engine, and
 * a note for each mark of od_scope_doubt_notes. Runs that did not come to
 * their end are named first. The rows of the table are complete.
 */
void od_scope_notes(const struct od_scope *scope, struct od_table *table);
/* The same for a figure that shows these marks; the table only takes notes. */
void od_scope_figure_notes(const struct od_scope *scope, unsigned shown,
                           struct od_table *table);

/* What runs found about the cell of each kind of rows: one entry a kind, NULL when that
 * is not known. The array is owned by the caller. */
const struct od_cell_validity **od_scope_validities(const struct od_scope *scope);
/* Their doubts, in the same way. */
unsigned *od_scope_doubts(const struct od_scope *scope);
/*
 * Explains the marks that stand in the table, and says when rows of such a table were
 * never judged. Doubts about cells in scope that it has no mark of are pointed at in one
 * note.
 */
void od_scope_doubt_notes(const struct od_scope *scope, struct od_table *table);
/* The same for a figure, which shows this set of marks; the table only takes notes. */
void od_doubts_note(const struct od_scope *scope, unsigned shown, struct od_table *table);

/* "" for NULL, so that an empty column is a label like any other. */
const char *od_text(const char *text);

#endif
