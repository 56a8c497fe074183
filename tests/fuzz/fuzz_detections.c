/* Files of detections as a run may have left them, and as somebody may have changed them:
 * every line that is read has its place, and a refusal names a line. */
#include "fuzz.h"

#include "accuracy/join.h"
#include "base/file.h"
#include "record/meta.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(const struct od_recorded *recorded, size_t newlines)
{
    if (recorded->count > newlines) {
        abort();
    }
    for (size_t i = 0; i < recorded->count; i++) {
        const struct od_detection_line *line = &recorded->items[i];
        for (int k = 0; k < 4; k++) {
            if (!isfinite(line->found.box[k])) {
                abort();
            }
        }
        if (!isfinite(line->found.score) || line->run_id == NULL ||
            line->cell_id == NULL) {
            abort();
        }
    }
}

static size_t count_newlines(const uint8_t *data, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += data[i] == '\n';
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char rows[] = "/tmp/odbench-fuzz-XXXXXX";
    struct od_err err = {0};
    struct od_recorded recorded = {0};
    bool present = false;
    int fd = mkstemp(rows);
    char *path = od_companion_path(rows, ".detections.jsonl");
    if (fd < 0 || od_file_write(path, data, size, NULL) != 0) {
        abort();
    }
    (void)close(fd);
    if (od_recorded_read(&recorded, rows, &present, &err) == 0) {
        check(&recorded, count_newlines(data, size));
    } else if (err.code != OD_EINPUT || strncmp(err.msg, path, strlen(path)) != 0 ||
               recorded.count != 0 || present) {
        abort();
    }
    od_recorded_release(&recorded);
    (void)unlink(path);
    (void)unlink(rows);
    free(path);
    return 0;
}
