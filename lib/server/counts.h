/* What the reference server counts of its models, for protocol/counters.h. */
#ifndef OD_SERVER_COUNTS_H
#define OD_SERVER_COUNTS_H

#include "protocol/counters.h"

struct od_counts;

/* For so many models, without names yet. NULL is fine to free. */
struct od_counts *od_counts_new(size_t count, int64_t version);
void od_counts_free(struct od_counts *counts);
/* Before the first count. */
void od_counts_name(struct od_counts *counts, size_t i, const char *name);

/* An answered request: its times; what was not measured adds nothing. Any thread. */
void od_counts_add(struct od_counts *counts, const char *model, enum od_transport by,
                   const struct od_server_facts *facts);

/* Whether the message asks for counts; then the reply is made. Any thread. */
bool od_counts_page(struct od_counts *counts, enum od_transport transport,
                    const struct od_message *message, struct od_reply *reply);

#endif
