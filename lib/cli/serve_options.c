/* The command line of odbench-serve. */
#include "cli/serve_options.h"

#include <stddef.h>

/* One option: heading, letter, name, unit, type, member, default, largest value, help. */
#define OPTION(head, key, word, what, kind, member, preset, most, text)                  \
    {                                                                                    \
        .group = (head), .letter = (key), .name = (word), .unit = (what),                \
        .help = (text), .type = OD_OPT_##kind,                                           \
        .offset = offsetof(struct od_serve_options, member), .fallback = (preset),       \
        .max = (most)                                                                    \
    }

/* One of some words. */
#define CHOICE(head, word, what, member, preset, list, text)                             \
    {                                                                                    \
        .group = (head), .name = (word), .unit = (what), .help = (text),                 \
        .type = OD_OPT_CHOICE, .offset = offsetof(struct od_serve_options, member),      \
        .fallback = (preset), .choices = (list)                                          \
    }

static const char *const layouts[] = {"tf", "rows7", NULL};
static const char *const dialects[] = {"triton", "ovms",       "mlserver",
                                       "kserve", "torchserve", NULL};

static const struct od_opt opts[] = {
    OPTION(
        "Models", 'm', "model", "NAME=SOURCE", REPEAT, models, NULL, 0,
        "serve a model under a name; SOURCE is one of --list-models; NAME alone is its "
        "own source; may be given again (default: scenes-ssd and scenes-rcnn)"),
    OPTION("Models", 0, "models-dir", "DIR", STRING, models_dir, NULL, 0,
           "where the project's own models are (default: ODBENCH_MODELS, else the folder "
           "that came with the program)"),
    OPTION("Models", 0, "list-models", NULL, FLAG, list_models, NULL, 0,
           "print what --model takes, and end"),
    OPTION("Models", 0, "score-min", "X", REAL, score_min, "0.005", 1,
           "return no box of a lower score"),
    OPTION("Models", 0, "nms-iou", "X", REAL, nms_iou, "0.45", 1,
           "overlap above which the weaker of two boxes of a class is dropped"),
    OPTION("Models", 0, "max-boxes", "N", INT, max_boxes, "100", 10000,
           "return at most this many boxes an image"),
    OPTION("Models", 0, "seed", "N", UINT64, seed, "1", 0,
           "of random weights and random delays"),
    OPTION("Answers", 0, "input-format", "[MODEL:]KEY=VALUE,...", REPEAT, input_formats,
           NULL, 0,
           "how a model takes its pictures: type, layout, size, channels, mean, scale as "
           "odbench-run has them; may be given again (default: pixels as they are)"),
    OPTION("Answers", 0, "input-name", "NAME", STRING, input_name, NULL, 0,
           "name of the models' input (default: inputs)"),
    CHOICE("Answers", "outputs", "LAYOUT", outputs, "tf", layouts,
           "how outputs hold boxes: tf, the four of Object Detection API, or rows7, rows "
           "of seven as Intel's detectors have them"),
    OPTION("Answers", 0, "tensor-content", NULL, FLAG, tensor_content, NULL, 0,
           "tfs-grpc: tensors as bytes instead of typed lists"),
    CHOICE("Answers", "dialect", "SERVER", dialect, "triton", dialects,
           "whose habits the Open Inference Protocol has: triton, ovms, mlserver, kserve "
           "or torchserve"),
    OPTION("Answers", 0, "profile", "NAME|FILE", STRING, profile, NULL, 0,
           "how the protocol web asks and answers, see odbench-profile(5)"),
    OPTION("Network", 0, "listen", "ADDRESS", STRING, listen, "127.0.0.1", 0,
           "address to listen on"),
    OPTION("Network", 0, "grpc-port", "PORT", INT, grpc_port, "8500", 65535,
           "port for gRPC; 0 takes a free one"),
    OPTION("Network", 0, "rest-port", "PORT", INT, rest_port, "8501", 65535,
           "port for REST; 0 takes a free one"),
    OPTION("Network", 0, "port-file", "FILE", STRING, port_file, NULL, 0,
           "write grpc=PORT and rest=PORT there when ready"),
    OPTION("Security", 0, "cert", "FILE", STRING, cert, NULL, 0,
           "certificate chain, PEM: speak TLS on both ports; needs --key"),
    OPTION("Security", 0, "key", "FILE", STRING, key, NULL, 0,
           "the certificate's private key, PEM, not encrypted"),
    OPTION("Security", 0, "cacert", "FILE", STRING, cacert, NULL, 0,
           "certificates, PEM: clients must show one that these have signed"),
    OPTION("Security", 0, "token-file", "FILE", STRING, token_file, NULL, 0,
           "requests must carry the bearer token in the first line of FILE"),
    OPTION("Load", 'w', "workers", "N", INT, workers, "0", 1024,
           "detections at a time, a model; 0 is one a CPU, and no bound for fixed:DELAY"),
    OPTION("Load", 0, "queue", "N", INT, queue, "64", 1000000,
           "requests that may wait for a worker, a model; more are refused"),
    OPTION("Load", 0, "max-body", "SIZE", BYTES, max_body, "256MiB", 0,
           "largest request body; 0 is any"),
    OPTION("Load", 0, "timeout", "TIME", DURATION, timeout_ns, "30s", 0,
           "answer later than this with an error; 0 is never"),
    OPTION("Load", 0, "grace", "TIME", DURATION, grace_ns, "10s", 0,
           "time for the requests that are in when the server is told to stop"),
    OPTION("Messages", 0, "stamp-log", "FILE", STRING, stamp_log, NULL, 0,
           "log when each request was in and its reply went out, as CSV"),
    OPTION("Messages", 'q', "quiet", NULL, FLAG, quiet, NULL, 0, "print errors only"),
    OPTION("Messages", 'v', "verbose", NULL, FLAG, verbose, NULL, 0,
           "print a line a request"),
};

static const char *const examples[] = {
    "odbench-serve",
    "odbench-serve --model ruler=fixed:20ms --grpc-port 0 --rest-port 0 "
    "--port-file ports",
    NULL};

const struct od_program od_serve_program = {
    .name = "odbench-serve",
    .usage = "[options]",
    .purpose = "Serve object detection over the gRPC and REST interfaces of inference "
               "servers.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .examples = examples,
};
