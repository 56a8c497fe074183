/* From options to a calibration. */
#include "bench/calibrate.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"
#include "bench/request_size.h"
#include "net/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A status, a JPEG, tensors of 300x300, 640x480 and 1440x1440, JSON of 640x480. */
static const size_t usual_sizes[] = {1000, 120000, 270000, 921600, 3900000, 6220800};

#define ROUNDS ((size_t)15)
#define BATCH  ((size_t)50)

/* --pin: the first is the client's, the second the servers'. */
static int read_pins(const struct od_strings *pin, struct od_calibrate *ask,
                     struct od_err *err)
{
    int *cpus[] = {&ask->client_cpu, &ask->server_cpu};
    for (size_t i = 0; i < pin->count && i < 2; i++) {
        int64_t cpu = 0;
        if (od_parse_i64(pin->items[i], 0, 4095, &cpu, err) != 0) {
            od_err_context(err, "--pin");
            return -1;
        }
        *cpus[i] = (int)cpu;
    }
    return 0;
}

static int check_output(const struct od_run_options *options, struct od_err *err)
{
    const char *path = options->output;
    return path == NULL || options->force || strcmp(path, "-") == 0 ||
                   !od_file_exists(path)
               ? 0
               : od_fail(err, OD_EOUTPUT, "%s: exists; --force replaces it", path);
}

static int write_csv(const char *path, const struct od_buf *csv, struct od_err *err)
{
    if (strcmp(path, "-") != 0) {
        return od_file_write(path, csv->data, csv->len, err);
    }
    return od_fd_write(STDOUT_FILENO, csv->data, csv->len) == 0
               ? 0
               : od_fail(err, OD_EOUTPUT, "standard output: %s", strerror(errno));
}

/* The sizes of a run's cells, each once, in order. Owned by the caller. */
static int sizes_of(const struct od_run *run, size_t **out, size_t *count,
                    struct od_err *err)
{
    size_t *sizes = od_xcalloc(run->cell_count, sizeof *sizes);
    *count = 0;
    for (size_t i = 0; i < run->cell_count; i++) {
        size_t bytes = 0;
        size_t at = 0;
        if (od_request_bytes(run->plan, &run->cells[i], &bytes, err) != 0) {
            free(sizes);
            return -1;
        }
        while (at < *count && sizes[at] < bytes) {
            at++;
        }
        if (at < *count && sizes[at] == bytes) {
            continue;
        }
        memmove(sizes + at + 1, sizes + at, (*count - at) * sizeof *sizes);
        sizes[at] = bytes;
        (*count)++;
    }
    *out = sizes;
    return 0;
}

static int calibrate(const struct od_launch *launch, const struct od_calibrate *ask,
                     struct od_buf *text, struct od_err *err)
{
    struct od_calibration calibration;
    struct od_buf csv;
    int rc = od_calibrate_measure(ask, &calibration, err);
    if (rc == 0) {
        od_calibration_table(ask, &calibration, text);
    }
    if (rc == 0 && launch->options->output != NULL) {
        od_buf_init(&csv, 0);
        od_calibration_csv(ask, &calibration, &csv);
        rc = write_csv(launch->options->output, &csv, err);
        od_buf_release(&csv);
    }
    od_calibration_release(&calibration);
    return rc;
}

int od_calibrate_launch(const struct od_launch *launch, const struct od_run *run,
                        struct od_buf *text, struct od_err *err)
{
    const struct od_run_options *o = launch->options;
    size_t *sizes = NULL;
    struct od_calibrate ask = {.sizes = usual_sizes,
                               .size_count = sizeof usual_sizes / sizeof *usual_sizes,
                               .fresh = o->paper || strcmp(o->connection, "new") == 0,
                               .paper = o->paper,
                               .client_cpu = -1,
                               .server_cpu = -1,
                               .rounds = ROUNDS,
                               .batch = BATCH,
                               .interrupted = launch->interrupted};
    if (read_pins(&o->pin, &ask, err) != 0 || check_output(o, err) != 0 ||
        (run != NULL && sizes_of(run, &sizes, &ask.size_count, err) != 0)) {
        return -1;
    }
    ask.sizes = run != NULL ? sizes : usual_sizes;
    int rc = -1;
    if (od_net_init(OD_GRPC, err) == 0) {
        if (od_net_init(OD_HTTP, err) == 0) {
            rc = calibrate(launch, &ask, text, err);
            od_net_shutdown(OD_HTTP);
        }
        od_net_shutdown(OD_GRPC);
    }
    free(sizes);
    return rc;
}
