/* What servers may choose in how they answer. */
#include "service/style.h"

#include <stddef.h>
#include <string.h>

const struct od_style od_style_default = {0};

enum od_dialect od_dialect_of(const char *name)
{
    static const char *const names[] = {
        [OD_DIALECT_TRITON] = "triton",         [OD_DIALECT_OVMS] = "ovms",
        [OD_DIALECT_MLSERVER] = "mlserver",     [OD_DIALECT_KSERVE] = "kserve",
        [OD_DIALECT_TORCHSERVE] = "torchserve",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return (enum od_dialect)i;
        }
    }
    return OD_DIALECT_TRITON;
}
