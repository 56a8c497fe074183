/* The same images in every form: bytes on the wire, and what form and protocol cost. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/image_facts.h"
#include "table/obs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one request says, in the order of the lists of observations. */
enum quantity { BYTES_UP, FILE_BYTES, PIXEL_BYTES, PREPARE, LATENCY, QUANTITIES };

/* A quantity of a cell. */
struct measured {
    struct od_mean mean;
    struct od_precision precision;
    size_t count;
    size_t images;
};

/* Cells that differ in protocol and payload alone, which are compared. */
struct work {
    struct od_scope scope;
    struct od_keys keys;
    struct od_keys peer_keys; /* without protocol and payload */
    struct od_groups cells;
    struct od_groups peers;
    size_t *peer_of; /* one a cell */
    struct od_axis images;
    size_t *image_of;          /* one an image of the rows */
    bool *seen;                /* cells x images: a request counted */
    bool *compared;            /* one a row */
    struct measured *measured; /* quantities x cells */
    unsigned *doubts;          /* one a cell */
    size_t left_out;           /* rows of such images */
};

static void work_release(struct work *w)
{
    od_groups_release(&w->cells);
    od_groups_release(&w->peers);
    od_axis_release(&w->images);
    free(w->peer_of);
    free(w->image_of);
    free(w->seen);
    free(w->compared);
    free(w->measured);
    free(w->doubts);
    od_scope_release(&w->scope);
}

static int make_keys(struct work *w, struct od_err *err)
{
    struct od_keys found = {.count = 0};
    od_keys_cells(&found, &w->scope);
    for (size_t i = 0; i < found.count; i++) {
        const char *name = found.items[i].name;
        bool form = strcmp(name, "protocol") == 0 || strcmp(name, "payload") == 0;
        if (!form) {
            w->keys.items[w->keys.count++] = found.items[i];
            w->peer_keys.items[w->peer_keys.count++] = found.items[i];
        }
    }
    return od_keys_add(&w->keys, "protocol", err) == 0
               ? od_keys_add(&w->keys, "payload", err)
               : -1;
}

/* Which images every cell has. */
static void find_common(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    unsigned *doubts = od_scope_doubts(&w->scope);
    od_images_add(&w->scope, &w->images);
    w->image_of = od_images_places(rows, &w->images);
    size_t images = w->images.count;
    w->seen = od_xcalloc(w->cells.count * images, sizeof *w->seen);
    w->peer_of = od_xcalloc(w->cells.count, sizeof *w->peer_of);
    w->doubts = od_xcalloc(w->cells.count, sizeof *w->doubts);
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t cell = w->cells.of[i];
        if (cell == OD_GROUP_NONE) {
            continue;
        }
        w->doubts[cell] |= doubts[rows->kind_of[i]];
        w->peer_of[cell] = w->peers.of[i];
        if (od_scope_counts(&w->scope, i)) {
            w->seen[cell * images + w->image_of[rows->image_of[i]]] = true;
        }
    }
    free(doubts);
}

/* True when all cells of the group that counted anything have the image. */
static bool is_common(const struct work *w, size_t peer, size_t image)
{
    size_t images = w->images.count;
    for (size_t cell = 0; cell < w->cells.count; cell++) {
        const bool *row = w->seen + cell * images;
        bool any = w->peer_of[cell] == peer && memchr(row, true, images) != NULL;
        if (any && !row[image]) {
            return false;
        }
    }
    return true;
}

static int64_t pixel_bytes(const struct od_record *image)
{
    bool known = image->width > 0 && image->width <= UINT16_MAX && image->height > 0 &&
                 image->height <= UINT16_MAX;
    return known ? 3 * image->width * image->height : -1;
}

/* Less than 0: not measured. */
static int64_t quantity_of(const struct od_rows *rows, size_t row, enum quantity quantity)
{
    switch (quantity) {
    case BYTES_UP:
        return od_rows_int(rows, OD_AT_bytes_up, row);
    case FILE_BYTES:
        return od_rows_image(rows, row)->file_bytes;
    case PIXEL_BYTES:
        return pixel_bytes(od_rows_image(rows, row));
    case PREPARE:
        return od_rows_int(rows, OD_AT_prepare_ns, row);
    case LATENCY:
    case QUANTITIES:
        break;
    }
    return od_rows_int(rows, OD_AT_service_ns, row);
}

/* The rows that are compared: they count, and all peers have their image. One flag a
 * row. */
