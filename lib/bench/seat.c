/* One worker's seat: the exchange of one attempt. */
#include "bench/seat.h"

#include "base/clock.h"
#include "bench/blame.h"
#include "bench/limits.h"

#include <string.h>

int od_seat_open(struct od_seat *seat, const struct od_endpoint *endpoint,
                 struct od_err *err)
{
    *seat = (struct od_seat){.last_due_ns = -1, .last_sent_ns = -1, .last_end_ns = -1};
    od_reply_init(&seat->reply, (size_t)endpoint->reply_max_bytes);
    return od_conn_open(endpoint, &seat->conn, err);
}

void od_seat_close(struct od_seat *seat)
{
    od_conn_close(seat->conn);
    od_counting_close(seat->counting);
    seat->counting = NULL;
    od_reply_release(&seat->reply);
    seat->conn = NULL;
}

static int read_answer(struct od_seat *seat, const struct od_cell *cell,
                       const struct od_prepared *prepared, struct od_record *record,
                       struct od_answer *answer, struct od_err *err)
{
    record->code = seat->reply.code;
    int64_t begin = od_now_ns();
    int rc = cell->protocol->decode(&prepared->request, &seat->reply, answer, err);
    record->decode_ns = od_now_ns() - begin;
    if (rc == 0 && answer->image_count != prepared->request.picture_count) {
        rc = od_fail(err, OD_EDECODE, "boxes for %zu images, not %zu",
                     answer->image_count, prepared->request.picture_count);
    }
    return rc;
}

/* Times of two sources are not mixed in a cell: where the counts do not tell, nothing
 * does. */
static void count_one(struct od_seat *seat, struct od_server_facts *facts)
{
    if (seat->counting != NULL && !od_counting_between(seat->counting, 1, facts)) {
        struct od_server_facts none;
        od_server_facts_init(&none);
        memcpy(none.weights, facts->weights, sizeof none.weights);
        none.proposals = facts->proposals;
        *facts = none;
    }
}

void od_seat_exchange(struct od_seat *seat, const struct od_attempt *attempt,
                      const struct od_prepared *prepared, const char *id,
                      struct od_record *record, struct od_answer *answer)
{
    const struct od_cell *cell = attempt->cell;
    enum od_transport transport = cell->protocol->transport;
    if (prepared->err.code != OD_OK) {
        (void)od_start_wait(attempt->start, 0);
        od_fill_outcome(record, transport, &prepared->err);
        record->status = "invalid";
        return;
    }
    struct od_stamps stamps;
    struct od_err err = {0};
    struct od_call call = {.message = &prepared->message,
                           .id = id,
                           .timeout_ns = attempt->plan->timeout_ns,
                           .start = attempt->start};
    record->prepare_ns = prepared->prepare_ns;
    record->preprocess_ns =
        prepared->preprocess_ns >= 0 ? prepared->preprocess_ns : OD_NONE;
    if (od_conn_exchange(seat->conn, &call, &seat->reply, &stamps, &err) == 0) {
        (void)!read_answer(seat, cell, prepared, record, answer, &err);
        count_one(seat, &answer->server);
        od_fill_answer(record, answer);
    } else {
        od_counting_mark(seat->counting);
    }
    if (err.code != OD_OK) {
        od_limits_explain(transport, seat->reply.code,
                          od_message_bytes(&prepared->message), &err);
        od_blame(cell->target->name, cell->model->name, &err);
    }
    od_fill_stamps(record, attempt, &stamps);
    od_fill_outcome(record, transport, &err);
}

bool od_seat_again(enum od_transport transport, const struct od_record *record)
{
    static const char *const always[] = {"connect", "reset", "timeout"};
    static const int64_t codes[][2] = {
        [OD_HTTP] = {429, 503}, [OD_GRPC] = {8, 14}}; /* grpc/status.h */
    static const char *const refused[] = {
        [OD_HTTP] = "http_error", [OD_GRPC] = "grpc_error"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        if (strcmp(record->status, always[i]) == 0) {
            return true;
        }
    }
    return strcmp(record->status, refused[transport]) == 0 &&
           (record->code == codes[transport][0] || record->code == codes[transport][1]);
}
