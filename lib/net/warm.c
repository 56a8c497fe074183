/* Exchanges with oneself while there is nothing else to do. */
#include "net/warm.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"

#include <stdlib.h>

/* So long before a planned start the last rehearsal begins. */
#define AHEAD_NS INT64_C(500000)
/* Nearer to the end of a wait than this, the transport's own way of waiting is better. */
#define LEAST_NS INT64_C(2000000)
/* A rehearsal takes tens of microseconds, unless the CPU is taken away meanwhile. */
#define PATIENCE_NS INT64_C(1000000000)
/* At most this part of the CPU's time is spent on rehearsals. */
#define DUTY 16
/* So long before and after the moment at which a reply is expected nothing is rehearsed.
 */
#define GUARD_NS INT64_C(150000)
/* Rehearsals ahead of all: they tell what one takes. */
#define FIRST 5

struct od_warm {
    struct od_conn *conn; /* the one that rehearses */
    struct od_mirror mirror;
    struct od_message message;
    struct od_reply reply;
    struct od_keep_warm how;
    int64_t least_ns; /* that a rehearsal took */
    int64_t rehearsals;
    bool first;       /* none was rehearsed yet in this exchange */
    int64_t since_ns; /* this exchange waits; -1 not yet */
    int64_t wait_ns;  /* the last one has waited; -1 not known */
    bool broken;      /* the last one failed: no more */
};

static const unsigned char body[OD_MIRROR_BODY];

static int link_up(struct od_warm *warm, const struct od_endpoint *of, struct od_err *err)
{
    if (od_mirror_listen(&warm->mirror, of->transport, err) != 0) {
        return -1;
    }
    struct od_endpoint own = {.transport = of->transport,
                              .host = "127.0.0.1",
                              .port = warm->mirror.port,
                              .user_agent = of->user_agent};
    if (od_conn_open(&own, &warm->conn, err) != 0 ||
        od_conn_connect(warm->conn, PATIENCE_NS, err) != 0 ||
        od_mirror_accept(&warm->mirror, err) != 0) {
        return -1;
    }
    warm->conn->mirror = &warm->mirror;
    return 0;
}

static void rehearse(struct od_warm *warm)
{
    struct od_stamps stamps;
    struct od_call call = {.message = &warm->message, .timeout_ns = PATIENCE_NS};
    int64_t begin_ns = od_now_ns();
    warm->mirror.asked = true;
    warm->broken = od_conn_exchange(warm->conn, &call, &warm->reply, &stamps, NULL) != 0;
    int64_t took_ns = od_now_ns() - begin_ns;
    warm->least_ns = took_ns < warm->least_ns ? took_ns : warm->least_ns;
    warm->rehearsals++;
}

int od_warm_open(const struct od_endpoint *of, struct od_warm **out, struct od_err *err)
{
    struct od_warm *warm = od_xcalloc(1, sizeof *warm);
    warm->mirror.fd = -1;
    warm->how = of->keep_warm;
    warm->message.verb = "POST";
    warm->message.path = od_xstrdup("/odbench/warm");
    od_message_borrow(&warm->message, body, sizeof body);
    od_reply_init(&warm->reply, 0);
    if (link_up(warm, of, err) != 0) {
        od_warm_close(warm);
        return -1;
    }
    warm->wait_ns = -1;
    warm->least_ns = PATIENCE_NS;
    for (int i = 0; i < FIRST && !warm->broken; i++) {
        rehearse(warm);
    }
    *out = warm;
    return 0;
}

void od_warm_close(struct od_warm *warm)
{
    if (warm == NULL) {
        return;
    }
    od_conn_close(warm->conn);
    od_mirror_close(&warm->mirror);
    od_message_release(&warm->message);
    od_reply_release(&warm->reply);
    free(warm);
}

static bool usable(const struct od_warm *warm)
{
    return warm != NULL && !warm->broken;
}

/* Until the turn of this connection, and then until it comes again. */
static int64_t pause_ns(const struct od_warm *warm)
{
    int64_t rest_ns = warm->least_ns * DUTY;
    int64_t each_ns = warm->how.period_ns > rest_ns ? warm->how.period_ns : rest_ns;
    return each_ns * (warm->since_ns < 0 ? warm->how.turn + 1 : warm->how.sharers);
}

/*
 * When the next rehearsal is due. One that is under way when the reply comes delays it:
 * so where replies of one connection take alike long, as the last one did, there is one
 * shortly before, and none then.
 */
static int64_t due_ns(struct od_warm *warm, int64_t now_ns)
{
    int64_t due_ns = now_ns + pause_ns(warm);
    warm->since_ns = warm->since_ns < 0 ? now_ns : warm->since_ns;
    int64_t from_ns = warm->since_ns + warm->wait_ns - GUARD_NS;
    int64_t to_ns = from_ns + 2 * GUARD_NS;
    if (warm->wait_ns < 0 || warm->how.sharers > 1 || due_ns < from_ns ||
        now_ns >= to_ns) {
        return due_ns;
    }
    return now_ns < from_ns ? from_ns : due_ns > to_ns ? due_ns : to_ns;
}

void od_warm_begin(struct od_warm *warm)
{
    if (warm != NULL) {
        warm->since_ns = -1;
    }
}

void od_warm_end(struct od_warm *warm, const struct od_stamps *stamps)
{
    if (warm != NULL && stamps->written_ns >= 0 &&
        stamps->first_ns >= stamps->written_ns) {
        warm->wait_ns = stamps->first_ns - stamps->written_ns;
    }
}

enum od_warm_wait od_warm_wait(struct od_conn *conn, int fd, int64_t until_ns)
{
    if (conn->mirror != NULL) {
        od_mirror_answer(conn->mirror);
    }
    struct od_warm *warm = conn->warm;
    if (!usable(warm) || fd < 0 || atomic_load(&conn->cancelled)) {
        return OD_WARM_NOT;
    }
    int64_t now_ns = od_now_ns();
    int64_t next_ns = due_ns(warm, now_ns);
    if (next_ns > until_ns - LEAST_NS) {
        next_ns = until_ns - LEAST_NS;
    }
    if (next_ns <= now_ns) {
        return OD_WARM_NOT;
    }
    if (od_wait_readable(fd, next_ns - now_ns)) {
        return OD_WARM_READABLE;
    }
    rehearse(warm);
    return OD_WARM_PASSED;
}

bool od_warm_start(struct od_conn *conn, struct od_start *start)
{
    if (usable(conn->warm) && start != NULL && !start->missed &&
        start->at_ns - od_now_ns() > AHEAD_NS) {
        start->missed = !start->wait(start->arg, start->at_ns - AHEAD_NS);
        rehearse(conn->warm);
    }
    return od_start_wait(start);
}

int64_t od_warm_rehearsals(const struct od_warm *warm)
{
    return warm->rehearsals;
}
