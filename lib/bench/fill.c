/* From what happened to a row. */
#include "bench/fill.h"

#include "protocol/counters.h"

#include <math.h>
#include <string.h>

static int64_t or_none(int64_t value)
{
    return value >= 0 ? value : OD_NONE;
}

void od_fill_attempt(struct od_record *r, const struct od_attempt *a)
{
    const struct od_cell *cell = a->cell;
    const struct od_sample *sample = a->sample;
    od_record_init(r);
    r->run_id = a->run_id;
    r->cell_id = cell->id;
    r->rep = a->rep;
    r->seq = a->seq;
    r->attempt = a->number;
    r->phase = a->warmup ? "warmup" : "main";
    r->pair = a->pair > 0 ? a->pair : OD_NONE;
    r->client = a->plan->client;
    r->target = cell->target->name;
    r->placement = cell->target->local ? "local" : "remote";
    r->model = cell->model->name;
    r->model_version = cell->version;
    r->protocol = cell->protocol->name;
    r->payload = od_payload_name(cell->payload);
    r->batch = 1;
    r->concurrency = cell->concurrency;
    r->rate = a->rate_per_s;
    r->connection = a->plan->fresh ? "new" : "reuse";
    r->image_id = sample->image_id;
    r->file_name = sample->file_name;
    r->file_bytes = sample->file_bytes;
    r->width = sample->width;
    r->height = sample->height;
    r->gt_objects = or_none(sample->object_count);
    r->start_unix_ns = a->start_unix_ns;
    r->sched_ns = a->sched_ns - a->start_ns;
}

/* Adds a stage to the known part of the service time. */
static void stage(int64_t *column, int64_t span, int64_t *known)
{
    *column = span;
    *known += span;
}

static void fill_stages(struct od_record *r, const struct od_stamps *s)
{
    int64_t known = 0;
    if (s->dns_ns >= 0) {
        stage(&r->dns_ns, s->dns_ns, &known);
    }
    if (s->connect_ns >= 0) {
        stage(&r->connect_ns, s->connect_ns, &known);
    }
    if (s->tls_ns >= 0) {
        stage(&r->tls_ns, s->tls_ns, &known);
    }
    if (s->written_ns >= 0) {
        stage(&r->upload_ns, s->written_ns - s->send_ns - known, &known);
    }
    if (s->acked_ns >= 0) {
        r->upload_acked_ns = s->acked_ns - s->send_ns;
    }
    /* An answer before the last request byte was sent leaves no wait, and a download that
     * overlaps the upload; the remainder holds what came after that. In other answers it
     * is what the client took from the last byte's arrival to having found it. */
    if (s->written_ns >= 0 && s->first_ns >= s->written_ns) {
        stage(&r->wait_ns, s->first_ns - s->written_ns, &known);
    }
    if (s->first_ns >= 0 && s->first_ns >= s->written_ns && s->last_ns >= 0) {
        stage(&r->download_ns, s->last_ns - s->first_ns, &known);
    }
    r->remainder_ns = r->service_ns - known;
}

void od_fill_stamps(struct od_record *r, const struct od_attempt *a,
                    const struct od_stamps *s)
{
    r->send_ns = s->send_ns - a->start_ns;
    r->end_ns = s->end_ns - a->start_ns;
    r->service_ns = s->end_ns - s->send_ns;
    r->response_ns = s->end_ns - a->sched_ns;
    r->queue_ns = s->send_ns - a->sched_ns;
    r->unpack_ns = s->handed_ns > s->end_ns ? s->handed_ns - s->end_ns : OD_NONE;
    fill_stages(r, s);
    r->conn_id = or_none(s->conn_id);
    r->tcp_rtt_ns = or_none(s->tcp_rtt_ns);
    r->tcp_retransmits = or_none(s->tcp_retransmits);
    r->bytes_up = or_none(s->bytes_up);
    r->bytes_down = or_none(s->bytes_down);
}

/* Rows outlive the answer, so its words become our own constants. */
static const char *known_word(const char *word)
{
    static const char *const words[] = {"trained", "random",        "fixed",
                                        "user",    "server-timing", "body"};
    if (word[0] == '\0') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0) {
            return words[i];
        }
    }
    const struct od_counters_source *source = od_counters_find(word, OD_HTTP);
    return source != NULL ? source->name : NULL;
}

