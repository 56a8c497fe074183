/* Chunks of a CSV file on their way through the threads that parse them: private to the
 * reader. */
#ifndef OD_RECORD_CSV_QUEUE_H
#define OD_RECORD_CSV_QUEUE_H

#include "record/csv_field.h"

/* Bytes of a file from where the chunk before it ended. */
struct od_csv_chunk {
    char *data;   /* borrowed; OD_CSV_SLACK bytes on both sides may be read */
    size_t len;   /* 0: the file has ended */
    int error;    /* errno of a read that failed, then len is 0 */
    bool whole;   /* begins behind a line feed and ends with one */
    bool parsed;  /* rows are those of data, of which nothing is wrong */
    size_t lines; /* line feeds, when parsed */
    struct od_csv_rows rows;
};

/* Of one thread, which starts others. */
struct od_csv_queue;

/* Reads fd, chunk_bytes at once. Owned by the caller; freeing it waits for its threads.
 */
struct od_csv_queue *od_csv_queue_new(int fd, size_t chunk_bytes);
void od_csv_queue_free(struct od_csv_queue *queue);

/* The next chunk in the order of the file, which lives until the next call. Its rows are
 * parsed only after od_csv_queue_parse. */
struct od_csv_chunk *od_csv_queue_next(struct od_csv_queue *queue);

/*
 * Begins to parse, with so many threads; the last chunk will come once more, from its
 * byte from on. layout and read are borrowed.
 */
void od_csv_queue_parse(struct od_csv_queue *queue, const struct od_csv_layout *layout,
                        const struct od_csv_read *read, int threads, size_t from);

#endif
