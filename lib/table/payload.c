/* The same images in every form: bytes on the wire, and what form and protocol cost. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/obs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one request says, in the order of the lists of observations. */
enum quantity { BYTES_UP, FILE_BYTES, PIXEL_BYTES, PREPARE, LATENCY, QUANTITIES };

/* Cells that differ in protocol and payload alone, which are compared. */
struct work {
    struct od_scope scope;
    struct od_keys keys;
    struct od_keys peer_keys; /* without protocol and payload */
    struct od_groups cells;
    struct od_groups peers;
    size_t *peer_of; /* one a cell */
    struct od_axis images;
    uint32_t *image_of; /* one a row */
    bool *seen;         /* cells x images: a request counted */
    struct od_obs_list obs[QUANTITIES];
    struct od_mean *means; /* quantities x cells */
    unsigned *doubts;      /* one a cell */
    size_t left_out;       /* rows of such images */
};

static void work_release(struct work *w)
{
    od_groups_release(&w->cells);
    od_groups_release(&w->peers);
    od_axis_release(&w->images);
    for (size_t i = 0; i < QUANTITIES; i++) {
        od_obs_release(&w->obs[i]);
    }
    free(w->peer_of);
    free(w->image_of);
    free(w->seen);
    free(w->means);
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

/* Which images every cell has, and which rows are of others. */
static void find_common(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    struct od_buf label;
    od_buf_init(&label, 0);
    w->image_of = od_xcalloc(rows->count, sizeof *w->image_of);
    for (size_t i = 0; i < rows->count; i++) {
        const char *name = od_label_image(&rows->items[i], &label);
        w->image_of[i] = (uint32_t)od_axis_add(&w->images, name);
    }
    od_buf_release(&label);
    size_t images = w->images.count;
    w->seen = od_xcalloc(w->cells.count * images, sizeof *w->seen);
    w->peer_of = od_xcalloc(w->cells.count, sizeof *w->peer_of);
    w->doubts = od_xcalloc(w->cells.count, sizeof *w->doubts);
    for (size_t i = 0; i < rows->count; i++) {
        size_t cell = w->cells.of[i];
        if (cell == OD_AXIS_NONE) {
            continue;
        }
        const struct od_cell_validity *found =
            od_scope_validity(&w->scope, &rows->items[i]);
        w->doubts[cell] |= found != NULL ? od_cell_validity_doubts(found) : 0;
        w->peer_of[cell] = w->peers.of[i];
        if (od_scope_counts(&w->scope, &rows->items[i])) {
            w->seen[cell * images + w->image_of[i]] = true;
        }
    }
}

/* True when all cells of the group that counted anything have the image. */
static bool is_common(const struct work *w, size_t peer, uint32_t image)
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

static int64_t pixel_bytes(const struct od_record *r)
{
    bool known = r->width > 0 && r->width <= UINT16_MAX && r->height > 0 &&
                 r->height <= UINT16_MAX;
    return known ? 3 * r->width * r->height : -1;
}

static void collect(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    struct od_units units = {0};
    /* The answer for an image is the same for all rows of a group of peers. */
    signed char *common = od_xcalloc(w->peers.count * w->images.count, sizeof *common);
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_record *r = &rows->items[i];
        if (w->cells.of[i] == OD_AXIS_NONE || !od_scope_counts(&w->scope, r)) {
            continue;
        }
        signed char *known = &common[w->peers.of[i] * w->images.count + w->image_of[i]];
        if (*known == 0) {
            *known = is_common(w, w->peers.of[i], w->image_of[i]) ? 1 : -1;
        }
        if (*known < 0) {
            w->left_out++;
            continue;
        }
        const int64_t values[QUANTITIES] = {[BYTES_UP] = r->bytes_up,
                                            [FILE_BYTES] = r->file_bytes,
                                            [PIXEL_BYTES] = pixel_bytes(r),
                                            [PREPARE] = r->prepare_ns,
                                            [LATENCY] = r->service_ns};
        struct od_obs obs = {.row = w->cells.of[i], .image = w->image_of[i]};
        obs.unit = od_units_number(&units, r);
        for (size_t q = 0; q < QUANTITIES; q++) {
            obs.ns = values[q];
            if (obs.ns >= 0) {
                od_obs_add(&w->obs[q], &obs);
            }
        }
    }
    free(common);
    od_units_release(&units);
    for (size_t q = 0; q < QUANTITIES; q++) {
        od_obs_sort(&w->obs[q]);
    }
}

/* The means of every quantity and cell, which are asked for again and again. */
static void make_means(struct work *w)
{
    w->means = od_xcalloc(QUANTITIES * w->cells.count, sizeof *w->means);
    for (size_t q = 0; q < QUANTITIES; q++) {
        for (size_t cell = 0; cell < w->cells.count; cell++) {
            size_t count = 0;
            const struct od_obs *obs = od_obs_cell(&w->obs[q], cell, 0, &count);
            w->means[q * w->cells.count + cell] = od_obs_mean(obs, count, NULL);
        }
    }
}

static struct od_mean mean_of(const struct work *w, enum quantity quantity, size_t cell)
{
    return w->means[(size_t)quantity * w->cells.count + cell];
}

/* NaN when it is not known. */
static double value_of(const struct work *w, enum quantity quantity, size_t cell)
{
    struct od_mean mean = mean_of(w, quantity, cell);
    return od_mean_known(&mean) ? (double)mean.sum_ns / (double)mean.count : (double)NAN;
}

static const char *protocol_of(const struct work *w, size_t cell)
{
    return od_text(w->cells.samples[cell]->protocol);
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
    const char *payload = od_text(w->cells.samples[cell]->payload);
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

static void add_line(const struct work *w, size_t cell, struct od_table *table)
{
    struct od_cell *cells =
        od_groups_put(&w->cells, &w->keys, cell, od_table_add_row(table, OD_ROW_DATA));
    size_t count = 0;
    size_t images = 0;
    const struct od_obs *obs = od_obs_cell(&w->obs[LATENCY], cell, 0, &count);
    (void)od_obs_mean(obs, count, &images);
    od_cell_set_count(&cells[0], (int64_t)count);
    od_cell_set_count(&cells[1], (int64_t)images);
    double bytes = value_of(w, BYTES_UP, cell);
    if (!isnan(bytes)) {
        od_cell_set_count(&cells[2], (int64_t)round(bytes));
    }
    put_ratio(bytes, value_of(w, FILE_BYTES, cell), &cells[3]);
    put_ratio(bytes, value_of(w, PIXEL_BYTES, cell), &cells[4]);
    size_t prepared = 0;
    const struct od_obs *prepare = od_obs_cell(&w->obs[PREPARE], cell, 0, &prepared);
    od_obs_put_mean(prepare, prepared, &cells[5]);
    od_obs_put_mean(obs, count, &cells[6]);
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
        collect(&w);
        make_means(&w);
        table->title = od_xstrdup(spec->title);
        fill_table(&w, table);
    }
    work_release(&w);
    return rc;
}
