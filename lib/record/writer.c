/* The writer thread and the rings between it and the workers. */
#include "record/writer.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "record/coco_lines.h"
#include "record/sink.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * The writer looks every 20 ms: often enough that a crash loses at most that much, and
 * that 512 slots hold 25,000 rows a second of one worker; seldom enough to cost nothing.
 */
#define SLOTS     512
#define POLL_NS   20000000
#define RETRY_NS  1000000
#define FLUSH_LEN (1 << 20)

struct slot {
    struct od_record record;
    struct od_boxes boxes;
};

/* One producer, one consumer: each index has one writer, so two atomics are enough. */
struct ring {
    struct slot *slots;
    _Atomic size_t head; /* rows put so far; the worker's */
    char pad[64];        /* keeps the two ends off one cache line */
    _Atomic size_t tail; /* rows taken so far; the writer's */
};

struct od_writer {
    struct od_sink rows;
    struct od_sink boxes; /* closed when no detections are kept */
    struct ring *rings;
    int workers;
    pthread_t thread;
    atomic_bool stop;
    atomic_bool failed;
};

/* Of all rings the row that ended first, so that the file is in completion order. */
static struct ring *next_ring(struct od_writer *writer)
{
    struct ring *best = NULL;
    int64_t best_ns = 0;
    for (int i = 0; i < writer->workers; i++) {
        struct ring *ring = &writer->rings[i];
        size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
        if (tail == atomic_load_explicit(&ring->head, memory_order_acquire)) {
            continue;
        }
        int64_t end_ns = ring->slots[tail % SLOTS].record.end_ns;
        if (best == NULL || end_ns < best_ns) {
            best = ring;
            best_ns = end_ns;
        }
    }
    return best;
}

static void flush(struct od_writer *writer)
{
    int rc = od_sink_flush(&writer->rows);
    if (writer->boxes.fd >= 0) {
        rc |= od_sink_flush(&writer->boxes);
    }
    if (rc != 0) {
        atomic_store(&writer->failed, true);
    }
}

static void take(struct od_writer *writer, struct ring *ring)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    struct slot *slot = &ring->slots[tail % SLOTS];
    od_csv_row(&slot->record, &writer->rows.buf);
    od_sink_row(&writer->rows);
    if (writer->boxes.fd >= 0 && slot->boxes.count > 0) {
        od_coco_lines_format(&slot->record, &slot->boxes, &writer->boxes.buf);
        od_sink_row(&writer->boxes);
    }
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    if (writer->rows.buf.len + writer->boxes.buf.len > FLUSH_LEN) {
        flush(writer);
    }
}

static void drain(struct od_writer *writer)
{
    struct ring *ring = NULL;
    while ((ring = next_ring(writer)) != NULL) {
        take(writer, ring);
    }
    flush(writer);
}

static void *run(void *context)
{
    struct od_writer *writer = context;
    while (!atomic_load(&writer->stop)) {
        drain(writer);
        od_sleep_until_ns(od_now_ns() + POLL_NS);
    }
    drain(writer);
    return NULL;
}

static void release(struct od_writer *writer)
{
    for (int i = 0; i < writer->workers; i++) {
        /* Slots that were never used are not even paged in. */
        for (size_t k = 0; k < SLOTS && k < writer->rings[i].head; k++) {
            od_boxes_release(&writer->rings[i].slots[k].boxes);
        }
        free(writer->rings[i].slots);
    }
    free(writer->rings);
    free(writer);
}

static int open_sinks(struct od_writer *writer, const struct od_writer_spec *spec,
                      struct od_err *err)
{
    writer->boxes.fd = -1;
    if (od_sink_open(&writer->rows, spec->path, spec->force, err) != 0) {
        return -1;
    }
    if (spec->detections != NULL &&
        od_sink_open(&writer->boxes, spec->detections, spec->force, err) != 0) {
        od_sink_discard(&writer->rows);
        return -1;
    }
    od_csv_header(&writer->rows.buf);
    od_sink_row(&writer->rows);
    if (od_sink_flush(&writer->rows) != 0) {
        int error = writer->rows.error;
        od_sink_discard(&writer->boxes);
        od_sink_discard(&writer->rows);
        return od_fail(err, OD_EOUTPUT, "%s: %s",
                       strcmp(spec->path, "-") == 0 ? "standard output" : spec->path,
                       strerror(error));
    }
    return 0;
}

int od_writer_open(const struct od_writer_spec *spec, struct od_writer **out,
                   struct od_err *err)
{
    struct od_writer *writer = od_xcalloc(1, sizeof *writer);
    writer->workers = spec->workers > 0 ? spec->workers : 1;
    writer->rings = od_xcalloc((size_t)writer->workers, sizeof writer->rings[0]);
    for (int i = 0; i < writer->workers; i++) {
        writer->rings[i].slots = od_xcalloc(SLOTS, sizeof(struct slot));
    }
    if (open_sinks(writer, spec, err) != 0) {
        release(writer);
        return -1;
    }
    int rc = pthread_create(&writer->thread, NULL, run, writer);
    if (rc != 0) {
        od_sink_discard(&writer->rows);
        od_sink_discard(&writer->boxes);
        release(writer);
        return od_fail(err, OD_ESYS, "cannot start the writer thread: %s", strerror(rc));
    }
    *out = writer;
    return 0;
}

int od_writer_put(struct od_writer *writer, int worker, const struct od_record *record,
                  const struct od_boxes *boxes)
{
    struct ring *ring = &writer->rings[worker];
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    while (head - atomic_load_explicit(&ring->tail, memory_order_acquire) == SLOTS) {
        od_sleep_until_ns(od_now_ns() + RETRY_NS);
    }
    struct slot *slot = &ring->slots[head % SLOTS];
    slot->record = *record;
    slot->boxes.count = 0;
    if (boxes != NULL && writer->boxes.path != NULL) {
        od_boxes_copy(&slot->boxes, boxes);
    }
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return atomic_load_explicit(&writer->failed, memory_order_relaxed) ? -1 : 0;
}

int od_writer_close(struct od_writer *writer, struct od_err *err)
{
    if (writer == NULL) {
        return 0;
    }
    atomic_store(&writer->stop, true);
    (void)pthread_join(writer->thread, NULL);
    int rc = od_sink_close(&writer->rows, err);
    rc |= od_sink_close(&writer->boxes, err);
    release(writer);
    return rc;
}
