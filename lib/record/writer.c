/* The writer thread and the rings between it and the workers. */
#include "record/writer.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "record/coco_lines.h"
#include "record/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The writer looks every 20 ms, so that a crash loses little more, and at once when a
 * worker's ring is half full: the other half then lasts until it comes.
 */
#define POLL_MS   20
#define FLUSH_NS  INT64_C(20000000)
#define WAIT_NS   INT64_C(20000)
#define FLUSH_LEN ((size_t)1 << 20)

/* Slots of a ring: what all rings hold together is bounded, what one holds lasts for
 * milliseconds at 200,000 rows a second. A power of two. */
#define SLOTS_ALL 16384
#define SLOTS_MIN ((size_t)512)
#define SLOTS_MAX ((size_t)4096) /* struct ring numbers them in 16 bits */

struct slot {
    struct od_record record;
    struct od_boxes boxes;
};

/*
 * One producer, one consumer: each index has one writer, so two atomics are enough. A row
 * goes into the slot that was emptied last: slots used in turn would push what the
 * worker's requests need out of its cache.
 */
struct ring {
    struct slot *slots;
    uint16_t *order;     /* by row, modulo the slots: its slot; the worker's */
    uint16_t *empty;     /* a stack of slots that were used; the worker's */
    size_t empty_count;  /* the worker's */
    size_t used;         /* slots that ever were, from the first on; the worker's */
    size_t emptied;      /* rows whose slots have come back; the worker's */
    _Atomic size_t head; /* rows put so far; the worker's */
    char pad[64];        /* keeps the two ends off one cache line */
    _Atomic size_t tail; /* rows taken so far; the writer's */
    size_t seen;         /* head when the writer looked last; the writer's */
    int64_t end_ns;      /* of the row at tail, if tail is not seen; the writer's */
};

struct od_writer {
    struct od_sink rows;
    struct od_sink boxes; /* closed when no detections are kept */
    struct ring *rings;
    int workers;
    size_t slots;     /* of each ring */
    int64_t flush_ns; /* when the files were flushed last; the writer's */
    int bell[2];      /* a pipe: a byte wakes the writer up */
    pthread_t thread;
    atomic_bool asleep; /* the writer's, until who wakes it up takes it away */
    atomic_bool stop;
    atomic_bool failed;
};

/* The slot of a row that was put and not taken. */
static struct slot *slot_of(const struct od_writer *writer, const struct ring *ring,
                            size_t row)
{
    return &ring->slots[ring->order[row & (writer->slots - 1)]];
}

static bool ring_empty(const struct ring *ring)
{
    return atomic_load_explicit(&ring->tail, memory_order_relaxed) == ring->seen;
}

/* Notes which rows there are; false when there are none. */
static bool look(struct od_writer *writer)
{
    bool any = false;
    for (int i = 0; i < writer->workers; i++) {
        struct ring *ring = &writer->rings[i];
        size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
        ring->seen = atomic_load_explicit(&ring->head, memory_order_acquire);
        if (tail != ring->seen) {
            ring->end_ns = slot_of(writer, ring, tail)->record.end_ns;
            any = true;
        }
    }
    return any;
}

/* Of the rows seen the one that ended first, so that the file is in completion order. */
static struct ring *next_ring(struct od_writer *writer)
{
    struct ring *best = NULL;
    for (int i = 0; i < writer->workers; i++) {
        struct ring *ring = &writer->rings[i];
        if (!ring_empty(ring) && (best == NULL || ring->end_ns < best->end_ns)) {
            best = ring;
        }
    }
    return best;
}

/* Boxes before rows: a row that stands in the file has its boxes in the other. */
static void flush(struct od_writer *writer)
{
    int rc = writer->boxes.fd >= 0 ? od_sink_flush(&writer->boxes) : 0;
    if (rc != 0) {
        od_sink_drop(&writer->rows);
    }
    rc |= od_sink_flush(&writer->rows);
    if (rc != 0) {
        atomic_store(&writer->failed, true);
    }
    writer->flush_ns = od_now_ns();
}

static void take(struct od_writer *writer, struct ring *ring)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    struct slot *slot = slot_of(writer, ring, tail);
    od_csv_row(&slot->record, &writer->rows.buf);
    od_sink_row(&writer->rows);
    if (writer->boxes.fd >= 0 && slot->boxes.count > 0) {
        od_coco_lines_format(&slot->record, &slot->boxes, &writer->boxes.buf);
        od_sink_row(&writer->boxes);
    }
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    if (!ring_empty(ring)) {
        ring->end_ns = slot_of(writer, ring, tail + 1)->record.end_ns;
    }
    if (writer->rows.buf.len + writer->boxes.buf.len > FLUSH_LEN) {
        flush(writer);
    }
}

/* Until no row is left; then everything is in the files. */
static void drain(struct od_writer *writer)
{
    while (look(writer)) {
        struct ring *ring = NULL;
        while ((ring = next_ring(writer)) != NULL) {
            take(writer, ring);
        }
        if (od_now_ns() - writer->flush_ns > FLUSH_NS) {
            flush(writer);
        }
    }
    flush(writer);
}

/* Not a lock: a worker that rings the bell never waits. */
static void ring_bell(struct od_writer *writer)
{
    if (atomic_load(&writer->asleep) && atomic_exchange(&writer->asleep, false)) {
        (void)!write(writer->bell[1], "", 1);
    }
}

