/* Codes of answers. */
#include "service/canonical.h"

#include <stddef.h>

const char *od_canonical_name(enum od_canonical code)
{
    switch (code) {
#define CODE_NAME(name, number, http)                                                    \
    case OD_CODE_##name:                                                                 \
        return #name;
        OD_CODES(CODE_NAME)
#undef CODE_NAME
    }
    return "UNKNOWN";
}

int od_canonical_http(enum od_canonical code)
{
    switch (code) {
#define CODE_HTTP(name, number, http)                                                    \
    case OD_CODE_##name:                                                                 \
        return http;
        OD_CODES(CODE_HTTP)
#undef CODE_HTTP
    }
    return 500;
}

enum od_canonical od_canonical_of_grpc(int status)
{
    return status > 0 && status <= OD_CODE_UNAUTHENTICATED ? (enum od_canonical)status
                                                           : OD_CODE_UNKNOWN;
}

enum od_canonical od_canonical_of_http(int status)
{
    static const struct {
        int status;
        enum od_canonical code;
    } map[] = {
        {400, OD_CODE_INVALID_ARGUMENT},
        {401, OD_CODE_UNAUTHENTICATED},
        {403, OD_CODE_PERMISSION_DENIED},
        {404, OD_CODE_NOT_FOUND},
        {405, OD_CODE_UNIMPLEMENTED},
        {408, OD_CODE_DEADLINE_EXCEEDED},
        {409, OD_CODE_ABORTED},
        {415, OD_CODE_INVALID_ARGUMENT},
        {422, OD_CODE_INVALID_ARGUMENT},
        {507, OD_CODE_RESOURCE_EXHAUSTED},
        {413, OD_CODE_RESOURCE_EXHAUSTED},
        {429, OD_CODE_RESOURCE_EXHAUSTED},
        {499, OD_CODE_CANCELLED},
        {500, OD_CODE_INTERNAL},
        {501, OD_CODE_UNIMPLEMENTED},
        {502, OD_CODE_UNAVAILABLE},
        {503, OD_CODE_UNAVAILABLE},
        {504, OD_CODE_DEADLINE_EXCEEDED},
    };
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (map[i].status == status) {
            return map[i].code;
        }
    }
    return status >= 200 && status <= 299 ? OD_CODE_OK : OD_CODE_UNKNOWN;
}

enum od_canonical od_canonical_of(enum od_errcode code)
{
    switch (code) {
    case OD_OK:
        return OD_CODE_OK;
    case OD_EINPUT:
        return OD_CODE_INVALID_ARGUMENT;
    case OD_ENOENT:
        return OD_CODE_NOT_FOUND;
    case OD_ELIMIT:
        return OD_CODE_RESOURCE_EXHAUSTED;
    case OD_EUNSUPPORTED:
        return OD_CODE_UNIMPLEMENTED;
    case OD_ECONNECT:
    case OD_ERESET:
        return OD_CODE_UNAVAILABLE;
    case OD_ETIMEOUT:
        return OD_CODE_DEADLINE_EXCEEDED;
    case OD_ECANCELLED:
        return OD_CODE_CANCELLED;
    case OD_ESYS:
    case OD_EOUTPUT:
    case OD_ESERVER:
    case OD_EDECODE:
    case OD_EBUG:
        return OD_CODE_INTERNAL;
    }
    return OD_CODE_UNKNOWN;
}
