/* A task in a thread of its own. */
#include "bench/aside.h"

#include "base/linux.h"
#include "load/load.h"

#include <stdbool.h>

#define LOOK_NS (20 * INT64_C(1000000))

struct job {
    const struct od_aside *aside;
    od_aside_fn *task;
    void *arg;
    atomic_bool stop;
    struct od_err err;
    int rc;
};

static void work(struct od_workers *workers, int worker, void *arg)
{
    struct job *job = arg;
    (void)workers;
    (void)worker;
    job->rc = -1;
    if (job->aside->cpu < 0 || od_thread_pin(job->aside->cpu, &job->err) == 0) {
        job->rc = job->task(job->arg, &job->stop, &job->err);
    }
}

static bool interrupted(const struct od_aside *aside)
{
    return aside->interrupted != NULL && *aside->interrupted != 0;
}

int od_aside_run(const struct od_aside *aside, od_aside_fn *task, void *arg,
                 struct od_err *err)
{
    struct job job = {.aside = aside, .task = task, .arg = arg, .rc = -1};
    struct od_workers *workers = NULL;
    atomic_init(&job.stop, interrupted(aside));
    if (od_workers_start(1, work, &job, &workers, err) != 0) {
        return -1;
    }
    while (!od_workers_wait(workers, LOOK_NS)) {
        if (interrupted(aside)) {
            atomic_store(&job.stop, true);
        }
    }
    od_workers_join(workers);
    return job.rc == 0 ? 0 : od_fail(err, job.err.code, "%s", job.err.msg);
}
