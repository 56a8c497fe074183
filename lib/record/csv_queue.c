/*
 * Threads take turns in reading a chunk, parse it on their own, and leave it in a ring
 * from which it is taken in order. The thread that takes them parses too while it would
 * wait.
 */
#include "record/csv_queue.h"

#include "base/alloc.h"
#include "record/csv_chunk.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS_A_THREAD 3

struct slot {
    struct od_csv_chunk chunk;
    char *buffer; /* owned */
    bool ready;   /* read, and parsed where that is possible */
};

struct helper {
    struct od_csv_queue *queue;
    struct od_csv_parser parser;
    pthread_t thread;
};

struct od_csv_queue {
    int fd;
    size_t chunk_bytes;
    const struct od_csv_layout *layout; /* NULL: nothing is parsed yet */
    const struct od_csv_read *read;
    struct od_csv_parser parser; /* of the thread that takes */
    struct helper *helpers;      /* owned */
    size_t helper_count;
    /* Of the thread whose turn it is to read. */
    char *rest; /* owned: the beginning of a line, for the next chunk */
    size_t rest_len;
    bool in_line; /* the next chunk does not begin behind a line feed */
    /* Of the lock. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct slot *slots; /* owned; chunk number n is in slot n % slot_count */
    size_t slot_count;
    size_t read_count;  /* chunks that were read */
    size_t taken_count; /* of them given away and done with */
    bool reading;       /* somebody reads */
    bool held;          /* the next one has been given away */
    bool ended;         /* nothing is left to read */
    bool stop;
};

struct od_csv_queue *od_csv_queue_new(int fd, size_t chunk_bytes)
{
    struct od_csv_queue *q = od_xcalloc(1, sizeof *q);
    q->fd = fd;
    q->chunk_bytes = chunk_bytes;
    q->rest = od_xmalloc(chunk_bytes);
    q->slot_count = 1;
    q->slots = od_xcalloc(1, sizeof *q->slots);
    (void)pthread_mutex_init(&q->lock, NULL);
    (void)pthread_cond_init(&q->changed, NULL);
    return q;
}

static void release_slot(struct slot *slot)
{
    od_csv_rows_release(&slot->chunk.rows);
    free(slot->buffer);
}

void od_csv_queue_free(struct od_csv_queue *q)
{
    if (q == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&q->lock);
    q->stop = true;
    (void)pthread_cond_broadcast(&q->changed);
    (void)pthread_mutex_unlock(&q->lock);
    for (size_t i = 0; i < q->helper_count; i++) {
        (void)pthread_join(q->helpers[i].thread, NULL);
        od_csv_parser_release(&q->helpers[i].parser);
    }
    for (size_t i = 0; i < q->slot_count; i++) {
        release_slot(&q->slots[i]);
    }
    od_csv_parser_release(&q->parser);
    (void)pthread_cond_destroy(&q->changed);
    (void)pthread_mutex_destroy(&q->lock);
    free(q->helpers);
    free(q->slots);
    free(q->rest);
    free(q);
}

/* Bytes of data up to its last line feed, 0 when there is none from from on. */
static size_t whole_lines(const char *data, size_t from, size_t len)
{
    while (len > from && data[len - 1] != '\n') {
        len--;
    }
    return len > from ? len : 0;
}

/* Reads until a line ends, so that what comes slowly is not waited for longer. */
static void fill(struct od_csv_queue *q, struct slot *slot)
{
    struct od_csv_chunk *chunk = &slot->chunk;
    size_t whole = 0;
    size_t len = q->rest_len;
    ssize_t n = 1;
    if (slot->buffer == NULL) {
        slot->buffer = od_xcalloc(q->chunk_bytes + (size_t)2 * OD_CSV_SLACK, 1);
    }
    chunk->data = slot->buffer + OD_CSV_SLACK;
    memcpy(chunk->data, q->rest, len);
    while (whole == 0 && len < q->chunk_bytes && n != 0) {
        n = read(q->fd, chunk->data + len, q->chunk_bytes - len);
        if (n < 0 && errno != EINTR) {
            chunk->error = errno;
            len = 0;
            break;
        }
        if (n > 0) {
            whole = whole_lines(chunk->data, len, len + (size_t)n);
            len += (size_t)n;
        }
    }
    chunk->len = whole > 0 ? whole : len;
    chunk->whole = whole > 0 && !q->in_line;
    chunk->parsed = false;
    q->in_line = whole == 0;
    q->rest_len = len - chunk->len;
    memcpy(q->rest, chunk->data + chunk->len, q->rest_len);
}

