/*
 * Filters, in front of a NUL, asked of a row whose texts stand behind it: what parses
 * says the same when it stands twice, and whatever does not says why.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "record/where.h"

#include <stdlib.h>
#include <string.h>

static void ask(const struct od_where *once, const struct od_where *twice,
                const struct od_record *record)
{
    if (od_where_holds(once, record) != od_where_holds(twice, record)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = od_xstrndup((const char *)data, size);
    char *both = od_xasprintf("%s,%s", text, text);
    size_t used = strlen(text);
    char *rest = used < size ? od_xstrndup((const char *)data + used + 1, size - used - 1)
                             : od_xstrdup("");
    struct od_where *where = NULL;
    struct od_where *again = NULL;
    struct od_err err = {0};
    int rc = od_where_parse(text, &where, &err);
    if (rc != 0 && (err.code != OD_EINPUT || err.msg[0] == '\0')) {
        abort();
    }
    if (where != NULL) {
        struct od_record record;
        od_record_init(&record);
        if (od_where_parse(both, &again, NULL) != 0) {
            abort();
        }
        ask(where, again, &record);
        record.model = record.protocol = record.file_name = rest;
        record.width = record.height = record.gt_objects = record.service_ns =
            (int64_t)strlen(rest);
        record.rate = 0.5;
        ask(where, again, &record);
    }
    od_where_free(where);
    od_where_free(again);
    free(rest);
    free(both);
    free(text);
    return 0;
}
