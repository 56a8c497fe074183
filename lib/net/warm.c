/* Exchanges with oneself while there is nothing else to do. */
#include "net/warm.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"

#include <stdlib.h>

/* So long before a planned start the last rehearsal begins, where none is planned in
 * between, which it could make late. */
#define AHEAD_NS INT64_C(400000)
/* Nearer to the end of a wait than this, the transport's own way of waiting is better. */
#define LEAST_NS INT64_C(2000000)
/* As long a cancel may take. */
#define SLICE_NS INT64_C(20000000)
/* A rehearsal takes tens of microseconds, unless the CPU is taken away meanwhile. */
#define PATIENCE_NS INT64_C(1000000000)
/* At most this part of the CPU's time is spent on rehearsals. */
#define DUTY 10
/* So long before and after the moment at which a reply is expected nothing is rehearsed.
 */
#define GUARD_NS INT64_C(150000)
/* Rehearsals ahead of all: they tell what one takes. */
#define FIRST 5
/* A rehearsal counts as one of these, and as at most so many times what they took. */
#define AVERAGED 8
#define OUTLIER  4

struct od_warm {
    struct od_conn *conn; /* the one that rehearses */
    struct od_mirror mirror;
    struct od_message message;
    struct od_reply reply;
    struct od_warm_pace pace;
    int64_t rehearsals;
    bool broken; /* the last one failed: no more */
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
        od_mirror_accept(&warm->mirror, warm->conn->ops->fd(warm->conn), err) != 0) {
        if (err != NULL) {
            err->code = OD_ESYS; /* no target's fault */
        }
        return -1;
    }
    warm->conn->mirror = &warm->mirror;
    return 0;
}

static void note_use(const struct od_warm *warm)
{
    struct od_warm_use *use = warm->pace.how.use;
    int64_t now_ns = od_now_ns();
    /* Two at once may write either time: they differ by nothing that counts. */
    if (use != NULL &&
        atomic_load_explicit(&use->last_ns, memory_order_relaxed) < now_ns) {
        atomic_store_explicit(&use->last_ns, now_ns, memory_order_relaxed);
    }
}

/* Whether the CPU was at work a moment ago, and so is warm. */
static bool in_use(const struct od_warm *warm, int64_t now_ns)
{
    const struct od_warm_use *use = warm->pace.how.use;
    return use != NULL &&
           now_ns - atomic_load_explicit(&use->last_ns, memory_order_relaxed) <
               warm->pace.how.period_ns / 2;
}

/* Returns how long it took. */
static int64_t rehearse(struct od_warm *warm)
{
    struct od_warm_pace *pace = &warm->pace;
    struct od_stamps stamps;
    struct od_call call = {.message = &warm->message, .timeout_ns = PATIENCE_NS};
    int64_t begin_ns = od_now_ns();
    warm->mirror.asked = true;
    warm->broken = od_conn_exchange(warm->conn, &call, &warm->reply, &stamps, NULL) != 0;
    pace->last_ns = od_now_ns();
    int64_t took_ns = pace->last_ns - begin_ns;
    int64_t most_ns = OUTLIER * pace->took_ns;
    pace->took_ns += ((took_ns < most_ns ? took_ns : most_ns) - pace->took_ns) / AVERAGED;
    warm->rehearsals++;
    note_use(warm);
    return took_ns;
}

/* What one takes when it comes behind others, which is the least of a few. */
static void rehearse_first(struct od_warm *warm)
{
    int64_t least_ns = PATIENCE_NS;
    for (int i = 0; i < FIRST && !warm->broken; i++) {
        int64_t took_ns = rehearse(warm);
        least_ns = took_ns < least_ns ? took_ns : least_ns;
    }
    warm->pace.took_ns = least_ns;
}

