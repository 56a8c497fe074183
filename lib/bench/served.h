/* What the servers of a run say of their models, for its .meta.json. */
#ifndef OD_BENCH_SERVED_H
#define OD_BENCH_SERVED_H

#include "bench/plan.h"

#include <stddef.h>

/* One model behind one protocol of one target, all borrowed from the plan. */
struct od_served {
    const struct od_target *target;
    const struct od_model *model;
    const struct od_protocol *protocol;
    int state;                       /* of its status: ModelVersionStatus; 0: not known */
    struct od_model_facts *metadata; /* owned; NULL: not known */
    int64_t bytes;                   /* of its files; -1: not known */
};
struct od_served_list {
    struct od_served *items; /* owned */
    size_t count;
};

/* Appends the cell's target, model and protocol, of which nothing is known yet. Borrowed
 * from the list until the next call. */
struct od_served *od_served_add(struct od_served_list *list, const struct od_cell *cell);
/* The item of the cell's target, model and protocol, or NULL. Likewise borrowed. */
const struct od_served *od_served_find(const struct od_served_list *list,
                                       const struct od_cell *cell);
void od_served_release(struct od_served_list *list);

/*
 * The list as JSON, owned by the caller: an array of objects, one an item, with target,
 * model, protocol, state ("AVAILABLE"), version, what is known of the model (bytes, which
 * infos say before the server does, variant, accuracy, accuracy_source), and signatures
 * with name, inputs and outputs (name, tensor: the node of the graph, type: "DT_UINT8",
 * shape: -1 is any size). What is not known, and a name that is not UTF-8, is null.
 */
char *od_served_json(const struct od_served_list *list,
                     const struct od_model_infos *infos);

#endif
