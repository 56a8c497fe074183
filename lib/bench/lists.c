/* What --list-protocols and --list-columns print. */
#include "bench/lists.h"

#include "protocol/protocol.h"
#include "record/record.h"

void od_list_protocols(struct od_buf *out)
{
    static const enum od_payload payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                               OD_PAYLOAD_JPEG, OD_PAYLOAD_B64};
    const struct od_protocol *protocol;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        od_buf_printf(out, "%-15s %s (payloads:", protocol->name, protocol->summary);
        for (size_t p = 0; p < sizeof payloads / sizeof *payloads; p++) {
            if ((protocol->payloads & (unsigned)payloads[p]) != 0) {
                od_buf_printf(out, " %s", od_payload_name(payloads[p]));
            }
        }
        od_buf_puts(out, ")\n");
    }
}

void od_list_columns(struct od_buf *out)
{
    for (size_t i = 0; i < od_column_count(); i++) {
        od_buf_printf(out, "%-16s %s\n", od_column_at(i)->name, od_column_at(i)->help);
    }
}
