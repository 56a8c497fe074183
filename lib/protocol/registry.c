/* The protocols, in the order of the manual. A new one is a file and a line here. */
#include "protocol/oip.h"
#include "protocol/tfs.h"
#include "protocol/torchserve.h"
#include "protocol/web.h"

#include <stddef.h>
#include <string.h>

static const struct od_protocol *const protocols[] = {
    &od_tfs_grpc,       &od_tfs_rest,        &od_oip_grpc,        &od_oip_rest,
    &od_oip_torchserve, &od_torchserve_grpc, &od_torchserve_rest, &od_web,
};

const struct od_protocol *od_protocol_at(size_t i)
{
    return i < sizeof protocols / sizeof protocols[0] ? protocols[i] : NULL;
}

const struct od_protocol *od_protocol_find(const char *name)
{
    for (size_t i = 0; od_protocol_at(i) != NULL; i++) {
        const struct od_protocol *protocol = protocols[i];
        if (strcmp(name, protocol->name) == 0 ||
            (protocol->alias != NULL && strcmp(name, protocol->alias) == 0)) {
            return protocol;
        }
    }
    return NULL;
}
