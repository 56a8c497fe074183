/* The floors of a run's cells: which are measured, which share, which stay unknown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dataset_fixture.h"

#include "bench/floors.h"
#include "net/conn.h"

#include <stdlib.h>

#define CELLS 6

struct fixture {
    char *folder;
    char *image;
    struct od_dataset *dataset;
    struct od_model model;
    struct od_plan plan;
    struct od_cell cells[CELLS];
    volatile sig_atomic_t interrupted;
    struct od_run run;
};

/* Of no place: nothing is sent. */
static const struct od_target target = {.name = NULL};

static struct od_cell cell_of(const struct fixture *f, const char *protocol,
                              enum od_payload payload)
{
    return (struct od_cell){.model = &f->model,
                            .asked = f->model,
                            .protocol = od_protocol_find(protocol),
                            .target = &target,
                            .payload = payload,
                            .concurrency = 1,
                            .floor_raw_ns = -1,
                            .floor_client_ns = -1};
}

static void set_up(struct fixture *f)
{
    *f = (struct fixture){.folder = scratch_new(), .model = {.name = "m"}};
    f->image = fixture_image(f->folder, "a.jpg", 200, 100);
    const char *path = f->image;
    struct od_dataset_spec spec = {.paths = &path, .path_count = 1};
    assert_int_equal(od_dataset_open(&spec, &f->dataset, NULL), 0);
    f->plan.dataset = f->dataset;
    f->cells[0] = cell_of(f, "tfs-grpc", OD_PAYLOAD_TENSOR);
    f->cells[1] = cell_of(f, "tfs-rest", OD_PAYLOAD_JSON);
    f->cells[2] = cell_of(f, "tfs-grpc", OD_PAYLOAD_TENSOR);
    f->cells[2].concurrency = 4;
    f->cells[3] = cell_of(f, "tfs-grpc", OD_PAYLOAD_JPEG);
    f->cells[4] = cell_of(f, "tfs-rest", OD_PAYLOAD_B64);
    f->cells[5] = cell_of(f, "tfs-grpc", OD_PAYLOAD_TENSOR);
    f->cells[5].skipped = true;
    f->run = (struct od_run){.plan = &f->plan,
                             .cells = f->cells,
                             .cell_count = CELLS,
                             .interrupted = &f->interrupted};
}

static void tear_down(struct fixture *f)
{
    od_dataset_close(f->dataset);
    free(f->image);
    scratch_free(f->folder);
}

/* Another size or transport has a floor of its own, if there was time for all of them. */
static bool have_their_own(const struct od_cell *cells)
{
    return cells[0].floor_client_ns != cells[1].floor_client_ns &&
           cells[0].floor_client_ns != cells[3].floor_client_ns &&
           cells[1].floor_client_ns != cells[4].floor_client_ns;
}

static void measure(struct fixture *f)
{
    struct od_err err = {0};
    if (od_run_floors(&f->run, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_true(f->cells[i].floor_raw_ns > 0);
        assert_true(f->cells[i].floor_client_ns > 0);
    }
    /* The same request, the same floor. */
    assert_int_equal(f->cells[0].floor_client_ns, f->cells[2].floor_client_ns);
    assert_int_equal(f->cells[0].floor_raw_ns, f->cells[2].floor_raw_ns);
    assert_int_equal(f->cells[5].floor_raw_ns, -1);
    assert_int_equal(f->cells[5].floor_client_ns, -1);
}

static void test_cells(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    for (int fresh = 0; fresh < 2; fresh++) {
        f.plan.fresh = fresh == 1;
        int tries = 0;
        do {
            measure(&f);
        } while (!have_their_own(f.cells) && ++tries < 20);
        assert_true(tries < 20);
    }
    tear_down(&f);
}

/* An interrupt leaves -1 behind, and so does an image that cannot be read. */
static void test_unknown(void **state)
{
    (void)state;
    struct fixture f;
    struct od_err err = {0};
    set_up(&f);
    f.interrupted = 2;
    assert_int_equal(od_run_floors(&f.run, &err), -1);
    assert_int_equal(err.code, OD_ECANCELLED);
    for (size_t i = 0; i < CELLS; i++) {
        assert_int_equal(f.cells[i].floor_raw_ns, -1);
    }
    f.interrupted = 0;
    assert_int_equal(remove(f.image), 0);
    assert_int_equal(od_run_floors(&f.run, NULL), 0);
    for (size_t i = 0; i < CELLS; i++) {
        assert_int_equal(f.cells[i].floor_raw_ns, -1);
    }
    tear_down(&f);
}

static int start(void **state)
{
    (void)state;
    return od_net_init(OD_GRPC, NULL) == 0 ? od_net_init(OD_HTTP, NULL) : -1;
}

static int finish(void **state)
{
    (void)state;
    od_net_shutdown(OD_GRPC);
    od_net_shutdown(OD_HTTP);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
