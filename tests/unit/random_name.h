/* Random names for tests: also empty, with blanks, quotes and bytes beyond ASCII. */
#ifndef OD_TEST_RANDOM_NAME_H
#define OD_TEST_RANDOM_NAME_H

#include "base/rng.h"
#include "service/request.h"

#include <string.h>

/* Writes empty where the name would be empty. */
static inline void random_name(struct od_rng *rng, char out[OD_NAME_MAX],
                               const char *empty)
{
    static const char letters[] = "abcXYZ019-_.~ %+\"\\{}\xC3\xA4";
    size_t len = od_rng_below(rng, 12);
    for (size_t i = 0; i < len; i++) {
        out[i] = letters[od_rng_below(rng, sizeof letters - 1)];
    }
    out[len] = '\0';
    if (len == 0) {
        memcpy(out, empty, strlen(empty) + 1);
    }
}

#endif