static void rest(struct od_writer *writer)
{
    char bytes[16];
    struct pollfd bell = {.fd = writer->bell[0], .events = POLLIN};
    atomic_store(&writer->asleep, true);
    if (!atomic_load(&writer->stop) && poll(&bell, 1, POLL_MS) > 0) {
        (void)!read(writer->bell[0], bytes, sizeof bytes);
    }
    atomic_store(&writer->asleep, false);
}

static void *run(void *context)
{
    struct od_writer *writer = context;
    while (!atomic_load(&writer->stop)) {
        drain(writer);
        rest(writer);
    }
    drain(writer);
    return NULL;
}

static void release(struct od_writer *writer)
{
    for (int i = 0; i < writer->workers; i++) {
        struct ring *ring = &writer->rings[i];
        /* Slots that were never used are not even paged in. */
        for (size_t k = 0; k < ring->used; k++) {
            od_boxes_release(&ring->slots[k].boxes);
        }
        free(ring->slots);
        free(ring->order);
        free(ring->empty);
    }
    for (int i = 0; i < 2; i++) {
        if (writer->bell[i] >= 0) {
            (void)close(writer->bell[i]);
        }
    }
    free(writer->rings);
    free(writer);
}

static int open_sinks(struct od_writer *writer, const struct od_writer_spec *spec,
                      struct od_err *err)
{
    enum od_sink_mode mode = spec->append  ? OD_SINK_APPEND
                             : spec->force ? OD_SINK_REPLACE
                                           : OD_SINK_NEW;
    writer->boxes.fd = -1;
    if (od_sink_open(&writer->rows, spec->path, mode, err) != 0) {
        return -1;
    }
    if (spec->detections != NULL &&
        od_sink_open(&writer->boxes, spec->detections, mode, err) != 0) {
        od_sink_discard(&writer->rows);
        return -1;
    }
    if (writer->rows.whole_bytes == 0) {
        od_csv_header(&writer->rows.buf);
        od_sink_row(&writer->rows);
    }
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

static int make_bell(struct od_writer *writer, struct od_err *err)
{
    if (pipe(writer->bell) != 0) {
        writer->bell[0] = writer->bell[1] = -1;
        return od_fail(err, OD_ESYS, "cannot make a pipe: %s", strerror(errno));
    }
    for (int i = 0; i < 2; i++) {
        (void)fcntl(writer->bell[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(writer->bell[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

int od_writer_open(const struct od_writer_spec *spec, struct od_writer **out,
                   struct od_err *err)
{
    struct od_writer *writer = od_xcalloc(1, sizeof *writer);
    writer->workers = spec->workers > 0 ? spec->workers : 1;
    writer->slots = SLOTS_MAX;
    while (writer->slots > SLOTS_MIN &&
           writer->slots * (size_t)writer->workers > SLOTS_ALL) {
        writer->slots /= 2;
    }
    writer->rings = od_xcalloc((size_t)writer->workers, sizeof writer->rings[0]);
    for (int i = 0; i < writer->workers; i++) {
        struct ring *ring = &writer->rings[i];
        ring->slots = od_xcalloc(writer->slots, sizeof *ring->slots);
        ring->order = od_xcalloc(writer->slots, sizeof *ring->order);
        ring->empty = od_xcalloc(writer->slots, sizeof *ring->empty);
    }
    if (make_bell(writer, err) != 0 || open_sinks(writer, spec, err) != 0) {
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

/*
 * Takes back what the writer has emptied, and waits until there is some: the writer is
 * behind when all are in use. It takes a row in microseconds, a disk may keep it longer.
 */
static void await_slot(struct od_writer *writer, struct ring *ring)
{
    int64_t wait_ns = WAIT_NS;
    for (;;) {
        size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
        for (; ring->emptied != tail; ring->emptied++) {
            ring->empty[ring->empty_count++] =
                ring->order[ring->emptied & (writer->slots - 1)];
        }
        if (ring->empty_count > 0 || ring->used < writer->slots) {
            return;
        }
        ring_bell(writer);
        od_sleep_until_ns(od_now_ns() + wait_ns);
        wait_ns = wait_ns < 50 * WAIT_NS ? 2 * wait_ns : wait_ns;
    }
}

int od_writer_put(struct od_writer *writer, int worker, const struct od_record *record,
                  const struct od_boxes *boxes)
{
    struct ring *ring = &writer->rings[worker];
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    await_slot(writer, ring);
    size_t at = ring->empty_count > 0 ? ring->empty[--ring->empty_count] : ring->used++;
    struct slot *slot = &ring->slots[at];
    ring->order[head & (writer->slots - 1)] = (uint16_t)at;
    slot->record = *record;
    slot->boxes.count = 0;
    if (boxes != NULL && writer->boxes.path != NULL) {
        od_boxes_copy(&slot->boxes, boxes);
    }
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    if (head + 1 - atomic_load_explicit(&ring->tail, memory_order_relaxed) >=
        writer->slots / 2) {
        ring_bell(writer);
    }
    return atomic_load_explicit(&writer->failed, memory_order_relaxed) ? -1 : 0;
}

int od_writer_close(struct od_writer *writer, struct od_err *err)
{
    if (writer == NULL) {
        return 0;
    }
    atomic_store(&writer->stop, true);
    ring_bell(writer);
    (void)pthread_join(writer->thread, NULL);
    int rc = od_sink_close(&writer->rows, err);
    rc |= od_sink_close(&writer->boxes, err);
    release(writer);
    return rc;
}
