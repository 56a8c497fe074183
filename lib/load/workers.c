/* Worker threads. */
#include "load/load.h"

#include "base/alloc.h"
#include "base/linux.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct od_workers {
    pthread_t *threads;
    struct seat *seats;
    int count;
    od_work_fn *work;
    void *arg;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int returned;
    int waiting;
    unsigned round; /* of od_workers_meet */
    bool abandoned; /* not all could be made: nobody works */
};

struct seat {
    struct od_workers *workers;
    int number;
};

static void *run(void *arg)
{
    struct seat *seat = arg;
    struct od_workers *workers = seat->workers;
    (void)pthread_mutex_lock(&workers->mutex); /* held until all are made */
    bool abandoned = workers->abandoned;
    (void)pthread_mutex_unlock(&workers->mutex);
    if (!abandoned) {
        od_thread_sharp_timers();
        workers->work(workers, seat->number, workers->arg);
    }
    (void)pthread_mutex_lock(&workers->mutex);
    workers->returned++;
    (void)pthread_cond_broadcast(&workers->changed);
    (void)pthread_mutex_unlock(&workers->mutex);
    return NULL;
}

static void init(struct od_workers *workers)
{
    pthread_condattr_t attr;
    (void)pthread_mutex_init(&workers->mutex, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&workers->changed, &attr);
    (void)pthread_condattr_destroy(&attr);
}

static int start_threads(struct od_workers *workers, int wanted)
{
    int rc = 0;
    (void)pthread_mutex_lock(&workers->mutex);
    for (int i = 0; i < wanted && rc == 0; i++) {
        workers->seats[i] = (struct seat){workers, i};
        rc = pthread_create(&workers->threads[i], NULL, run, &workers->seats[i]);
        workers->count += rc == 0;
    }
    workers->abandoned = rc != 0;
    (void)pthread_mutex_unlock(&workers->mutex);
    return rc;
}

int od_workers_start(int count, od_work_fn *work, void *arg, struct od_workers **out,
                     struct od_err *err)
{
    struct od_workers *workers = od_xcalloc(1, sizeof *workers);
    workers->threads = od_xcalloc((size_t)count, sizeof *workers->threads);
    workers->seats = od_xcalloc((size_t)count, sizeof *workers->seats);
    workers->work = work;
    workers->arg = arg;
    init(workers);
    int failed = start_threads(workers, count);
    if (failed == 0) {
        *out = workers;
        return 0;
    }
    od_workers_join(workers);
    return od_fail(err, OD_ESYS, "cannot start %d threads: %s", count, strerror(failed));
}

void od_workers_meet(struct od_workers *workers)
{
    (void)pthread_mutex_lock(&workers->mutex);
    unsigned round = workers->round;
    workers->waiting++;
    if (workers->waiting == workers->count) {
        workers->waiting = 0;
        workers->round++;
        (void)pthread_cond_broadcast(&workers->changed);
    }
    while (round == workers->round) {
        (void)pthread_cond_wait(&workers->changed, &workers->mutex);
    }
    (void)pthread_mutex_unlock(&workers->mutex);
}

bool od_workers_wait(struct od_workers *workers, int64_t wait_ns)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + wait_ns;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    (void)pthread_mutex_lock(&workers->mutex);
    int rc = 0;
    while (workers->returned < workers->count && rc != ETIMEDOUT) {
        rc = pthread_cond_timedwait(&workers->changed, &workers->mutex, &until);
    }
    bool done = workers->returned == workers->count;
    (void)pthread_mutex_unlock(&workers->mutex);
    return done;
}

void od_workers_join(struct od_workers *workers)
{
    for (int i = 0; i < workers->count; i++) {
        (void)pthread_join(workers->threads[i], NULL);
    }
    (void)pthread_cond_destroy(&workers->changed);
    (void)pthread_mutex_destroy(&workers->mutex);
    free(workers->threads);
    free(workers->seats);
    free(workers);
}
