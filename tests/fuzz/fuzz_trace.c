/* Traces of arrivals: what is accepted ascends from 0 on, and whatever is not says why.
 */
#include "fuzz.h"

#include "load/trace.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_trace trace;
    struct od_err err = {0};
    int rc = od_trace_parse("f", (const char *)data, size, &trace, &err);
    if (rc != 0 && err.code != OD_EINPUT && err.code != OD_ELIMIT) {
        abort();
    }
    for (size_t i = 0; rc == 0 && i < trace.count; i++) {
        if (trace.at_ns[i] < (i == 0 ? 0 : trace.at_ns[i - 1])) {
            abort();
        }
    }
    od_trace_release(&trace);
    return 0;
}
