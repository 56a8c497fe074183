/* Options become a plan. */
#include "bench/build.h"

#include "base/parse.h"
#include "net/pem.h"

#include <stdio.h>
#include <string.h>

static int add_sides(const struct od_run_options *o, struct od_plan *plan,
                     struct od_err *err)
{
    if (o->targets.count > 0) {
        return od_fail(err, OD_EINPUT,
                       "--ab and --target do not go together: the two sides are the "
                       "targets");
    }
    if (o->ab.count != 2) {
        return od_fail(err, OD_EINPUT, "--ab: given %zu times; it takes two sides",
                       o->ab.count);
    }
    plan->ab = true;
    return od_plan_add_side(plan, o->ab.items[0], err) == 0 &&
                   od_plan_add_side(plan, o->ab.items[1], err) == 0
               ? 0
               : -1;
}

static int add_all(const struct od_strings *texts, struct od_plan *plan,
                   struct od_err *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (od_plan_add_target(plan, texts->items[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_targets(const struct od_run_options *o, struct od_plan *plan,
                       struct od_err *err)
{
    if (o->ab.count > 0) {
        return add_sides(o, plan, err);
    }
    return o->targets.count > 0 ? add_all(&o->targets, plan, err)
                                : od_plan_add_target(plan, "127.0.0.1", err);
}

static int load_profiles(struct od_plan *plan, struct od_err *err)
{
    for (size_t i = 0; i < plan->target_count; i++) {
        if (od_target_load_profile(&plan->targets[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* What of TLS would be asked for and not used; NULL: nothing. */
static const char *idle_tls(const struct od_run_options *o)
{
    if (o->insecure) {
        return "insecure";
    }
    if (o->cacert != NULL) {
        return "cacert";
    }
    return o->cert != NULL ? "cert" : o->key != NULL ? "key" : NULL;
}

/* Files are looked at before anything is sent; every connection reads them again. */
static int set_tls(const struct od_run_options *o, struct od_plan *plan,
                   struct od_err *err)
{
    struct od_pem pem;
    plan->tls = (struct od_tls){
        .insecure = o->insecure, .cacert = o->cacert, .cert = o->cert, .key = o->key};
    struct od_tls asked = plan->tls;
    for (size_t i = 0; i < plan->target_count; i++) {
        plan->targets[i].tls = plan->targets[i].tls || o->tls;
        asked.on = asked.on || plan->targets[i].tls;
    }
    if (!asked.on && idle_tls(o) != NULL) {
        return od_fail(err, OD_EINPUT, "--%s: no target speaks TLS; see --tls",
                       idle_tls(o));
    }
    if (od_pem_load(&asked, &pem, err) != 0) {
        return -1;
    }
    od_pem_release(&pem);
    return 0;
}

/* A name that is not asked for is a slip. */
static int add_info(const char *text, struct od_plan *plan, struct od_err *err)
{
    if (od_model_infos_add(&plan->infos, text, err) != 0) {
        return -1;
    }
    const char *name = plan->infos.items[plan->infos.count - 1].model;
    for (size_t i = 0; i < plan->model_count; i++) {
        if (strcmp(plan->models[i].name, name) == 0) {
            return 0;
        }
    }
    return od_fail(err, OD_EINPUT, "--model-info '%s': no --model has that name", text);
}

static int add_infos(const struct od_run_options *o, struct od_plan *plan,
                     struct od_err *err)
{
    for (size_t i = 0; i < o->model_infos.count; i++) {
        if (add_info(o->model_infos.items[i], plan, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static bool has_protocol(const struct od_plan *plan, const struct od_protocol *protocol)
{
    bool has = false;
    for (size_t i = 0; i < plan->protocol_count && !has; i++) {
        has = plan->protocols[i] == protocol;
    }
    return has;
}

/* Without --protocol every target speaks its own, which are the two of TensorFlow
 * Serving where it names none. */
static int default_protocols(struct od_plan *plan, struct od_err *err)
{
    for (size_t t = 0; t < plan->target_count; t++) {
        struct od_target *target = &plan->targets[t];
        if (target->protocol_count == 0) {
            target->protocols[0] = od_protocol_find("grpc");
            target->protocols[1] = od_protocol_find("rest");
            target->protocol_count = 2;
        }
        for (size_t i = 0; i < target->protocol_count; i++) {
            if (!has_protocol(plan, target->protocols[i]) &&
                od_plan_add_protocol(plan, target->protocols[i]->name, err) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static int add_protocols(const struct od_run_options *o, struct od_plan *plan,
                         struct od_err *err)
{
    for (size_t i = 0; i < o->protocols.count; i++) {
        if (od_plan_add_protocol(plan, o->protocols.items[i], err) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < o->payloads.count; i++) {
        plan->payloads |= (unsigned)od_payload_of(o->payloads.items[i]);
    }
    return o->protocols.count > 0 ? 0 : default_protocols(plan, err);
}

static int add_concurrency(const struct od_run_options *o, struct od_plan *plan,
                           struct od_err *err)
{
    for (size_t i = 0; i < o->concurrency.count; i++) {
        int64_t value = 0;
        if (od_parse_i64(o->concurrency.items[i], 1, 4096, &value, err) != 0) {
            od_err_context(err, "--concurrency");
            return -1;
        }
        for (size_t k = 0; k < plan->concurrency_count; k++) {
            if (plan->concurrency[k] == value) {
                return od_fail(err, OD_EINPUT, "--concurrency: %s is given twice",
                               o->concurrency.items[i]);
            }
        }
        od_plan_add_concurrency(plan, value);
    }
    return 0;
}

static int set_max_errors(const char *text, struct od_plan *plan, struct od_err *err)
{
    int rc = 0;
    if (text != NULL && strpbrk(text, "%.") != NULL) {
        rc = od_parse_ratio(text, &plan->max_error_ratio, err);
    } else if (text != NULL) {
        rc = od_parse_i64(text, 1, INT64_MAX, &plan->max_errors, err);
    }
    if (rc != 0) {
        od_err_context(err, "--max-errors");
    }
    return rc;
}

/* The study's client takes over what its script fixed (odbench-wire(7), PAPER MODE). */
static int set_paper(struct od_plan *plan, struct od_err *err)
{
    plan->paper = true;
    plan->fresh = true;
    plan->order = OD_ORDER_SEQUENTIAL;
    /* The study's iterations an image: 10, the default, of which the first is dropped
     * (odbench-wire(7), The study's client). */
    plan->iterations = plan->repetitions;
    plan->repetitions = 1;
    plan->goals.max_repetitions = 1;
    plan->warmup = 0;
    if (plan->iterations < 2) {
        return od_fail(err, OD_EINPUT,
                       "--repetitions: --paper drops the first, so it needs 2 or more");
    }
    return 0;
}

int od_plan_build_listing(const struct od_run_options *o, const char *client,
                          struct od_plan *plan, struct od_err *err)
{
    plan->client = o->client != NULL ? o->client : client;
    plan->timeout_ns = o->timeout_ns;
    plan->connect_timeout_ns = o->connect_timeout_ns;
    if (add_all(&o->list_models, plan, err) != 0 || load_profiles(plan, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < o->protocols.count; i++) {
        if (od_plan_add_protocol(plan, o->protocols.items[i], err) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; od_protocol_at(i) != NULL && o->protocols.count == 0; i++) {
        if (od_plan_add_protocol(plan, od_protocol_at(i)->name, err) != 0) {
            return -1;
        }
    }
    return (o->models.count > 0 && od_plan_build_models(o, plan, err) != 0) ||
                   set_tls(o, plan, err) != 0
               ? -1
               : 0;
}

int od_plan_build(const struct od_run_options *o, const char *client,
                  struct od_plan *plan, struct od_err *err)
{
    plan->client = o->client != NULL ? o->client : client;
    plan->repetitions = o->repetitions;
    plan->warmup = o->warmup;
    plan->iterations = 1;
    plan->order = strcmp(o->order, "random") == 0 ? OD_ORDER_RANDOM : OD_ORDER_SEQUENTIAL;
    plan->seed = o->seed;
    plan->timeout_ns = o->timeout_ns;
    plan->memory_bytes = o->memory_bytes;
    plan->reply_max_bytes = o->reply_max_bytes;
    plan->fresh = strcmp(o->connection, "new") == 0;
    plan->send_id = o->send_id;
    plan->gzip = o->gzip;
    plan->probe = o->probe;
    plan->allow_unreachable = o->allow_unreachable;
    plan->form = strcmp(o->form, "column") == 0 ? OD_FORM_COLUMN : OD_FORM_ROW;
    plan->connect_timeout_ns = o->connect_timeout_ns;
    if (plan->timeout_ns <= 0) {
        return od_fail(err, OD_EINPUT, "--timeout: must be above 0");
    }
    if (add_targets(o, plan, err) != 0 || load_profiles(plan, err) != 0 ||
        od_plan_build_models(o, plan, err) != 0 || add_infos(o, plan, err) != 0 ||
        add_protocols(o, plan, err) != 0 || add_concurrency(o, plan, err) != 0 ||
        set_max_errors(o->max_errors, plan, err) != 0 ||
        od_plan_build_load(o, plan, err) != 0 || set_tls(o, plan, err) != 0) {
        return -1;
    }
    return o->paper ? set_paper(plan, err) : 0;
}
