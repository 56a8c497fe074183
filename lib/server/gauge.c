/* How many requests are in. */
#include "server/gauge.h"

#include "base/alloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct od_gauge {
    pthread_mutex_t lock;
    pthread_cond_t empty;
    size_t count;
};

struct od_gauge *od_gauge_new(void)
{
    struct od_gauge *gauge = od_xcalloc(1, sizeof *gauge);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&gauge->empty, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&gauge->lock, NULL);
    return gauge;
}

void od_gauge_free(struct od_gauge *gauge)
{
    if (gauge != NULL) {
        pthread_cond_destroy(&gauge->empty);
        pthread_mutex_destroy(&gauge->lock);
        free(gauge);
    }
}

void od_gauge_enter(struct od_gauge *gauge)
{
    pthread_mutex_lock(&gauge->lock);
    gauge->count++;
    pthread_mutex_unlock(&gauge->lock);
}

void od_gauge_leave(struct od_gauge *gauge)
{
    pthread_mutex_lock(&gauge->lock);
    gauge->count--;
    if (gauge->count == 0) {
        pthread_cond_broadcast(&gauge->empty);
    }
    pthread_mutex_unlock(&gauge->lock);
}

size_t od_gauge_wait(struct od_gauge *gauge, int64_t until_ns)
{
    const struct timespec until = {.tv_sec = (time_t)(until_ns / 1000000000),
                                   .tv_nsec = (long)(until_ns % 1000000000)};
    int rc = 0;
    pthread_mutex_lock(&gauge->lock);
    while (gauge->count > 0 && rc != ETIMEDOUT) {
        rc = pthread_cond_timedwait(&gauge->empty, &gauge->lock, &until);
    }
    size_t count = gauge->count;
    pthread_mutex_unlock(&gauge->lock);
    return count;
}