static void parse(struct od_csv_queue *q, struct slot *slot, struct od_csv_parser *parser)
{
    struct od_csv_chunk *chunk = &slot->chunk;
    if (q->layout == NULL || !chunk->whole) {
        return;
    }
    if (chunk->rows.values == NULL) {
        od_csv_rows_init(&chunk->rows, q->layout, q->read);
    }
    od_csv_rows_reset(&chunk->rows);
    chunk->parsed =
        od_csv_chunk_parse(parser, chunk->data, chunk->len, &chunk->rows, &chunk->lines);
    if (chunk->parsed) {
        od_csv_rows_finish(&chunk->rows, q->layout, q->read);
    }
}

static bool may_read(const struct od_csv_queue *q)
{
    return !q->ended && !q->reading && q->read_count - q->taken_count < q->slot_count;
}

/* Reads a chunk and parses it. Called and left with the lock. */
static void work(struct od_csv_queue *q, struct od_csv_parser *parser)
{
    struct slot *slot = &q->slots[q->read_count % q->slot_count];
    q->reading = true;
    (void)pthread_mutex_unlock(&q->lock);
    fill(q, slot);
    (void)pthread_mutex_lock(&q->lock);
    q->reading = false;
    q->read_count++;
    q->ended = slot->chunk.len == 0;
    (void)pthread_cond_broadcast(&q->changed);
    (void)pthread_mutex_unlock(&q->lock);
    parse(q, slot, parser);
    (void)pthread_mutex_lock(&q->lock);
    slot->ready = true;
    (void)pthread_cond_broadcast(&q->changed);
}

static void *help(void *arg)
{
    struct helper *helper = arg;
    struct od_csv_queue *q = helper->queue;
    (void)pthread_mutex_lock(&q->lock);
    while (!q->stop && !q->ended) {
        if (may_read(q)) {
            work(q, &helper->parser);
        } else {
            (void)pthread_cond_wait(&q->changed, &q->lock);
        }
    }
    (void)pthread_mutex_unlock(&q->lock);
    return NULL;
}

struct od_csv_chunk *od_csv_queue_next(struct od_csv_queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    if (q->held) {
        q->slots[q->taken_count++ % q->slot_count].ready = false;
        q->held = false;
        (void)pthread_cond_broadcast(&q->changed);
    }
    struct slot *next = &q->slots[q->taken_count % q->slot_count];
    while (!next->ready) {
        if (may_read(q)) {
            work(q, &q->parser);
        } else {
            (void)pthread_cond_wait(&q->changed, &q->lock);
        }
    }
    q->held = true;
    (void)pthread_mutex_unlock(&q->lock);
    return &next->chunk;
}

/* A thread that cannot be had is one less. */
static void start_helpers(struct od_csv_queue *q, size_t count)
{
    q->helpers = od_xcalloc(count, sizeof *q->helpers);
    for (size_t i = 0; i < count; i++) {
        struct helper *helper = &q->helpers[q->helper_count];
        helper->queue = q;
        od_csv_parser_init(&helper->parser, q->layout);
        if (pthread_create(&helper->thread, NULL, help, helper) != 0) {
            od_csv_parser_release(&helper->parser);
            break;
        }
        q->helper_count++;
    }
}

/* Others than the caller's: none for a pipe, whose reads may never end, nor for what is
 * soon done. */
static size_t helpers_for(const struct od_csv_queue *q, int threads)
{
    struct stat st;
    if (fstat(q->fd, &st) != 0 || !S_ISREG(st.st_mode) || threads < 2) {
        return 0;
    }
    size_t chunks = (size_t)st.st_size / q->chunk_bytes;
    return chunks < (size_t)threads ? chunks : (size_t)threads - 1;
}

void od_csv_queue_parse(struct od_csv_queue *q, const struct od_csv_layout *layout,
                        const struct od_csv_read *read, int threads, size_t from)
{
    size_t helpers = helpers_for(q, threads);
    struct slot first = q->slots[0];
    q->layout = layout;
    q->read = read;
    od_csv_parser_init(&q->parser, layout);
    first.ready = from < first.chunk.len;
    if (first.ready) {
        first.chunk.data += from;
        first.chunk.len -= from;
        first.chunk.whole = !q->in_line;
        parse(q, &first, &q->parser);
    }
    q->slot_count = SLOTS_A_THREAD * (helpers + 1);
    q->slots = od_xrealloc(q->slots, q->slot_count, sizeof *q->slots);
    memset(q->slots, 0, q->slot_count * sizeof *q->slots);
    q->slots[0] = first;
    q->taken_count = 0;
    q->read_count = first.ready ? 1 : 0;
    q->held = false;
    start_helpers(q, helpers);
}