void od_fill_answer(struct od_record *r, const struct od_answer *answer)
{
    const struct od_server_facts *f = &answer->server;
    r->weights = known_word(f->weights);
    r->srv_source = known_word(f->source);
    r->srv_total_ns = or_none(f->total_ns);
    r->srv_decode_ns = or_none(f->decode_ns);
    r->srv_queue_ns = or_none(f->queue_ns);
    r->srv_preprocess_ns = or_none(f->preprocess_ns);
    r->srv_infer_ns = or_none(f->infer_ns);
    r->srv_postprocess_ns = or_none(f->postprocess_ns);
    r->srv_proposals = or_none(f->proposals);
    if (answer->code != OD_CODE_OK || answer->images == NULL) {
        return;
    }
    r->detections = 0;
    for (size_t i = 0; i < answer->image_count; i++) {
        for (size_t b = 0; b < answer->images[i].count; b++) {
            double score = (double)answer->images[i].items[b].score;
            r->detections += score >= 0.5;
            if (isnan(r->max_score) || score > r->max_score) {
                r->max_score = score;
            }
        }
    }
    od_result_hash(answer->images, answer->image_count, r->result_hash);
}

/* Length of the UTF-8 character at p (RFC 3629), 0 when there is none; p ends in a NUL.
 */
static size_t character(const unsigned char *p)
{
    size_t len = p[0] < 0x80                   ? 1
                 : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
                 : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
                 : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
                                               : 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    /* Longer forms than needed, surrogates, and what is above U+10FFFF. */
    bool wrong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
                 (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F);
    return wrong ? 0 : len;
}

/* Servers' texts come with line ends and worse: out gets one line of UTF-8. */
static void one_line(const char *text, char *out, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t used = 0;
    while (*p != '\0') {
        size_t len = character(p);
        size_t step = len > 0 ? len : 1;
        if (used + step >= size) {
            break;
        }
        if (len == 0) {
            out[used] = '?';
        } else if (*p < 0x20 || *p == 0x7F) {
            out[used] = ' ';
        } else {
            memcpy(out + used, p, len);
        }
        used += step;
        p += step;
    }
    out[used] = '\0';
}

static const char *status_of(enum od_transport transport, enum od_errcode code)
{
    switch (code) {
    case OD_OK:
        return "ok";
    case OD_ESERVER:
        return transport == OD_GRPC ? "grpc_error" : "http_error";
    case OD_ETIMEOUT:
        return "timeout";
    case OD_ECONNECT:
        return "connect";
    case OD_ERESET:
        return "reset";
    case OD_ECANCELLED:
        return "cancelled";
    case OD_EDECODE:
    case OD_ELIMIT:
        return "decode";
    case OD_EINPUT:
    case OD_ENOENT:
    case OD_EUNSUPPORTED:
    case OD_ESYS:
    case OD_EOUTPUT:
    case OD_EBUG:
        return "invalid";
    }
    return "invalid";
}

void od_fill_outcome(struct od_record *r, enum od_transport transport,
                     const struct od_err *err)
{
    r->status = status_of(transport, err->code);
    if (err->code == OD_ECANCELLED) {
        r->phase = "drain";
    }
    if (err->code != OD_OK) {
        one_line(err->msg, r->error, sizeof r->error);
    }
}

/* Bits of a word reach all bits below by the shift, and all above by the product. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

void od_result_hash(const struct od_boxes *images, size_t count, char out[24])
{
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++) {
        hash = mix(hash, images[i].count);
        for (size_t b = 0; b < images[i].count; b++) {
            const struct od_box *box = &images[i].items[b];
            const float values[] = {box->score, box->x0, box->y0, box->x1, box->y1, 0};
            uint64_t words[3];
            memcpy(words, values, sizeof words);
            words[2] ^= (uint64_t)(uint32_t)box->label << 32;
            hash = mix(mix(mix(hash, words[0]), words[1]), words[2]);
        }
    }
    for (int i = 0; i < 16; i++) {
        out[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
    }
    out[16] = '\0';
}
