/* Keeping what an exchange runs through in the CPU's caches while its reply is awaited.
 */
#ifndef OD_NET_WARM_H
#define OD_NET_WARM_H

#include "net/transport.h"

/*
 * What has not run for milliseconds may be gone from the core's caches, above all where
 * neighbours share them, and then takes several times as long: that is measured as if the
 * server had taken it (odbench-internals(7), Kept warm). So a connection that is kept
 * warm has another one of its kind, to this process itself, and rehearses: it exchanges a
 * kilobyte with itself every now and then while there is nothing else to do. One thread,
 * that of the connection; nothing of it goes to the server. When a rehearsal fails, the
 * connection goes on without.
 */
struct od_warm;

/* For a connection of such an endpoint; touches 127.0.0.1. Fails with OD_ESYS. */
int od_warm_open(const struct od_endpoint *of, struct od_warm **out,
                 struct od_err *err) OD_MUST_CHECK;
void od_warm_close(struct od_warm *warm);

/* Whether waiting is long enough for a rehearsal, as it was the last time: the steps
 * below cost a reply that comes at once some 10 microseconds. False for NULL. */
bool od_warm_wanted(const struct od_warm *warm);

enum od_warm_wait {
    OD_WARM_NOT,      /* did not wait: not wanted, cancelled, or until_ns is near */
    OD_WARM_READABLE, /* there is something to read */
    OD_WARM_PASSED,   /* nothing came for a while, and an exchange may be rehearsed */
};

/* One step of at most 20 ms of waiting for a reply of the connection, whose socket is fd
 * and whose request was written at since_ns; asleep, but for od_warm_doze. */
enum od_warm_wait od_warm_wait(struct od_conn *conn, int fd, int64_t since_ns,
                               int64_t until_ns);

/* Waits for the start as od_start_wait does, and rehearses shortly before it unless the
 * CPU was at work just then, or another start is planned between. */
bool od_warm_start(struct od_conn *conn, struct od_start *start, int64_t lead_ns);

/* An exchange has ended: the next reply is expected after as long a wait. NULL does
 * nothing. */
void od_warm_end(struct od_warm *warm, const struct od_stamps *stamps);

/* Exchanges rehearsed so far. */
int64_t od_warm_rehearsals(const struct od_warm *warm);

/* What says when the next rehearsal is due; times are od_now_ns. */
struct od_warm_pace {
    struct od_keep_warm how;
    int64_t took_ns;  /* what one takes, of late */
    int64_t since_ns; /* the exchange waits since then */
    int64_t last_ns;  /* its last one has ended; before since_ns: it has none yet */
    int64_t wait_ns;  /* so long the exchange before has waited; -1 not known */
};

/*
 * Every period, or later where that would be more than a tenth of the time; connections
 * of one CPU in turn. One that is under way when the reply comes would delay it: so a
 * connection that has its CPU to itself has one end 0.15 ms before the reply is expected,
 * and begins none until 0.15 ms after that.
 */
int64_t od_warm_due(const struct od_warm_pace *pace);

/*
 * So long to sleep at now_ns by one that has nothing to do until until_ns but to see the
 * reply. 0: to look again at once, from 0.15 ms before the reply is expected until 0.15
 * ms after that: a thread that sleeps is back tens of microseconds after what it waits
 * for. A connection that shares its CPU leaves it to the others.
 */
int64_t od_warm_doze(const struct od_warm_pace *pace, int64_t now_ns, int64_t until_ns);

#endif
