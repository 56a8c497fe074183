/* A server's times in headers; what is read must come back when it is written. */
#include "fuzz.h"

#include "base/alloc.h"
#include "service/server_facts.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_headers in = {0};
    struct od_headers out = {0};
    struct od_server_facts facts;
    struct od_server_facts back;
    char *text = od_xstrndup((const char *)data, size);
    od_headers_add(&in, "Server-Timing", text);
    od_headers_add(&in, "odbench-proposals", text);
    od_headers_add(&in, "odbench-weights", text);
    od_server_facts_read(&in, &facts);
    od_server_facts_write(&facts, &out);
    od_server_facts_read(&out, &back);
    if (facts.total_ns != back.total_ns || facts.infer_ns != back.infer_ns ||
        facts.queue_ns != back.queue_ns || facts.proposals != back.proposals ||
        strcmp(facts.weights, back.weights) != 0) {
        abort();
    }
    free(text);
    od_headers_release(&in);
    od_headers_release(&out);
    return 0;
}
