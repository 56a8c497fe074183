/* One worker's seat in a block: its connection, and the exchange of one attempt. */
#ifndef OD_BENCH_SEAT_H
#define OD_BENCH_SEAT_H

#include "bench/counting.h"
#include "bench/fill.h"
#include "bench/journal.h"
#include "bench/result.h"
#include "net/conn.h"

struct od_seat {
    struct od_conn *conn;
    struct od_counting *counting; /* owned; NULL: not asked after each request */
    struct od_reply reply;
    struct od_journal_place place;
    /* Requests of the main phase. */
    int64_t sent;
    int64_t failed; /* their last attempt */
    struct od_found found;
    int64_t last_due_ns;  /* since the start of the run, as in the rows: when the last */
    int64_t last_sent_ns; /* one that was sent was due, and when it was sent */
    int64_t last_end_ns;  /* when the last attempt ended; all -1: none was sent */
    char weights[16];     /* as the server said last */
};

/* Makes the connection object; touches no network. Close it in either case. */
int od_seat_open(struct od_seat *seat, const struct od_endpoint *endpoint,
                 struct od_err *err) OD_MUST_CHECK;
void od_seat_close(struct od_seat *seat);

/*
 * Sends, reads and decodes; fills everything of the row but its identity, which
 * od_fill_attempt has filled. id is that of the call, or NULL. *answer is initialised and
 * released by the caller. A request that could not be prepared becomes a row with status
 * invalid, and nothing is sent. Of one whose start was missed there shall be no row.
 */
void od_seat_exchange(struct od_seat *seat, const struct od_attempt *attempt,
                      const struct od_prepared *prepared, const char *id,
                      struct od_record *record, struct od_answer *answer);

/*
 * Whether --retries sends it again: it could not connect, was cut off, timed out, or the
 * server was busy (503 or UNAVAILABLE, 429 or RESOURCE_EXHAUSTED).
 */
bool od_seat_again(enum od_transport transport, const struct od_record *record);

#endif
