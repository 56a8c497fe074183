/* One model's workers: an engine and a thread each, behind a bounded queue. */
#include "server/pool.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "engine/ruler.h"
#include "server/detect.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum stage { WAITING, RUNNING, DONE };

/* A call in the queue; lives on the stack of the thread that waits for it. */
struct job {
    struct od_work *work;
    struct od_answer *answer;
    struct job *next;
    pthread_cond_t moved;
    enum stage stage;
    int64_t queued_ns;
    bool delayed; /* no worker was free when it came */
};

struct worker {
    struct od_pool *pool;
    pthread_t thread;
    struct od_engine *engine;
};

struct od_pool {
    struct od_pool_config config;
    pthread_mutex_t lock;
    pthread_condattr_t monotonic;
    pthread_cond_t work; /* the queue got a job, or the end has come */
    pthread_cond_t up;   /* a worker has opened its engine, or failed */
    struct job *first, *last;
    int waiting;
    int idle;
    atomic_bool stopped; /* written under the lock, read by holds without it */
    bool closing;
    struct worker *workers;
    int started;
    int opened;
    struct od_err failure;    /* of the worker that could not open its engine */
    struct od_engine *direct; /* without workers: used under the lock */
    const char *weights;
    int64_t model_bytes;
    const struct od_ruler *ruler; /* a calibration model's; else NULL */
    int64_t epoch_ns;             /* its first request */
    int64_t asked;                /* its requests until now */
};

static void push(struct od_pool *pool, struct job *job)
{
    if (pool->last != NULL) {
        pool->last->next = job;
    } else {
        pool->first = job;
    }
    pool->last = job;
    pool->waiting++;
}

static void take(struct od_pool *pool, struct job *job)
{
    struct job *before = NULL;
    for (struct job *at = pool->first; at != job; at = at->next) {
        before = at;
    }
    if (before == NULL) {
        pool->first = job->next;
    } else {
        before->next = job->next;
    }
    if (pool->last == job) {
        pool->last = before;
    }
    pool->waiting--;
}

/*
 * A calibration engine's answer: held from the last request byte on, or, when all workers
 * were busy, from the moment one took it (a server of known service time with a queue).
 */
static void draw_hold(struct od_pool *pool, struct od_engine *engine,
                      struct od_work *work, int64_t from_ns)
{
    struct od_held *held = &work->held;
    if (pool->ruler == NULL) {
        return;
    }
    held->draw_ns = od_engine_hold_ns(engine);
    if (pool->ruler->stall_ns > 0) {
        held->epoch_ns = pool->epoch_ns;
        held->stall_ns =
            od_ruler_stalled_ns(pool->ruler, from_ns - pool->epoch_ns, held->draw_ns);
    }
    if (held->draw_ns + held->stall_ns > 0) {
        held->due_ns = from_ns + held->draw_ns + held->stall_ns;
    }
}

static void work_on(struct worker *worker, struct job *job, int64_t begun_ns)
{
    struct od_pool *pool = worker->pool;
    struct od_work *work = job->work;
    job->answer->server.queue_ns = begun_ns - job->queued_ns;
    const struct od_detect detect = {.engine = worker->engine,
                                     .request = work->request,
                                     .in = &pool->config.in,
                                     .pixels_max = pool->config.pixels_max,
                                     .deadline_ns = work->deadline_ns};
    od_detect_pictures(&detect, job->answer);
    if (job->answer->code == OD_CODE_OK) {
        draw_hold(pool, worker->engine, work,
                  job->delayed ? begun_ns : work->received_ns);
        /* Nobody waits for an answer beyond its deadline. */
        int64_t due_ns = work->held.due_ns;
        bool late = work->deadline_ns != 0 && due_ns > work->deadline_ns;
        od_hold_most(late ? work->deadline_ns : due_ns, &pool->stopped);
    }
}