static void choose_rows(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    /* The answer for an image is the same for all rows of a group of peers. */
    signed char *common = od_xcalloc(w->peers.count * w->images.count, sizeof *common);
    w->compared = od_xcalloc(rows->count, sizeof *w->compared);
    for (size_t i = 0; i < rows->count; i++) {
        if (w->cells.of[i] == OD_GROUP_NONE || !od_scope_counts(&w->scope, i)) {
            continue;
        }
        size_t image = w->image_of[rows->image_of[i]];
        signed char *known = &common[w->peers.of[i] * w->images.count + image];
        if (*known == 0) {
            *known = is_common(w, w->peers.of[i], image) ? 1 : -1;
        }
        w->compared[i] = *known > 0;
        w->left_out += *known > 0 ? 0 : 1;
    }
    free(common);
}

/* The mean of a quantity in every cell, and how precise it is. */
static void measure(struct work *w, enum quantity quantity)
{
    const struct od_rows *rows = w->scope.rows;
    struct od_units units = {0};
    struct od_obs_list list = {0};
    od_obs_init(&list, w->cells.count);
    for (size_t i = 0; i < rows->count; i++) {
        struct od_obs obs = {.ns = -1};
        if (w->compared[i]) {
            obs.ns = quantity_of(rows, i, quantity);
            obs.unit = od_units_number(&units, rows, i);
            obs.image = (uint32_t)w->image_of[rows->image_of[i]];
        }
        if (obs.ns >= 0) {
            od_obs_add(&list, w->cells.of[i], &obs);
        }
    }
    od_obs_sort(&list);
    for (size_t cell = 0; cell < w->cells.count; cell++) {
        struct measured *m = &w->measured[(size_t)quantity * w->cells.count + cell];
        const struct od_obs *obs = od_obs_cell(&list, cell, &m->count);
        m->mean = od_obs_mean(obs, m->count, &m->images);
        m->precision = od_obs_precision(obs, m->count, &m->mean);
    }
    od_obs_release(&list);
    od_units_release(&units);
}

static const struct measured *measured_at(const struct work *w, enum quantity quantity,
                                          size_t cell)
{
    return &w->measured[(size_t)quantity * w->cells.count + cell];
}

static struct od_mean mean_of(const struct work *w, enum quantity quantity, size_t cell)
{
    return measured_at(w, quantity, cell)->mean;
}

/* NaN when it is not known. */
static double value_of(const struct work *w, enum quantity quantity, size_t cell)
{
    struct od_mean mean = mean_of(w, quantity, cell);
    return od_mean_known(&mean) ? (double)mean.sum_ns / (double)mean.count : (double)NAN;
}

static const char *protocol_of(const struct work *w, size_t cell)
{
    return od_text(od_groups_kind(&w->cells, cell)->protocol);
}

/* The cell of the same peers and this protocol with the fewest bytes; cells.count when
 * none has any. *others tells how many cells of it have a latency. */
static size_t least_of(const struct work *w, size_t peer, const char *protocol,
                       size_t *others)
{
    size_t least = w->cells.count;
    *others = 0;
    for (size_t cell = 0; cell < w->cells.count; cell++) {
        struct od_mean latency = mean_of(w, LATENCY, cell);
        if (w->peer_of[cell] != peer || strcmp(protocol_of(w, cell), protocol) != 0 ||
            !od_mean_known(&latency) || isnan(value_of(w, BYTES_UP, cell))) {
            continue;
        }
        ++*others;
        if (least == w->cells.count ||
            value_of(w, BYTES_UP, cell) < value_of(w, BYTES_UP, least)) {
            least = cell;
        }
    }
    return least;
}

/* True when the image travels as the bytes of its file. */
static bool is_file(const struct work *w, size_t cell)
{
    const char *payload = od_text(od_groups_kind(&w->cells, cell)->payload);
    return strcmp(payload, "jpeg") == 0 || strcmp(payload, "b64") == 0;
}

static int64_t latency_ns(const struct work *w, size_t cell)
{
    struct od_mean mean = mean_of(w, LATENCY, cell);
    return od_mean_round(&mean, 1);
}

