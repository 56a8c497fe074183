/* What of a run stands in its file already. */
#include "bench/standing.h"

#include "base/alloc.h"
#include "bench/block.h"
#include "bench/numbers.h"
#include "bench/seat.h"
#include "record/resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A block of which there are rows. */
struct od_standing_block {
    int64_t rep;
    size_t cell;
    size_t count;        /* requests of its main phase */
    size_t done;         /* of these, that stand */
    unsigned char *bits; /* which; owned */
};

/* A cell of the block whose rows are read now: they stand together. */
struct open_block {
    bool valid;
    int64_t rep;
    size_t cell;
    int64_t main_seq; /* number of its request 0 */
    size_t count;
    struct od_block_facts facts;
    struct od_samples samples;
};

struct reader {
    const struct od_run *run;
    const struct od_standing_files *files;
    size_t part; /* of the run, that the row belongs to */
    struct od_verify *verify;
    struct od_standing *out;
    struct od_numbers numbers;
    struct open_block sides[OD_BLOCK_SIDES]; /* of a block; the second: of a pair */
    struct open_block *now;                  /* the side of the row that is read */
    size_t *order;                           /* of the images, in repetition order_rep */
    int64_t order_rep;
    int64_t max_seq;
};

/* Where the block is or belongs. */
static size_t place_of(const struct od_standing *s, int64_t rep, size_t cell)
{
    size_t low = 0;
    size_t high = s->block_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct od_standing_block *b = &s->blocks[mid];
        if (b->rep < rep || (b->rep == rep && b->cell < cell)) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

static struct od_standing_block *find(const struct od_standing *s, int64_t rep,
                                      size_t cell)
{
    size_t at = place_of(s, rep, cell);
    bool there =
        at < s->block_count && s->blocks[at].rep == rep && s->blocks[at].cell == cell;
    return there ? &s->blocks[at] : NULL;
}

static void add_block(struct od_standing *s, int64_t rep, size_t cell, size_t count)
{
    size_t at = place_of(s, rep, cell);
    s->blocks =
        od_xgrow(s->blocks, s->block_count, &s->block_capacity, sizeof *s->blocks);
    memmove(&s->blocks[at + 1], &s->blocks[at],
            (s->block_count - at) * sizeof *s->blocks);
    s->blocks[at] = (struct od_standing_block){
        .rep = rep, .cell = cell, .count = count, .bits = od_xcalloc(count / 8 + 1, 1)};
    s->block_count++;
}

static bool has_bit(const struct od_standing_block *b, size_t index)
{
    return (b->bits[index / 8] >> index % 8 & 1) != 0;
}

static void close_side(struct reader *r, struct open_block *side)
{
    if (side->valid && side->facts.sent > 0) {
        struct od_cell_result *result = &r->out->results[side->cell];
        side->facts.planned = side->facts.sent;
        od_block_facts_latencies(&side->facts, &side->samples);
        od_samples_move(&side->samples, &result->samples);
        od_cell_result_block(result, &side->facts);
    }
    od_samples_release(&side->samples);
    side->valid = false;
}

/* Appends what was read to the results of its cells. */
static void close_block(struct reader *r)
{
    for (size_t s = 0; s < OD_BLOCK_SIDES; s++) {
        close_side(r, &r->sides[s]);
    }
}

/* Rows of the other side of the same block stand between those of this one. */
static bool joined(const struct reader *r, int64_t rep, size_t cell)
{
    const struct od_cell *c = &r->run->cells[cell];
    const struct open_block *other = &r->sides[c->side == 0 ? 1 : 0];
    return r->run->plan->ab && !r->sides[c->side].valid && other->valid &&
           other->rep == rep && other->cell == c->twin;
}

static int open_block(struct reader *r, int64_t rep, size_t cell, struct od_err *err)
{
    const struct od_run *run = r->run;
    int64_t first = 0;
    int64_t count = 0;
    if (!joined(r, rep, cell)) {
        close_block(r);
    }
    if (od_numbers_first(&r->numbers, rep, cell, &first, err) != 0 ||
        od_main_count(run->plan, &run->cells[cell], cell, rep, &count, err) != 0) {
        return -1;
    }
    r->now = &r->sides[run->cells[cell].side];
    *r->now = (struct open_block){
        .valid = true,
        .rep = rep,
        .cell = cell,
        .main_seq = first + od_warm_count(run->plan, &run->cells[cell]),
        .count = (size_t)count,
        .samples = {.open = r->out->results[cell].samples.open},
        .facts = {.rep = rep,
                  .begin_ns = -1,
                  .end_ns = -1,
                  .last_due_ns = -1,
                  .last_sent_ns = -1,
                  /* Nobody has looked at the machine, or what was seen is lost. */
                  .machine = {.busy_ratio = -1,
                              .self_ratio = -1,
                              .steal_ratio = -1,
                              .swap_pages = -1,
                              .throttles = -1,
                              .freq_ratio = -1}}};
    if (find(r->out, rep, cell) == NULL) {
        add_block(r->out, rep, cell, (size_t)count);
    }
    return 0;
}

static size_t cell_of(const struct reader *r, const char *id)
{
    for (size_t s = 0; s < OD_BLOCK_SIDES; s++) {
        size_t cell = r->sides[s].cell;
        if (r->sides[s].valid && strcmp(r->run->cells[cell].id, id) == 0) {
            return cell;
        }
    }
    size_t i = 0;
    while (i < r->run->cell_count && strcmp(r->run->cells[i].id, id) != 0) {
        i++;
    }
    return i;
}

static int64_t most_repetitions(const struct od_plan *plan)
{
    int64_t most = plan->goals.max_repetitions;
    return most > plan->repetitions ? most : plan->repetitions;
}

static int find_block(struct reader *r, const struct od_record *row, struct od_err *err)
{
    if (row->run_id == NULL || strcmp(row->run_id, r->run->run_id) != 0) {
        return od_fail(err, OD_EINPUT, "a row of another run: '%s', not '%s'",
                       row->run_id != NULL ? row->run_id : "", r->run->run_id);
    }
    const char *id = row->cell_id != NULL ? row->cell_id : "";
    size_t cell = cell_of(r, id);
    if (cell == r->run->cell_count || row->rep < 1 ||
        row->rep > most_repetitions(r->run->plan) || row->seq < 1) {
        return od_fail(
            err, OD_EINPUT,
            "not a row of this plan: cell '%s', repetition %" PRId64 ", number %" PRId64,
            id, row->rep == OD_NONE ? 0 : row->rep, row->seq == OD_NONE ? 0 : row->seq);
    }
    r->now = &r->sides[r->run->cells[cell].side];
    if (r->now->valid && r->now->cell == cell && r->now->rep == row->rep) {
        return 0;
    }
    return open_block(r, row->rep, cell, err);
}

static void note_sent(struct open_block *now, const struct od_record *row)
{
    struct od_block_facts *facts = &now->facts;
    int64_t begin = row->sched_ns != OD_NONE ? row->sched_ns : row->send_ns;
    facts->sent++;
    if (begin != OD_NONE && (facts->begin_ns < 0 || begin < facts->begin_ns)) {
        facts->begin_ns = begin;
    }
    if (now->samples.open && row->sched_ns > facts->last_due_ns) {
        facts->last_due_ns = row->sched_ns;
        facts->last_sent_ns = row->send_ns != OD_NONE ? row->send_ns : row->sched_ns;
    }
}

/* The image of a request, as block.c takes it. */
static size_t image_of(struct reader *r, size_t index)
{
    const struct od_plan *plan = r->run->plan;
    if (r->order_rep != r->now->rep) {
        od_image_order(plan, r->now->rep, r->order);
        r->order_rep = r->now->rep;
    }
    return r->order[index / (size_t)plan->iterations % od_dataset_count(plan->dataset)];
}

static bool is(const char *text, const char *value)
{
    return text != NULL && strcmp(text, value) == 0;
}

/* A row that counts in the results, or may. */
static void add_main(struct reader *r, const struct od_record *row, size_t index,
                     bool last)
{
    struct open_block *now = r->now;
    if (row->attempt == 1) {
        note_sent(now, row);
    }
    if (row->end_ns != OD_NONE && row->end_ns > now->facts.end_ns) {
        now->facts.end_ns = row->end_ns;
    }
    if (od_record_counts(row) && row->service_ns != OD_NONE) {
        od_samples_add(&now->samples, row->service_ns, row->response_ns);
        od_found_add(&r->out->results[now->cell].found, row);
        if (r->verify != NULL) {
            od_verify_add(r->verify, now->cell, image_of(r, index), row->result_hash);
        }
    } else if (last) {
        r->out->results[now->cell].failed++;
    }
}

/* Ends the block when the run was interrupted before this row. */
static void note_part(struct reader *r)
{
    const struct od_standing_files *files = r->files;
    while (r->part < files->part_count && files->parts[r->part] <= r->out->rows) {
        close_block(r);
        r->part++;
    }
}

static bool is_last(const struct reader *r, const struct od_record *row)
{
    enum od_transport transport = r->run->cells[r->now->cell].protocol->transport;
    return is(row->status, "ok") || row->attempt > r->run->plan->pace.retries ||
           row->status == NULL || !od_seat_again(transport, row);
}

static int on_row(const struct od_record *row, void *arg, struct od_err *err)
{
    struct reader *r = arg;
    const struct od_plan *plan = r->run->plan;
    note_part(r);
    if (find_block(r, row, err) != 0) {
        return -1;
    }
    struct od_standing *s = r->out;
    struct od_cell_result *result = &s->results[r->now->cell];
    s->rows++;
    s->last_end_ns = row->end_ns > s->last_end_ns ? row->end_ns : s->last_end_ns;
    s->last_conn_id = row->conn_id > s->last_conn_id ? row->conn_id : s->last_conn_id;
    r->max_seq = row->seq > r->max_seq ? row->seq : r->max_seq;
    if (row->weights != NULL) {
        (void)snprintf(result->weights, sizeof result->weights, "%s", row->weights);
    }
    int64_t index = row->seq - r->now->main_seq;
    bool planned = index >= 0 && index < (int64_t)r->now->count;
    if (is(row->phase, "main") && !planned) {
        return od_fail(err, OD_EINPUT,
                       "not a row of this plan: number %" PRId64
                       " is not one of cell %s, repetition %" PRId64,
                       row->seq, row->cell_id, row->rep);
    }
    bool last = is_last(r, row);
    bool paper = plan->paper && is(row->phase, "warmup");
    s->failed += last && !is(row->status, "ok") && !is(row->phase, "drain");
    if (!planned || !(paper || is(row->phase, "main"))) {
        return 0;
    }
    struct od_standing_block *block = find(s, r->now->rep, r->now->cell);
    if (last && !has_bit(block, (size_t)index)) {
        block->bits[index / 8] |= (unsigned char)(1U << index % 8);
        block->done++;
    }
    if (!paper) {
        add_main(r, row, (size_t)index, last);
    }
    return 0;
}

int od_standing_read(const struct od_run *run, const struct od_standing_files *files,
                     struct od_verify *verify, struct od_standing *out,
                     struct od_err *err)
{
    struct reader r = {.run = run, .files = files, .verify = verify, .out = out};
    r.now = &r.sides[0];
    *out = (struct od_standing){.cell_count = run->cell_count};
    int rc = od_numbers_init(&r.numbers, run->plan, run->cells, run->cell_count, err);
    if (rc != 0) {
        od_numbers_release(&r.numbers);
        return rc;
    }
    out->results = od_xcalloc(run->cell_count, sizeof *out->results);
    for (size_t i = 0; i < run->cell_count; i++) {
        out->results[i] =
            (struct od_cell_result){.samples = {.open = od_pace_open(&run->plan->pace)},
                                    .floor_raw_ns = -1,
                                    .floor_client_ns = -1};
    }
    r.order = od_xcalloc(od_dataset_count(run->plan->dataset) + 1, sizeof *r.order);
    rc = od_resume_read(files->rows, files->detections, on_row, &r, err);
    close_block(&r);
    if (rc == 0) {
        rc = od_numbers_beyond(&r.numbers, &out->next_seq, err);
    }
    out->next_seq = r.max_seq >= out->next_seq ? r.max_seq + 1 : out->next_seq;
    free(r.order);
    od_numbers_release(&r.numbers);
    return rc;
}

void od_standing_release(struct od_standing *standing)
{
    for (size_t i = 0; standing->results != NULL && i < standing->cell_count; i++) {
        od_cell_result_release(&standing->results[i]);
    }
    for (size_t i = 0; i < standing->block_count; i++) {
        free(standing->blocks[i].bits);
    }
    free(standing->results);
    free(standing->blocks);
    *standing = (struct od_standing){0};
}

bool od_standing_begun(const struct od_standing *standing, int64_t rep, size_t cell)
{
    return standing != NULL && find(standing, rep, cell) != NULL;
}

struct od_missing od_standing_missing(const struct od_standing *standing, int64_t rep,
                                      size_t cell, int64_t main_count)
{
    const struct od_standing_block *block = find(standing, rep, cell);
    struct od_missing left = {.touched = block != NULL, .count = (size_t)main_count};
    if (block == NULL || block->done == 0) {
        return left;
    }
    left.count = 0;
    left.todo = od_xcalloc(block->count - block->done + 1, sizeof *left.todo);
    for (size_t i = 0; i < block->count; i++) {
        if (!has_bit(block, i)) {
            left.todo[left.count++] = i;
        }
    }
    return left;
}
