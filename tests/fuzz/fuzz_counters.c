/* What servers count of themselves: any bytes as any source's reply, and as a request. */
#include "fuzz.h"

#include "base/alloc.h"
#include "protocol/counters.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct od_model model = {.name = "m"};
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, data, size);
    for (size_t i = 0; od_counters_at(i) != NULL; i++) {
        const struct od_counters_source *source = od_counters_at(i);
        reply.code = source->transport == OD_HTTP ? 200 : 0;
        struct od_counters counters;
        if (source->decode(source, &model, OD_HTTP, &reply, &counters, NULL) == 0 &&
            counters.total.count < 0 && counters.infer.count < 0) {
            abort(); /* it must have told something */
        }
        struct od_model asked;
        struct od_message message = {.verb = "GET"};
        message.path = od_xstrndup((const char *)data, size);
        (void)source->asked(source, &message, &asked);
        free(message.path);
        message.path = od_xstrdup("/inference.GRPCInferenceService/ModelStatistics");
        od_message_borrow(&message, data, size);
        (void)source->asked(source, &message, &asked);
        od_message_release(&message);
    }
    od_reply_release(&reply);
    return 0;
}
