/* What servers offer. */
#include "bench/offers.h"

#include "base/alloc.h"
#include "bench/door.h"
#include "protocol/tfs.h"
#include "service/model_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_NS    INT64_C(5000000000)
#define NAME_THEM "has no list of models; name those to ask for with --model"

static struct od_door door_of(const struct od_offers *offers,
                              const struct od_offer *offer)
{
    return (struct od_door){.plan = offers->plan,
                            .target = offer->target,
                            .protocol = offer->protocol,
                            .interrupted = offers->interrupted};
}

static int64_t patience(const struct od_offers *offers)
{
    return offers->plan->timeout_ns < ASK_NS ? offers->plan->timeout_ns : ASK_NS;
}

static void add_offers(struct od_offers *offers)
{
    const struct od_plan *plan = offers->plan;
    offers->items =
        od_xcalloc(plan->target_count * plan->protocol_count + 1, sizeof *offers->items);
    for (size_t t = 0; t < plan->target_count; t++) {
        for (size_t p = 0; p < plan->protocol_count; p++) {
            if (od_target_speaks(&plan->targets[t], plan->protocols[p])) {
                offers->items[offers->count++] = (struct od_offer){
                    .target = &plan->targets[t], .protocol = plan->protocols[p]};
            }
        }
    }
}

static void add_name(struct od_plan *plan, const char *name)
{
    bool known = false;
    for (size_t i = 0; i < plan->model_count && !known; i++) {
        known = strcmp(plan->models[i].name, name) == 0;
    }
    if (!known && name[0] != '\0') {
        plan->models =
            od_xrealloc(plan->models, plan->model_count + 1, sizeof *plan->models);
        struct od_model *model = &plan->models[plan->model_count++];
        *model = (struct od_model){0};
        (void)snprintf(model->name, sizeof model->name, "%s", name);
    }
}

/* Who answers, and with -m not given, which models there are. */
static void ask_server(struct od_offers *offers, struct od_offer *offer, bool names)
{
    struct od_door door = door_of(offers, offer);
    struct od_answer answer;
    if (od_door_ask(&door, OD_SERVER, NULL, patience(offers), &answer, NULL) == 0) {
        (void)snprintf(offer->server, sizeof offer->server, "%s%s%s", answer.server_name,
                       answer.server_version[0] != '\0' ? " " : "",
                       answer.server_version);
    }
    od_answer_release(&answer);
    int rc = od_door_ask(&door, OD_LIST, NULL, patience(offers), &answer, &offer->why);
    for (size_t i = 0; rc == 0 && names && i < answer.name_count; i++) {
        add_name(offers->plan, answer.names[i]);
    }
    /* What servers say of a question that they do not know. */
    if (rc != 0 && names &&
        (answer.code == OD_CODE_UNIMPLEMENTED || answer.code == OD_CODE_NOT_FOUND ||
         answer.code == OD_CODE_INVALID_ARGUMENT)) {
        od_err_context(&offer->why, NAME_THEM);
    }
    od_answer_release(&answer);
    offer->answered = door.answered;
    od_door_close(&door);
}

/* A model that the protocol tells nothing of is left out. */
static void ask_model(struct od_offers *offers, struct od_offer *offer,
                      struct od_door *door, const struct od_model *model)
{
    struct od_err why = {0};
    struct od_answer answer;
    int rc = od_door_ask(door, OD_METADATA, model, patience(offers), &answer, &why);
    if (rc != 0) {
        od_err_clear(&offer->why);
        offer->why = why;
        od_err_context(&offer->why, "model %s", model->name);
        od_answer_release(&answer);
        return;
    }
    const struct od_cell cell = {
        .target = offer->target, .model = model, .protocol = offer->protocol};
    struct od_served *served = od_served_add(&offers->served, &cell);
    served->metadata = od_xcalloc(1, sizeof *served->metadata);
    *served->metadata = answer.model;
    served->bytes = answer.server.model_bytes;
    od_answer_release(&answer);
    if (od_door_ask(door, OD_STATUS, model, patience(offers), &answer, NULL) == 0) {
        served->state = answer.model.state;
        if (served->metadata->version <= 0) {
            served->metadata->version = answer.model.version;
        }
    }
    od_answer_release(&answer);
    offer->models++;
}

