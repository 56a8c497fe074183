/* Manifests: what is read can be written, and then says the same. */
#include "fuzz.h"

#include "dataset/manifest.h"

#include <stdlib.h>
#include <string.h>

static void check_again(const struct od_manifest *first, const struct od_buf *text)
{
    struct od_manifest again;
    if (od_manifest_parse("f", text->data, text->len, &again, NULL) != 0 ||
        again.count != first->count) {
        abort();
    }
    for (size_t i = 0; i < first->count; i++) {
        const struct od_manifest_entry *a = &first->entries[i];
        const struct od_manifest_entry *b = &again.entries[i];
        if (strcmp(a->name, b->name) != 0 || strcmp(a->sha256, b->sha256) != 0) {
            abort();
        }
    }
    od_manifest_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_manifest manifest;
    struct od_buf text;
    struct od_err err = {0};
    od_buf_init(&text, 0);
    int rc = od_manifest_parse("f", (const char *)data, size, &manifest, &err);
    if (rc != 0 && (err.code != OD_EINPUT || manifest.count != 0)) {
        abort();
    }
    if (rc == 0 && od_manifest_render(&manifest, &text, &err) == 0) {
        check_again(&manifest, &text);
    }
    od_manifest_release(&manifest);
    od_buf_release(&text);
    return 0;
}
