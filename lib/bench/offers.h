/* What servers offer: their models, over each protocol that they speak. */
#ifndef OD_BENCH_OFFERS_H
#define OD_BENCH_OFFERS_H

#include "base/buf.h"
#include "bench/plan.h"
#include "bench/served.h"

#include <signal.h>

/* A protocol of a target, and what became of it. */
struct od_offer {
    const struct od_target *target;
    const struct od_protocol *protocol;
    char server[2 * OD_NAME_MAX]; /* its name and version; "": not told */
    bool answered;                /* anything at all */
    struct od_err why;            /* no model was told of, or none was asked for */
    size_t models;                /* that were told of */
};

/* All but plan and interrupted is made by od_offers_ask. */
struct od_offers {
    struct od_plan *plan; /* models that a server names are added to it */
    const volatile sig_atomic_t *interrupted;
    struct od_offer *items;
    size_t count;
    struct od_served_list served;
};

/*
 * Asks every target of the plan over each of its protocols for the list of its models,
 * then for the metadata and status of those, or of the plan's where it has no list.
 * Fails with OD_ECONNECT when nobody answers at all, naming the first reason, or with
 * OD_ECANCELLED.
 */
int od_offers_ask(struct od_offers *offers, struct od_err *err) OD_MUST_CHECK;
void od_offers_release(struct od_offers *offers);

/* Appends them as text for people, or as the JSON of od_served_json. */
void od_offers_put(const struct od_offers *offers, bool json, struct od_buf *out);

#endif
