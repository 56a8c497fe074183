/* Questions to a server outside of a run. */
#include "bench/door.h"

#include "load/load.h"
#include "net/conn.h"

#include <string.h>

#define POLL_NS   INT64_C(100000000)
#define REPLY_MAX ((size_t)1 << 20)

/* ModelVersionStatus.State (odbench-wire(7), Messages). */
enum { STATE_AVAILABLE = 30 };

/* One exchange, in a thread of its own so that it can be cancelled. */
struct visit {
    const struct od_door *door;
    const struct od_message *message;
    struct od_reply *reply;
    int64_t timeout_ns;
    int rc;
    struct od_err err;
};

static void work(struct od_workers *workers, int worker, void *arg)
{
    (void)workers;
    (void)worker;
    struct visit *visit = arg;
    struct od_stamps stamps;
    struct od_call call = {.message = visit->message, .timeout_ns = visit->timeout_ns};
    visit->rc =
        od_conn_exchange(visit->door->conn, &call, visit->reply, &stamps, &visit->err);
}

static int exchange(const struct od_door *door, const struct od_message *message,
                    int64_t timeout_ns, struct od_reply *reply, struct od_err *err)
{
    struct visit visit = {
        .door = door, .message = message, .reply = reply, .timeout_ns = timeout_ns};
    struct od_workers *workers = NULL;
    if (od_workers_start(1, work, &visit, &workers, err) != 0) {
        return -1;
    }
    while (!od_workers_wait(workers, POLL_NS)) {
        if (*door->interrupted != 0) {
            od_conn_cancel(door->conn);
        }
    }
    od_workers_join(workers);
    return visit.rc == 0 ? 0 : od_fail(err, visit.err.code, "%s", visit.err.msg);
}

static int open_door(struct od_door *door, struct od_err *err)
{
    const struct od_cell cell = {
        .target = door->target, .protocol = door->protocol, .concurrency = 1};
    struct od_endpoint endpoint = od_plan_endpoint(door->plan, &cell);
    endpoint.fresh = false;
    endpoint.paper = false;
    return door->conn != NULL ? 0 : od_conn_open(&endpoint, &door->conn, err);
}

static int ask(struct od_door *door, const struct od_request *request, int64_t timeout_ns,
               struct od_answer *out, struct od_err *err)
{
    struct od_message message = {0};
    struct od_reply reply;
    od_reply_init(&reply, REPLY_MAX);
    od_answer_init(out);
    int rc = door->protocol->encode(request, &message, err);
    if (rc == 0) {
        rc = open_door(door, err);
    }
    if (rc == 0) {
        rc = exchange(door, &message, timeout_ns, &reply, err);
    }
    if (rc == 0) {
        door->answered = true;
        od_answer_release(out);
        rc = door->protocol->decode(request, &reply, out, err);
    }
    od_message_release(&message);
    od_reply_release(&reply);
    return rc;
}

int od_door_ask(struct od_door *door, enum od_kind kind, const struct od_model *model,
                int64_t timeout_ns, struct od_answer *out, struct od_err *err)
{
    struct od_request request = {.kind = kind, .profile = door->target->profile};
    struct od_err why = {0};
    if (model != NULL) {
        request.model = *model;
    }
    int rc = ask(door, &request, timeout_ns, out, &why);
    if (rc != 0 && kind == OD_LIST && why.code == OD_ESERVER &&
        door->protocol->transport == OD_HTTP) {
        /* KServe has its list at another place than Triton and MLServer (oip_rest.c). */
        request.form = OD_FORM_COLUMN;
        od_answer_release(out);
        rc = ask(door, &request, timeout_ns, out, NULL);
    }
    return rc == 0 ? 0 : od_fail(err, why.code, "%s", why.msg);
}

int od_door_knock(struct od_door *door, int64_t timeout_ns, struct od_err *err)
{
    int rc = open_door(door, err);
    if (rc == 0) {
        rc = od_conn_connect(door->conn, timeout_ns, err);
    }
    door->answered = door->answered || rc == 0;
    return rc;
}

void od_door_close(struct od_door *door)
{
    od_conn_close(door->conn);
    door->conn = NULL;
}

/* What else a server answers is a sign of life: not every one tells its status. */
static int refused(const struct od_answer *answer, struct od_err *err)
{
    const char *text = answer->text != NULL ? answer->text : "";
    if (answer->code == OD_CODE_NOT_FOUND) {
        return od_fail(err, OD_ECONNECT, "%s", *text != '\0' ? text : "model not found");
    }
    if (answer->code == OD_CODE_UNAVAILABLE) {
        return od_fail(err, OD_ECONNECT, "not ready, see --wait-ready%s%s",
                       *text != '\0' ? ": " : "", text);
    }
    if (answer->code == OD_CODE_UNAUTHENTICATED ||
        answer->code == OD_CODE_PERMISSION_DENIED) {
        return od_fail(err, OD_ECONNECT,
                       "access refused (%s), see --token-file, --token-env, --header%s%s",
                       od_canonical_name(answer->code), *text != '\0' ? ": " : "", text);
    }
    return 0;
}

int od_door_ready(struct od_door *door, const struct od_model *model, int64_t timeout_ns,
                  struct od_model_facts *facts, struct od_err *err)
{
    struct od_answer answer;
    struct od_err why = {0};
    enum od_kind kind = OD_STATUS;
    bool answered = door->answered;
    door->answered = false;
    int rc = od_door_ask(door, kind, model, timeout_ns, &answer, &why);
    if (rc != 0 && why.code == OD_EUNSUPPORTED) {
        /* Not every protocol can be asked about a model; then about the server. */
        od_answer_release(&answer);
        od_err_clear(&why);
        kind = OD_READY;
        rc = od_door_ask(door, kind, model, timeout_ns, &answer, &why);
    }
    if (rc != 0) {
        rc = door->answered ? refused(&answer, err)
                            : od_fail(err, why.code, "%s", why.msg);
    } else if (kind == OD_READY && !answer.ready) {
        rc = od_fail(err, OD_ECONNECT, "the server is not ready, see --wait-ready");
    } else if (kind == OD_STATUS && answer.model.state != STATE_AVAILABLE) {
        rc = od_fail(err, OD_ECONNECT, "the model is not ready, see --wait-ready");
    } else if (facts != NULL) {
        *facts = answer.model;
    }
    door->answered = door->answered || answered;
    od_answer_release(&answer);
    return rc;
}
