/* Waiting until servers are ready. */
#include "bench/await.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "bench/door.h"

#include <stdio.h>
#include <stdlib.h>

#define ASK_NS   INT64_C(2000000000)
#define LEAST_NS INT64_C(50000000)
#define PAUSE_NS INT64_C(200000000)
#define STEP_NS  INT64_C(50000000)
#define NOTE_NS  INT64_C(5000000000)

/* One door of the run, through which one model is asked for. */
struct awaited {
    const struct od_cell *cell; /* NULL: another one stands for it */
    bool ready;
    struct od_err why; /* it was not */
};

struct round {
    const struct od_run *run;
    struct awaited *items; /* one a cell */
    int64_t end_ns;
    size_t missing;
};

static bool same_door(const struct od_cell *a, const struct od_cell *b)
{
    return a->target == b->target && a->model == b->model && a->protocol == b->protocol;
}

static void fill(struct round *r)
{
    for (size_t i = 0; i < r->run->cell_count; i++) {
        const struct od_cell *cell = &r->run->cells[i];
        bool first = true;
        for (size_t k = 0; k < i && first; k++) {
            first = !same_door(&r->run->cells[k], cell);
        }
        r->items[i].cell = first ? cell : NULL;
    }
}

/* Every question has a connection of its own: one that failed would be tried again later
 * and later. */
static void ask(const struct round *r, struct awaited *item)
{
    struct od_door door = {.plan = r->run->plan,
                           .target = item->cell->target,
                           .protocol = item->cell->protocol,
                           .interrupted = r->run->interrupted};
    int64_t left_ns = r->end_ns - od_now_ns();
    left_ns = left_ns < LEAST_NS ? LEAST_NS : left_ns > ASK_NS ? ASK_NS : left_ns;
    od_err_clear(&item->why);
    item->ready = od_door_ready(&door, item->cell->model, left_ns, NULL, &item->why) == 0;
    od_door_close(&door);
}

static void ask_all(struct round *r)
{
    r->missing = 0;
    for (size_t i = 0; i < r->run->cell_count && *r->run->interrupted == 0; i++) {
        struct awaited *item = &r->items[i];
        if (item->cell != NULL && !item->ready) {
            ask(r, item);
            r->missing += !item->ready;
        }
    }
}

/* "target a, model m, tfs-grpc (REASON)" of each that is missing. */
static void describe(const struct round *r, struct od_buf *out)
{
    const char *between = "";
    for (size_t i = 0; i < r->run->cell_count; i++) {
        const struct awaited *item = &r->items[i];
        if (item->cell != NULL && !item->ready) {
            od_buf_printf(out, "%starget %s, model %s, %s (%.80s)", between,
                          item->cell->target->name, item->cell->model->name,
                          item->cell->protocol->name, item->why.msg);
            between = "; ";
        }
    }
}

static void tell(const struct round *r, void (*note)(const char *text, void *arg),
                 void *arg)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(&text, "waiting for ");
    describe(r, &text);
    if (note != NULL) {
        note(text.data, arg);
    }
    od_buf_release(&text);
}

static void pause_a_while(const struct round *r)
{
    int64_t until_ns = od_now_ns() + PAUSE_NS;
    while (od_now_ns() < until_ns && *r->run->interrupted == 0) {
        od_sleep_until_ns(od_now_ns() + STEP_NS);
    }
}

static int fail(const struct round *r, int64_t wait_ns, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    describe(r, &text);
    int rc = od_fail(err, OD_ECONNECT, "not ready after %g s: %s", (double)wait_ns / 1e9,
                     text.data);
    od_buf_release(&text);
    return rc;
}

int od_run_await(const struct od_run *run, int64_t wait_ns,
                 void (*note)(const char *text, void *arg), void *arg, struct od_err *err)
{
    struct round r = {.run = run,
                      .items = od_xcalloc(run->cell_count, sizeof *r.items),
                      .end_ns = od_now_ns() + wait_ns};
    int64_t note_ns = 0;
    int rc = 0;
    fill(&r);
    ask_all(&r);
    while (r.missing > 0 && od_now_ns() < r.end_ns && *run->interrupted == 0) {
        if (od_now_ns() >= note_ns) {
            tell(&r, note, arg);
            note_ns = od_now_ns() + NOTE_NS;
        }
        pause_a_while(&r);
        ask_all(&r);
    }
    if (*run->interrupted != 0) {
        rc = od_fail(err, OD_ECANCELLED, "interrupted before the first row");
    } else if (r.missing > 0) {
        rc = fail(&r, wait_ns, err);
    }
    free(r.items);
    return rc;
}
