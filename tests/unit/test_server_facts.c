/* A server's times in headers. */
#include "service/server_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static void written(void **state)
{
    (void)state;
    struct od_server_facts facts;
    struct od_headers out = {0};
    od_server_facts_init(&facts);
    od_server_facts_write(&facts, &out);
    assert_int_equal(out.count, 0);
    facts.total_ns = 20000001;
    facts.infer_ns = 0;
    facts.proposals = 0;
    facts.model_bytes = 410354;
    memcpy(facts.weights, "fixed", 6);
    od_server_facts_write(&facts, &out);
    assert_string_equal(od_headers_get(&out, "Server-Timing"),
                        "total;dur=20.000001, infer;dur=0.000000");
    assert_string_equal(od_headers_get(&out, "odbench-proposals"), "0");
    assert_string_equal(od_headers_get(&out, "odbench-model-bytes"), "410354");
    assert_string_equal(od_headers_get(&out, "odbench-weights"), "fixed");
    od_headers_release(&out);
}

static void read_back(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t total_ns;
        int64_t infer_ns;
    } cases[] = {
        {"total;dur=20.000001, infer;dur=3", 20000001, 3000000},
        {"infer;dur=1.5,total;dur=2.5", 2500000, 1500000},
        {"total;desc=\"a, infer;dur=9\";dur=1", 1000000, -1},
        {" total ; DUR = \"7.25\" ;x=1", 7250000, -1},
        {"cache, db;dur=53, total", -1, -1},
        {"total;dur=-1", -1, -1},
        {"total;dur=", -1, -1},
        {"total;dur=abc, infer;dur=1", -1, 1000000},
        {"total;dur=1e3", -1, -1},
        {"total;dur=99999999999999999999", -1, -1},
        {"total;dur=.5", 500000, -1},
        {"total;dur=0.0000009", 0, -1},
        {"totals;dur=1, tota;dur=2", -1, -1},
        {"total;dur=1;dur=2", 1000000, -1},
        {"\"total;dur=1", -1, -1},
        {",,;;=,", -1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_headers in = {0};
        struct od_server_facts facts;
        od_headers_add(&in, "server-timing", cases[i].value);
        od_server_facts_read(&in, &facts);
        assert_int_equal(facts.total_ns, cases[i].total_ns);
        assert_int_equal(facts.infer_ns, cases[i].infer_ns);
        bool any = cases[i].total_ns >= 0 || cases[i].infer_ns >= 0;
        assert_string_equal(facts.source, any ? "server-timing" : "");
        od_headers_release(&in);
    }
}

/* Several headers of the name count as one list; bad values of ours are left out. */
static void several(void **state)
{
    (void)state;
    struct od_headers in = {0};
    struct od_server_facts facts;
    od_headers_add(&in, "Server-Timing", "total;dur=1");
    od_headers_add(&in, "SERVER-TIMING", "queue;dur=2");
    od_headers_add(&in, "odbench-proposals", "-4");
    od_headers_add(&in, "odbench-model-bytes", "12x");
    od_headers_add(&in, "odbench-weights", "a,b");
    od_server_facts_read(&in, &facts);
    assert_int_equal(facts.model_bytes, -1);
    od_headers_add(&in, "Odbench-Model-Bytes", "0");
    od_server_facts_read(&in, &facts);
    assert_int_equal(facts.model_bytes, 0);
    assert_int_equal(facts.total_ns, 1000000);
    assert_int_equal(facts.queue_ns, 2000000);
    assert_int_equal(facts.proposals, -1);
    assert_string_equal(facts.weights, "");
    od_headers_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written),
        cmocka_unit_test(read_back),
        cmocka_unit_test(several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
