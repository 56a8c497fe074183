/* The main thread while a block is at work. */
#include "bench/work.h"

#include "base/clock.h"

#include <math.h>

#define POLL_NS  INT64_C(100000000)
#define GRACE_NS INT64_C(1000000000)
/* For what is not measured: the times that servers count of themselves. */
#define COUNTING_GRACE_NS INT64_C(200000000)

/* When the block is cut short if it still runs then; INT64_MAX: it is not. */
static int64_t cut_time(const struct od_work *w)
{
    int64_t begin = atomic_load(&w->begin_ns);
    if (begin != 0 && w->cell->step) {
        /* What is not sent by then misses the objective anyway. */
        return begin + od_schedule_at(&w->schedule, w->schedule.count - 1) +
               w->plan->goals.slo.limit_ns;
    }
    return begin != 0 && w->plan->pace.close ? begin + w->plan->pace.duration_ns
                                             : INT64_MAX;
}

/* Whether so many of a step's requests took too long that its quantile, of type 7, is
 * beyond the limit whatever the others do. */
static bool hopeless(struct od_work *w)
{
    size_t count = w->schedule.count;
    size_t below =
        w->cell->step ? (count - 1) * (size_t)w->plan->goals.slo.permille / 1000 : 0;
    return w->cell->step && atomic_load(&w->over) >= count - below;
}

static void stop(struct od_work *w)
{
    od_load_stop(&w->load);
    w->stopped_ns = w->stopped_ns == 0 ? od_now_ns() : w->stopped_ns;
}

static void cancel(struct od_work *w)
{
    for (size_t s = 0; s < w->block->side_count; s++) {
        for (int i = 0; i < w->cell->concurrency; i++) {
            od_conn_cancel(w->sides[s].seats[i].conn);
        }
    }
}

static void cancel_counting(struct od_work *w)
{
    for (size_t s = 0; s < w->block->side_count; s++) {
        od_counting_cancel(w->sides[s].counting);
        for (int i = 0; i < w->cell->concurrency; i++) {
            od_counting_cancel(w->sides[s].seats[i].counting);
        }
    }
}

static int64_t patience(int64_t now, int64_t event_ns)
{
    int64_t left = event_ns - now;
    return left < 1 ? 1 : left < POLL_NS ? left : POLL_NS;
}

static void show(struct od_work *w, int64_t now)
{
    const struct od_run *run = w->block->run;
    if (run->progress == NULL) {
        return;
    }
    int64_t begin = atomic_load(&w->begin_ns);
    int64_t counted = od_pulse_count(&w->pulse);
    double span_s = begin != 0 ? (double)(now - begin) / 1e9 : 0;
    struct od_run_progress progress = {
        .done = atomic_load(&w->tally->done),
        .total = w->tally->total,
        .failed = atomic_load(&w->tally->failed),
        .cell = w->cell,
        .other = w->sides[1].cell,
        .rep = w->block->rep,
        .rate_per_s = counted > 0 && span_s > 0 ? (double)counted / span_s : (double)NAN,
        .median_ns = od_pulse_median_ns(&w->pulse),
        .left_ns = od_left_ns(&w->tally->left, now)};
    run->progress(&progress, run->progress_arg);
}

bool od_work_watch(struct od_work *w, struct od_workers *workers)
{
    const struct od_run *run = w->block->run;
    bool interrupted = false;
    int64_t cancel_ns = INT64_MAX;
    int64_t counting_ns = INT64_MAX;
    int64_t now = od_now_ns();
    int64_t cut_ns = cut_time(w);
    while (!od_workers_wait(workers,
                            patience(now, cut_ns < cancel_ns ? cut_ns : cancel_ns))) {
        now = od_now_ns();
        show(w, now);
        cut_ns = w->stopped_ns == 0 ? cut_time(w) : INT64_MAX;
        if (*run->interrupted != 0 && !interrupted) {
            interrupted = true;
            stop(w);
            cancel_ns = now + GRACE_NS;
            counting_ns = now + COUNTING_GRACE_NS;
        } else if (now >= cut_ns) {
            stop(w);
            cancel_ns = w->plan->pace.close ? now : cancel_ns;
        } else if (od_work_must_stop(w) || hopeless(w)) {
            stop(w);
        }
        if (now >= counting_ns) {
            cancel_counting(w);
            counting_ns = INT64_MAX;
        }
        if (now >= cancel_ns) {
            cancel(w);
            cancel_ns = INT64_MAX;
        }
    }
    if (od_work_must_stop(w)) {
        stop(w); /* the workers may have seen it first */
    }
    return interrupted || *run->interrupted != 0;
}