static void *worker_main(void *arg)
{
    struct worker *worker = arg;
    struct od_pool *pool = worker->pool;
    struct od_engine_spec spec = pool->config.spec;
    struct od_err err = {0};
    if (pool->config.vary_seed) {
        spec.seed += (uint64_t)(worker - pool->workers);
    }
    int rc = od_engine_open(&spec, &worker->engine, &err);
    pthread_mutex_lock(&pool->lock);
    pool->opened++;
    if (rc != 0) {
        pool->failure = err;
    } else {
        pool->idle++;
    }
    pthread_cond_signal(&pool->up);
    while (rc == 0) {
        while (pool->first == NULL && !pool->closing) {
            pthread_cond_wait(&pool->work, &pool->lock);
        }
        struct job *job = pool->first;
        if (job == NULL) {
            break;
        }
        take(pool, job);
        pool->idle--;
        job->stage = RUNNING;
        pthread_mutex_unlock(&pool->lock);
        work_on(worker, job, od_now_ns());
        pthread_mutex_lock(&pool->lock);
        pool->idle++;
        job->stage = DONE;
        pthread_cond_signal(&job->moved);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* What all engines of the pool have in common. */
static void know(struct od_pool *pool, const struct od_engine *engine)
{
    pool->weights = od_engine_weights(engine);
    pool->model_bytes = od_engine_model_bytes(engine);
    pool->ruler = od_engine_ruler(engine);
}

static int start_workers(struct od_pool *pool, struct od_err *err)
{
    pool->workers = od_xcalloc((size_t)pool->config.workers, sizeof *pool->workers);
    pthread_mutex_lock(&pool->lock);
    for (int i = 0; i < pool->config.workers && pool->failure.code == OD_OK; i++) {
        struct worker *worker = &pool->workers[i];
        worker->pool = pool;
        if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0) {
            (void)od_fail(&pool->failure, OD_ESYS, "cannot start worker %d of %d", i + 1,
                          pool->config.workers);
            break;
        }
        pool->started++;
        while (pool->opened < pool->started) {
            pthread_cond_wait(&pool->up, &pool->lock);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    if (pool->failure.code != OD_OK) {
        return od_fail(err, pool->failure.code, "%s", pool->failure.msg);
    }
    know(pool, pool->workers[0].engine);
    return 0;
}

int od_pool_open(const struct od_pool_config *config, struct od_pool **out,
                 struct od_err *err)
{
    struct od_pool *pool = od_xcalloc(1, sizeof *pool);
    pool->config = *config;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_init(&pool->monotonic);
    pthread_condattr_setclock(&pool->monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->up, NULL);
    int rc = 0;
    if (config->workers > 0) {
        rc = start_workers(pool, err);
    } else {
        rc = od_engine_open(&config->spec, &pool->direct, err);
        if (rc == 0) {
            know(pool, pool->direct);
        }
    }
    if (rc != 0) {
        od_pool_close(pool);
        return -1;
    }
    *out = pool;
    return 0;
}

int64_t od_pool_model_bytes(const struct od_pool *pool)
{
    return pool->model_bytes;
}

const char *od_pool_weights(const struct od_pool *pool)
{
    return pool->weights;
}

static void run_direct(struct od_pool *pool, struct od_work *work,
                       struct od_answer *answer)
{
    pthread_mutex_lock(&pool->lock);
    if (pool->stopped) {
        od_answer_fail(answer, OD_CODE_UNAVAILABLE, "the server is stopping");
    } else {
        answer->server.queue_ns = 0;
        const struct od_detect detect = {.engine = pool->direct,
                                         .request = work->request,
                                         .in = &pool->config.in,
                                         .pixels_max = pool->config.pixels_max};
        od_detect_pictures(&detect, answer);
        draw_hold(pool, pool->direct, work, work->received_ns);
    }
    pthread_mutex_unlock(&pool->lock);
}

/* Takes a job that waits out of the queue. */
static void give_up(struct od_pool *pool, struct job *job, enum od_canonical code,
                    const char *text)
{
    take(pool, job);
    od_answer_fail(job->answer, code, "%s", text);
    job->stage = DONE;
}

/* Waits under the lock until the job is done, or the deadline passes while it waits. */
static void await(struct od_pool *pool, struct job *job, int64_t deadline_ns)
{
    struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000),
                             .tv_nsec = (long)(deadline_ns % 1000000000)};
    while (job->stage != DONE) {
        bool waiting = job->stage == WAITING;
        bool timed = waiting && deadline_ns != 0;
        if (waiting && pool->stopped) {
            give_up(pool, job, OD_CODE_UNAVAILABLE, "the server is stopping");
        } else if (timed && od_now_ns() >= deadline_ns) {
            give_up(pool, job, OD_CODE_DEADLINE_EXCEEDED,
                    "deadline passed while the request waited for a worker");
        } else if (timed) {
            (void)pthread_cond_timedwait(&job->moved, &pool->lock, &until);
        } else {
            pthread_cond_wait(&job->moved, &pool->lock);
        }
    }
}

static void run_queued(struct od_pool *pool, struct od_work *work,
                       struct od_answer *answer)
{
    struct job job = {
        .work = work, .answer = answer, .stage = WAITING, .queued_ns = od_now_ns()};
    pthread_cond_init(&job.moved, &pool->monotonic);
    pthread_mutex_lock(&pool->lock);
    /* Jobs that an idle worker is about to take do not wait. */
    int ahead = pool->waiting - pool->idle;
    job.delayed = ahead >= 0;
    if (pool->stopped) {
        od_answer_fail(answer, OD_CODE_UNAVAILABLE, "the server is stopping");
    } else if (ahead >= pool->config.queue_max) {
        od_answer_fail(answer, OD_CODE_RESOURCE_EXHAUSTED,
                       "model %s is busy: %d requests run and %d wait",
                       pool->config.spec.name, pool->config.workers, ahead);
    } else {
        push(pool, &job);
        pthread_cond_signal(&pool->work);
        await(pool, &job, work->deadline_ns);
    }
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_destroy(&job.moved);
}

/* Counts a request of a calibration model; whether it is one that must fail. */
static bool count(struct od_pool *pool, const struct od_work *work)
{
    if (pool->ruler == NULL) {
        return false;
    }
    pthread_mutex_lock(&pool->lock);
    int64_t every = pool->ruler->fail_every;
    if (pool->asked == 0) {
        pool->epoch_ns = work->received_ns;
    }
    pool->asked++;
    bool fails = every > 0 && pool->asked % every == 0;
    pthread_mutex_unlock(&pool->lock);
    return fails;
}

void od_pool_run(struct od_pool *pool, struct od_work *work, struct od_answer *answer)
{
    bool fails = count(pool, work);
    work->held = (struct od_held){0};
    if (pool->config.workers > 0) {
        run_queued(pool, work, answer);
    } else {
        run_direct(pool, work, answer);
    }
    struct od_held *held = &work->held;
    int64_t at_ns = held->due_ns != 0 ? held->due_ns : od_now_ns();
    if (answer->code != OD_CODE_OK) {
        return;
    }
    if (work->deadline_ns != 0 && at_ns > work->deadline_ns) {
        od_answer_fail(answer, OD_CODE_DEADLINE_EXCEEDED,
                       "the answer was not ready before the deadline");
        /* A client that gives up is told at its deadline, not when the hold would end. */
        held->due_ns = held->due_ns != 0 ? work->deadline_ns : 0;
    } else if (fails) {
        od_answer_fail(answer, OD_CODE_UNAVAILABLE,
                       "model %s fails one request in %lld, and this is one",
                       pool->config.spec.name, (long long)pool->ruler->fail_every);
    }
}

void od_pool_stop(struct od_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->stopped, true);
    for (struct job *job = pool->first; job != NULL; job = job->next) {
        pthread_cond_signal(&job->moved);
    }
    pthread_mutex_unlock(&pool->lock);
}

void od_pool_close(struct od_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    pthread_mutex_lock(&pool->lock);
    assert(pool->first == NULL);
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->started; i++) {
        pthread_join(pool->workers[i].thread, NULL);
        od_engine_close(pool->workers[i].engine);
    }
    od_engine_close(pool->direct);
    pthread_cond_destroy(&pool->up);
    pthread_cond_destroy(&pool->work);
    pthread_condattr_destroy(&pool->monotonic);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool);
}