int od_warm_open(const struct od_endpoint *of, struct od_warm **out, struct od_err *err)
{
    struct od_warm *warm = od_xcalloc(1, sizeof *warm);
    warm->mirror.fd = -1;
    warm->pace = (struct od_warm_pace){.how = of->keep_warm, .wait_ns = -1};
    warm->message.verb = "POST";
    warm->message.path = od_xstrdup("/odbench/warm");
    od_message_borrow(&warm->message, body, sizeof body);
    od_reply_init(&warm->reply, 0);
    if (link_up(warm, of, err) != 0) {
        od_warm_close(warm);
        return -1;
    }
    rehearse_first(warm);
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

bool od_warm_wanted(const struct od_warm *warm)
{
    return usable(warm) &&
           (warm->pace.wait_ns < 0 || warm->pace.wait_ns >= warm->pace.how.period_ns);
}

static bool first_of_exchange(const struct od_warm_pace *pace)
{
    return pace->last_ns < pace->since_ns;
}

/* By turns alone. */
static int64_t turn_ns(const struct od_warm_pace *pace, int64_t each_ns)
{
    int sharers = pace->how.sharers < OD_WARM_TURNS ? pace->how.sharers : OD_WARM_TURNS;
    return first_of_exchange(pace) ? pace->since_ns + each_ns * (pace->how.turn + 1)
                                   : pace->last_ns + each_ns * sharers;
}

int64_t od_warm_due(const struct od_warm_pace *pace)
{
    int64_t rest_ns = pace->took_ns * DUTY;
    int64_t each_ns = pace->how.period_ns > rest_ns ? pace->how.period_ns : rest_ns;
    int64_t due_ns = turn_ns(pace, each_ns);
    int64_t free_ns = first_of_exchange(pace) ? pace->since_ns : pace->last_ns;
    int64_t from_ns = pace->since_ns + pace->wait_ns - GUARD_NS - pace->took_ns;
    int64_t to_ns = pace->since_ns + pace->wait_ns + GUARD_NS;
    if (pace->wait_ns < 0 || pace->how.sharers > 1 || due_ns <= from_ns ||
        due_ns >= to_ns) {
        return due_ns;
    }
    return from_ns - free_ns >= each_ns / 2 ? from_ns : to_ns;
}

int64_t od_warm_doze(const struct od_warm_pace *pace, int64_t now_ns, int64_t until_ns)
{
    int64_t from_ns = pace->since_ns + pace->wait_ns - GUARD_NS;
    int64_t to_ns = pace->since_ns + pace->wait_ns + GUARD_NS;
    if (pace->wait_ns >= 0 && pace->how.sharers <= 1 && now_ns < to_ns &&
        from_ns < until_ns) {
        until_ns = from_ns;
    }
    return until_ns > now_ns ? until_ns - now_ns : 0;
}

static bool await_readable(const struct od_warm_pace *pace, int fd, int64_t until_ns)
{
    bool readable = false;
    int64_t now_ns = od_now_ns();
    do {
        readable = od_wait_readable(fd, od_warm_doze(pace, now_ns, until_ns));
        now_ns = od_now_ns();
    } while (!readable && now_ns < until_ns);
    return readable;
}

enum od_warm_wait od_warm_wait(struct od_conn *conn, int fd, int64_t since_ns,
                               int64_t until_ns)
{
    if (conn->mirror != NULL) {
        od_mirror_answer(conn->mirror);
    }
    struct od_warm *warm = conn->warm;
    int64_t now_ns = od_now_ns();
    if (!od_warm_wanted(warm) || fd < 0 || atomic_load(&conn->cancelled) ||
        until_ns - now_ns <= LEAST_NS) {
        return OD_WARM_NOT;
    }
    warm->pace.since_ns = since_ns;
    int64_t due_ns = od_warm_due(&warm->pace);
    int64_t slice_ns =
        now_ns + SLICE_NS < until_ns - LEAST_NS ? now_ns + SLICE_NS : until_ns - LEAST_NS;
    int64_t next_ns = due_ns < slice_ns ? due_ns : slice_ns;
    if (await_readable(&warm->pace, fd, next_ns)) {
        return OD_WARM_READABLE;
    }
    now_ns = od_now_ns();
    if (now_ns >= due_ns && in_use(warm, now_ns)) {
        warm->pace.last_ns = now_ns; /* another one's turn was as good */
    } else if (now_ns >= due_ns) {
        (void)rehearse(warm);
    }
    return OD_WARM_PASSED;
}

/* Shortly before a start, when nothing else is: it may also have been woken late. */
static void rehearse_ahead(struct od_warm *warm, struct od_start *start)
{
    int64_t ahead_ns = start->at_ns - AHEAD_NS;
    if (ahead_ns <= od_now_ns() || ahead_ns <= start->before_ns + OD_SENDING_NS) {
        return;
    }
    start->missed = !start->wait(start->arg, ahead_ns);
    int64_t now_ns = od_now_ns();
    if (!start->missed && now_ns < ahead_ns + AHEAD_NS / 2 && !in_use(warm, now_ns)) {
        (void)rehearse(warm);
    }
}

bool od_warm_start(struct od_conn *conn, struct od_start *start, int64_t lead_ns)
{
    if (usable(conn->warm) && start != NULL && !start->missed) {
        rehearse_ahead(conn->warm, start);
    }
    bool due = od_start_wait(start, lead_ns);
    if (conn->warm != NULL) {
        note_use(conn->warm);
    }
    return due;
}

void od_warm_end(struct od_warm *warm, const struct od_stamps *stamps)
{
    if (warm == NULL) {
        return;
    }
    note_use(warm);
    if (stamps->written_ns >= 0 && stamps->first_ns >= stamps->written_ns) {
        warm->pace.wait_ns = stamps->first_ns - stamps->written_ns;
    }
}

int64_t od_warm_rehearsals(const struct od_warm *warm)
{
    return warm->rehearsals;
}
