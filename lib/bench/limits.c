/* Errors about sizes. */
#include "bench/limits.h"

#include <stdio.h>
#include <string.h>

/* grpc/status.h */
enum { RESOURCE_EXHAUSTED = 8 };

static bool refused(enum od_transport transport, int code, const char *text)
{
    switch (transport) {
    case OD_HTTP:
        return code == 413;
    case OD_GRPC:
        return code == RESOURCE_EXHAUSTED && strstr(text, "larger than max") != NULL;
    }
    return false;
}

void od_limits_explain(enum od_transport transport, int code, size_t sent_bytes,
                       struct od_err *err)
{
    if (err->code == OD_ELIMIT && strstr(err->msg, "larger than accepted") != NULL) {
        size_t len = strlen(err->msg);
        (void)snprintf(err->msg + len, sizeof err->msg - len, ", see --max-reply");
    } else if (err->code == OD_ESERVER && refused(transport, code, err->msg)) {
        od_err_context(err,
                       "a request of %zu bytes is too large for the server, see "
                       "odbench-run(1), LIMITS",
                       sent_bytes);
    }
}
