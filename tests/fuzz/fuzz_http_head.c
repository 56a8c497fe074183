/* Heads of HTTP/1 requests: what is whole stays whole, whatever comes behind it. */
#include "fuzz.h"

#include "floor/http_head.h"

#include <stdlib.h>

static void must(bool good)
{
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct od_floor_head head = {0};
    struct od_floor_head again = {0};
    enum od_floor_head_state state = od_floor_head_parse(text, size, &head);
    if (state == OD_FLOOR_HEAD_WHOLE) {
        must(head.head_bytes > 0 && head.head_bytes <= size);
        must(od_floor_head_parse(text, head.head_bytes, &again) == state);
        must(head.head_bytes == again.head_bytes && head.body_bytes == again.body_bytes &&
             head.keep == again.keep && head.continues == again.continues);
        must(od_floor_head_parse(text, head.head_bytes - 1, &again) ==
             OD_FLOOR_HEAD_MORE);
    }
    if (state == OD_FLOOR_HEAD_MORE) {
        for (size_t len = 0; len < size; len++) {
            must(od_floor_head_parse(text, len, &head) == OD_FLOOR_HEAD_MORE);
        }
    }
    return 0;
}