/* The two differences of a cell, which add up to that from the first protocol's file. */
static void put_costs(const struct work *w, size_t cell, struct od_cell *cells)
{
    size_t peer = w->peer_of[cell];
    size_t count = 0;
    struct od_mean own = mean_of(w, LATENCY, cell);
    size_t least = least_of(w, peer, protocol_of(w, cell), &count);
    if (least == w->cells.count || !od_mean_known(&own)) {
        return;
    }
    if (count > 1) {
        od_cell_set_shift(&cells[0], latency_ns(w, cell) - latency_ns(w, least));
    }
    size_t first = 0;
    while (w->peer_of[first] != peer) {
        first++;
    }
    size_t base = least_of(w, peer, protocol_of(w, first), &count);
    bool other = strcmp(protocol_of(w, first), protocol_of(w, cell)) != 0;
    if (other && base < w->cells.count && is_file(w, base) && is_file(w, least)) {
        od_cell_set_shift(&cells[1], latency_ns(w, least) - latency_ns(w, base));
    }
}

static void put_ratio(double a, double b, struct od_cell *cell)
{
    if (!isnan(a) && !isnan(b) && b > 0) {
        od_cell_set_fixed(cell, a / b, 2);
    }
}

static void put_mean(const struct measured *measured, struct od_cell *cell)
{
    od_cell_set_mean(cell, &measured->mean);
    cell->precision = measured->precision;
}

static void add_line(const struct work *w, size_t cell, struct od_table *table)
{
    struct od_cell *cells =
        od_groups_put(&w->cells, &w->keys, cell, od_table_add_row(table, OD_ROW_DATA));
    od_cell_set_count(&cells[0], (int64_t)measured_at(w, LATENCY, cell)->count);
    od_cell_set_count(&cells[1], (int64_t)measured_at(w, LATENCY, cell)->images);
    double bytes = value_of(w, BYTES_UP, cell);
    if (!isnan(bytes)) {
        od_cell_set_count(&cells[2], (int64_t)round(bytes));
    }
    put_ratio(bytes, value_of(w, FILE_BYTES, cell), &cells[3]);
    put_ratio(bytes, value_of(w, PIXEL_BYTES, cell), &cells[4]);
    put_mean(measured_at(w, PREPARE, cell), &cells[5]);
    put_mean(measured_at(w, LATENCY, cell), &cells[6]);
    cells[6].doubts = w->doubts[cell];
    put_costs(w, cell, &cells[7]);
}

static void fill_table(const struct work *w, struct od_table *table)
{
    static const char *const names[][2] = {{NULL, "n"},
                                           {NULL, "images"},
                                           {NULL, "bytes up"},
                                           {"of it", "x file"},
                                           {"of it", "x pixels"},
                                           {NULL, "prepare"},
                                           {NULL, "latency"},
                                           {"latency for", "encoding"},
                                           {"latency for", "transport"}};
    od_keys_add_columns(&w->keys, table);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        od_table_add_column(table, names[i][0], names[i][1])->numeric = true;
    }
    for (size_t cell = 0; cell < w->cells.count; cell++) {
        add_line(w, cell, table);
    }
    od_keys_rule(&w->peer_keys, table);
    od_table_note(table, od_xstrdup("bytes up against the bytes of the image's file, and "
                                    "of its pixels; prepare is the client's time to make "
                                    "the request, outside of the latency"));
    od_table_note(table,
                  od_xstrdup("encoding: against the form with the fewest bytes over the "
                             "same protocol; transport: that form, where it is the "
                             "image's file, against the first protocol's"));
    if (w->left_out > 0) {
        od_table_note(table, od_xasprintf("%zu requests are left out: some form was not "
                                          "measured with their image",
                                          w->left_out));
    }
    od_scope_notes(&w->scope, table);
}

int od_payload_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err)
{
    struct work w = {.scope = {.rows = rows}};
    int rc = od_scope_choose(&w.scope, spec, choice, err);
    rc = rc == 0 ? make_keys(&w, err) : rc;
    rc = rc == 0 ? od_groups_fill(&w.cells, &w.scope, &w.keys, err) : rc;
    rc = rc == 0 ? od_groups_fill(&w.peers, &w.scope, &w.peer_keys, err) : rc;
    if (rc == 0) {
        find_common(&w);
        choose_rows(&w);
        w.measured = od_xcalloc(QUANTITIES * w.cells.count, sizeof *w.measured);
        for (int q = 0; q < QUANTITIES; q++) {
            measure(&w, (enum quantity)q);
        }
        table->title = od_xstrdup(spec->title);
        fill_table(&w, table);
    }
    work_release(&w);
    return rc;
}
