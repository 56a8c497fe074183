/* Known architectures with seeded random weights: real computation, no meaning. */
#include "engine/topology.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "image/candidates.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct state {
    const struct od_topology *topology;
    struct od_dnn *net;
};

static const struct od_topology *const topologies[] = {
    &od_topology_ssd,
    &od_topology_rfcn,
    &od_topology_yolov4,
};

enum { TOPOLOGIES = sizeof topologies / sizeof topologies[0] };

static const char prefix[] = "topology:";

static bool matches(const char *source)
{
    return strncmp(source, prefix, sizeof prefix - 1) == 0;
}

static void close_topology(void *state)
{
    struct state *s = state;
    od_dnn_free(s->net);
    free(s);
}

static int unknown(const char *name, struct od_err *err)
{
    struct od_buf known;
    od_buf_init(&known, 0);
    for (size_t i = 0; i < TOPOLOGIES; i++) {
        od_buf_printf(&known, "%s%s", i > 0 ? ", " : "", topologies[i]->name);
    }
    int rc =
        od_fail(err, OD_EINPUT, "unknown topology \"%s\" (known: %s)", name, known.data);
    od_buf_release(&known);
    return rc;
}

static int open_topology(const struct od_engine_spec *spec, void **state,
                         struct od_err *err)
{
    const char *name = spec->source + sizeof prefix - 1;
    for (size_t i = 0; i < TOPOLOGIES; i++) {
        if (strcmp(topologies[i]->name, name) == 0) {
            struct state *s = od_xcalloc(1, sizeof *s);
            s->topology = topologies[i];
            *state = s; /* the caller closes it on failure too */
            return s->topology->build(spec->seed, &s->net, err);
        }
    }
    return unknown(name, err);
}

static int detect(void *state, struct od_engine_job *job, struct od_err *err)
{
    struct state *s = state;
    struct od_outputs got;
    if (od_engine_run(s->net, &s->topology->input, job, &got, err) != 0) {
        return -1;
    }
    int64_t start = od_now_ns();
    int rc = s->topology->decode(&got, job, err);
    od_boxes_suppress(job->boxes, job->limits->nms_iou, job->limits->max_boxes);
    job->times->postprocess_ns = od_now_ns() - start;
    return rc;
}

const struct od_engine_class od_engine_topology = {
    .name = "topology",
    .weights = "random",
    .needs_pixels = true,
    .matches = matches,
    .open = open_topology,
    .close = close_topology,
    .detect = detect,
};
