/* What the two front ends of the server share. */
#include "server/front.h"

#include <stdarg.h>
#include <stdio.h>

void od_front_log(const struct od_front *front, enum od_server_level level,
                  const char *fmt, ...)
{
    char text[512];
    if (front->sink->line == NULL) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    front->sink->line(front->sink->user, level, text);
}

void od_front_done(const struct od_front *front, const struct od_exchange *exchange,
                   const char *path, const char *id, int64_t replied_ns)
{
    const char *protocol = exchange->protocol != NULL
                               ? exchange->protocol->name
                               : od_transport_name(exchange->transport);
    const struct od_stamp stamp = {.id = id,
                                   .protocol = protocol,
                                   .code = (int)exchange->code,
                                   .received_ns = exchange->received_ns,
                                   .replied_ns = replied_ns,
                                   .held = exchange->held};
    od_stamp_log_add(front->stamps, &stamp);
    od_front_log(front, OD_SERVER_DEBUG, "%s %.200s: code %d after %.3f ms", protocol,
                 path, (int)exchange->code,
                 (double)(replied_ns - exchange->received_ns) / 1e6);
}

int64_t od_front_deadline(int64_t a_ns, int64_t b_ns)
{
    if (a_ns == 0 || b_ns == 0) {
        return a_ns != 0 ? a_ns : b_ns;
    }
    return a_ns < b_ns ? a_ns : b_ns;
}
