/*
 * What a row costs: threads put rows as odbench-run's workers do, and the time of each
 * put is taken. usage: writer FILE PRODUCERS ROWS [ROWS_PER_S [BOXES]] (rows of all
 * producers together; rate 0: as fast as they go; boxes a row go to FILE.jsonl). Prints
 * one line of name=value pairs.
 */
#include "record/writer.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/parse.h"
#include "stats/quantile.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BOXES = 100 };

struct job {
    struct od_writer *writer;
    int worker;
    int64_t rows;
    int64_t gap_ns; /* between rows of this thread; 0: none */
    size_t boxes;
    int64_t *put_ns;
    int64_t lost;
};

/* As full as a row of a gRPC run with the reference server. */
static void fill(struct od_record *r, int64_t i, int64_t now)
{
    static const char *const names[] = {"000000000139.jpg", "000000000285.jpg",
                                        "000000000632.jpg", "000000000724.jpg"};
    od_record_init(r);
    r->run_id = "20261121T023944Z-1a2b3c";
    r->cell_id = "c001";
    r->rep = 1;
    r->seq = i + 1;
    r->attempt = 1;
    r->phase = "main";
    r->client = "client";
    r->target = "127.0.0.1";
    r->placement = "local";
    r->model = "scenes-ssd";
    r->model_version = "1";
    r->weights = "trained";
    r->protocol = "tfs-grpc";
    r->payload = "tensor";
    r->batch = 1;
    r->concurrency = 4;
    r->connection = "reuse";
    r->image_id = 139 + i % 5000;
    r->file_name = names[i % 4];
    r->file_bytes = 161811;
    r->width = 640;
    r->height = 426;
    r->gt_objects = 20;
    r->start_unix_ns = INT64_C(1795228784123456789);
    r->sched_ns = now;
    r->send_ns = now + 1234;
    r->end_ns = now + 31234567;
    r->status = "ok";
    r->code = 0;
    r->service_ns = 31233333 + i % 1000;
    r->response_ns = 31234567 + i % 1000;
    r->prepare_ns = 4123456;
    r->decode_ns = 12345;
    r->queue_ns = 1234;
    r->upload_ns = 345678;
    r->wait_ns = 30765432;
    r->download_ns = 122223;
    r->remainder_ns = 0;
    r->srv_total_ns = 30123456;
    r->srv_queue_ns = 12345;
    r->srv_preprocess_ns = 1234567;
    r->srv_infer_ns = 28123456;
    r->srv_postprocess_ns = 123456;
    r->srv_source = "server-timing";
    r->conn_id = 1;
    r->tcp_rtt_ns = 45678;
    r->tcp_retransmits = 0;
    r->bytes_up = 817996;
    r->bytes_down = 4321;
    r->detections = 7;
    r->max_score = (double)(0.5F + (float)(i % 1000) / 2003.0F);
    memcpy(r->result_hash, "0123456789abcdef", 17);
}

static void *produce(void *context)
{
    struct job *job = context;
    struct od_box items[MAX_BOXES];
    struct od_boxes boxes = {.items = items, .count = job->boxes};
    for (size_t i = 0; i < job->boxes; i++) {
        float at = (float)i / 311.0F;
        items[i] = (struct od_box){at, at / 2, at + 0.25F, at + 0.5F, 0.9F - at, (int)i};
    }
    int64_t begin = od_now_ns();
    for (int64_t i = 0; i < job->rows; i++) {
        struct od_record record;
        int64_t due = begin + i * job->gap_ns;
        /* Many rows are due at once when gaps are shorter than a sleep lasts. */
        if (job->gap_ns > 0 && od_now_ns() < due) {
            od_sleep_until_ns(due);
        }
        fill(&record, i, i);
        int64_t before = od_now_ns();
        int rc = od_writer_put(job->writer, job->worker, &record, &boxes);
        job->put_ns[i] = od_now_ns() - before;
        job->lost += rc != 0 ? 1 : 0;
    }
    return NULL;
}

static int64_t number(int argc, char **argv, int i, int64_t fallback, int64_t max)
{
    struct od_err err = {0};
    int64_t value = fallback;
    if (i < argc && od_parse_i64(argv[i], 0, max, &value, &err) != 0) {
        fprintf(stderr, "writer: %s\n", err.msg);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    struct od_err err = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: writer FILE PRODUCERS ROWS [ROWS_PER_S [BOXES]]\n");
        return 2;
    }
    int producers = (int)number(argc, argv, 2, 1, 1024);
    producers = producers > 0 ? producers : 1;
    int64_t each = number(argc, argv, 3, 0, INT64_C(1000000000)) / producers;
    int64_t rate = number(argc, argv, 4, 0, INT64_C(1000000000));
    size_t boxes = (size_t)number(argc, argv, 5, 0, MAX_BOXES);
    char *lines = od_xasprintf("%s.jsonl", argv[1]);
    struct od_writer_spec spec = {.path = argv[1],
                                  .detections = boxes > 0 ? lines : NULL,
                                  .force = true,
                                  .workers = producers};
    struct od_writer *writer = NULL;
    struct job *jobs = od_xcalloc((size_t)producers, sizeof *jobs);
    pthread_t *threads = od_xcalloc((size_t)producers, sizeof *threads);
    int64_t *put_ns = od_xcalloc((size_t)(each * producers) + 1, sizeof *put_ns);
    if (od_writer_open(&spec, &writer, &err) != 0) {
        fprintf(stderr, "writer: %s\n", err.msg);
        return 6;
    }
    int64_t begin = od_now_ns();
    for (int i = 0; i < producers; i++) {
        jobs[i] = (struct job){.writer = writer,
                               .worker = i,
                               .rows = each,
                               .gap_ns = rate > 0 ? producers * 1000000000LL / rate : 0,
                               .boxes = boxes,
                               .put_ns = put_ns + i * each};
        if (pthread_create(&threads[i], NULL, produce, &jobs[i]) != 0) {
            return 70;
        }
    }
    int64_t lost = 0;
    for (int i = 0; i < producers; i++) {
        (void)pthread_join(threads[i], NULL);
        lost += jobs[i].lost;
    }
    int rc = od_writer_close(writer, &err);
    double seconds = (double)(od_now_ns() - begin) / 1e9;
    size_t count = (size_t)(each * producers);
    od_sort_ns(put_ns, count);
    printf("producers=%d rows=%zu lost=%" PRId64 " rows_per_s=%.0f", producers, count,
           lost, (double)count / seconds);
    if (count > 0) {
        printf(" put_p50_ns=%" PRId64 " put_p99_ns=%" PRId64 " put_max_ns=%" PRId64,
               od_quantile_ns(put_ns, count, 500), od_quantile_ns(put_ns, count, 990),
               put_ns[count - 1]);
    }
    printf("\n");
    free(put_ns);
    free(threads);
    free(jobs);
    free(lines);
    return rc == 0 ? 0 : 6;
}
