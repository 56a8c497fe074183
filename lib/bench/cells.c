/* The cells of a plan. */
#include "bench/plan.h"

#include "base/alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum od_payload all_payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                               OD_PAYLOAD_JPEG, OD_PAYLOAD_B64};
#define PAYLOADS (sizeof all_payloads / sizeof *all_payloads)

struct list {
    struct od_cell *items;
    size_t count;
    size_t capacity;
};

static void add(struct list *list, struct od_cell cell)
{
    list->items = od_xgrow(list->items, list->count, &list->capacity, sizeof cell);
    (void)snprintf(cell.id, sizeof cell.id, "c%03zu", list->count + 1);
    cell.asked = *cell.model;
    cell.floor_raw_ns = -1;
    cell.floor_client_ns = -1;
    list->items[list->count++] = cell;
}

/* A search finds its rates itself. */
static void add_rates(const struct od_plan *plan, struct od_cell cell, struct list *list)
{
    size_t rates = plan->goals.search ? 0 : plan->pace.rate_count;
    cell.rate_per_s = (double)NAN;
    for (size_t r = 0; r < rates; r++) {
        cell.rate_per_s = plan->pace.rates[r];
        add(list, cell);
    }
    if (rates == 0) {
        add(list, cell);
    }
}

static void add_payloads(const struct od_plan *plan, struct od_cell cell,
                         struct list *list)
{
    enum od_payload usual = OD_PAYLOAD_NONE;
    unsigned all = od_target_payloads(cell.target, cell.protocol, &usual);
    unsigned set = plan->payloads != 0 ? plan->payloads & all : (unsigned)usual;
    for (size_t p = 0; p < PAYLOADS; p++) {
        for (size_t c = 0; c < plan->concurrency_count; c++) {
            if ((set & (unsigned)all_payloads[p]) != 0) {
                cell.payload = all_payloads[p];
                cell.concurrency = (int)plan->concurrency[c];
                add_rates(plan, cell, list);
            }
        }
    }
}

static void add_target(const struct od_plan *plan, const struct od_target *target,
                       struct list *list)
{
    for (size_t m = 0; m < plan->model_count; m++) {
        for (size_t p = 0; p < plan->protocol_count; p++) {
            const struct od_protocol *protocol = plan->protocols[p];
            if (od_target_speaks(target, protocol)) {
                add_payloads(plan,
                             (struct od_cell){.target = target,
                                              .model = &plan->models[m],
                                              .protocol = protocol},
                             list);
            }
        }
    }
}

/* A payload that no chosen protocol knows is named itself, not the first target. */
static int check_carried(const struct od_plan *plan, struct od_err *err)
{
    unsigned carried = 0;
    for (size_t i = 0; i < plan->protocol_count; i++) {
        carried |= plan->protocols[i]->payloads;
    }
    for (size_t p = 0; p < PAYLOADS; p++) {
        unsigned payload = (unsigned)all_payloads[p];
        if ((plan->payloads & payload) != 0 && (carried & payload) == 0) {
            return od_fail(err, OD_EINPUT, "payload '%s': no chosen protocol carries it",
                           od_payload_name(all_payloads[p]));
        }
    }
    return 0;
}

/* One that a chosen protocol carries but no target's port speaks. */
static int check_payloads(const struct od_plan *plan, const struct list *list,
                          struct od_err *err)
{
    for (size_t p = 0; p < PAYLOADS; p++) {
        bool used = (plan->payloads & (unsigned)all_payloads[p]) == 0;
        for (size_t i = 0; i < list->count && !used; i++) {
            used = list->items[i].payload == all_payloads[p];
        }
        if (!used) {
            return od_fail(err, OD_EINPUT,
                           "payload '%s': no target has a port, or a web "
                           "profile, that carries it",
                           od_payload_name(all_payloads[p]));
        }
    }
    return 0;
}

static bool alike(const struct od_cell *a, const struct od_cell *b)
{
    return a->model == b->model && a->protocol == b->protocol &&
           a->payload == b->payload && a->concurrency == b->concurrency;
}

/* The cells of the base come first, in the same order as those of the other side. */
static int pair_up(const struct od_plan *plan, struct list *list, struct od_err *err)
{
    size_t half = list->count / 2;
    bool same = list->count % 2 == 0;
    for (size_t i = 0; i < half && same; i++) {
        list->items[i].twin = i + half;
        list->items[i + half].twin = i;
        list->items[i + half].side = 1;
        same = list->items[i + half].target == &plan->targets[1] &&
               alike(&list->items[i], &list->items[i + half]);
    }
    return same
               ? 0
               : od_fail(err, OD_EINPUT,
                         "--ab: %s and %s do not speak the same of the chosen protocols; "
                         "choose with --protocol what both speak",
                         plan->targets[0].name, plan->targets[1].name);
}

int od_plan_cells(const struct od_plan *plan, struct od_cell **out, size_t *count,
                  struct od_err *err)
{
    struct list list = {0};
    *out = NULL;
    *count = 0;
    if (check_carried(plan, err) != 0) {
        return -1;
    }
    for (size_t t = 0; t < plan->target_count; t++) {
        size_t before = list.count;
        add_target(plan, &plan->targets[t], &list);
        if (list.count == before) {
            free(list.items);
            return od_fail(
                err, OD_EINPUT,
                "target '%s': none of the chosen protocols and payloads fits its ports "
                "and protocols",
                plan->targets[t].name);
        }
    }
    if (check_payloads(plan, &list, err) != 0 ||
        (plan->ab && pair_up(plan, &list, err) != 0)) {
        free(list.items);
        return -1;
    }
    if (plan->goals.search) {
        /* Room for the steps, so that rows can point to the cells for good. */
        list.items = od_xrealloc(list.items, list.count * (1 + OD_SEARCH_STEPS),
                                 sizeof *list.items);
    }
    *out = list.items;
    *count = list.count;
    return 0;
}