static void ask_models(struct od_offers *offers, struct od_offer *offer)
{
    struct od_door door = door_of(offers, offer);
    struct od_err why = {0};
    for (size_t i = 0; i < offers->plan->model_count && *offers->interrupted == 0; i++) {
        ask_model(offers, offer, &door, &offers->plan->models[i]);
    }
    if (offers->plan->model_count == 0 && offer->why.code == OD_OK) {
        (void)od_fail(&offer->why, OD_ENOENT, "it lists no models");
    }
    offer->answered = offer->answered || door.answered;
    /* A protocol that can be asked nothing is there when somebody listens. */
    if (!offer->answered && od_door_knock(&door, patience(offers), &why) != 0) {
        offer->why = why;
    }
    offer->answered = offer->answered || door.answered;
    od_door_close(&door);
}

int od_offers_ask(struct od_offers *offers, struct od_err *err)
{
    bool names = offers->plan->model_count == 0;
    bool answered = false;
    add_offers(offers);
    if (offers->count == 0) {
        return od_fail(err, OD_EINPUT, "no target speaks any of the chosen protocols");
    }
    for (size_t i = 0; i < offers->count && *offers->interrupted == 0; i++) {
        ask_server(offers, &offers->items[i], names);
    }
    /* Models are all added now: what is served may point to them. */
    for (size_t i = 0; i < offers->count && *offers->interrupted == 0; i++) {
        ask_models(offers, &offers->items[i]);
        answered = answered || offers->items[i].answered;
    }
    if (*offers->interrupted != 0) {
        return od_fail(err, OD_ECANCELLED, "interrupted");
    }
    const struct od_offer *first = &offers->items[0];
    return answered ? 0
                    : od_fail(err, OD_ECONNECT, "target %s, %s: %s", first->target->name,
                              first->protocol->name, first->why.msg);
}

void od_offers_release(struct od_offers *offers)
{
    free(offers->items);
    od_served_release(&offers->served);
    offers->items = NULL;
    offers->count = 0;
}

static void put_tensors(const char *what, const struct od_tensor_info *infos,
                        size_t count, struct od_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        char text[OD_TENSOR_TEXT_MAX];
        od_tensor_info_text(&infos[i], text);
        od_buf_printf(out, "      %-6s  %-28s %s\n", what, infos[i].name, text);
    }
}

static void put_served(const struct od_served *served, struct od_buf *out)
{
    const struct od_model_facts *facts = served->metadata;
    od_buf_printf(out, "  %s", served->model->name);
    if (facts->version > 0) {
        od_buf_printf(out, "  version %" PRId64, facts->version);
    }
    od_buf_printf(out, "  %s\n",
                  served->state > 0 ? od_tfs_state_name(served->state) : "");
    for (size_t i = 0; i < facts->signature_count; i++) {
        const struct od_signature *s = &facts->signatures[i];
        if (s->name[0] != '\0') {
            od_buf_printf(out, "    %s\n", s->name);
        }
        put_tensors("input", s->inputs, s->input_count, out);
        put_tensors("output", s->outputs, s->output_count, out);
    }
}

static void put_offer(const struct od_offers *offers, const struct od_offer *offer,
                      struct od_buf *out)
{
    od_buf_printf(out, "%s  %s", offer->target->name, offer->protocol->name);
    if (offer->server[0] != '\0') {
        od_buf_printf(out, "  %s", offer->server);
    }
    if (offer->models == 0) {
        bool names = offer->why.code == OD_EUNSUPPORTED;
        od_buf_printf(out, ": %s",
                      !names                           ? offer->why.msg
                      : offers->plan->model_count == 0 ? NAME_THEM
                                                       : "tells nothing of its models");
    }
    od_buf_putc(out, '\n');
    for (size_t i = 0; i < offers->served.count; i++) {
        const struct od_served *served = &offers->served.items[i];
        if (served->target == offer->target && served->protocol == offer->protocol) {
            put_served(served, out);
        }
    }
}

void od_offers_put(const struct od_offers *offers, bool json, struct od_buf *out)
{
    if (json) {
        const struct od_model_infos none = {0};
        char *text = od_served_json(&offers->served, &none);
        od_buf_printf(out, "%s\n", text);
        free(text);
        return;
    }
    for (size_t i = 0; i < offers->count; i++) {
        put_offer(offers, &offers->items[i], out);
    }
}
