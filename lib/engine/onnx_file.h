/* ONNX files: what they say of themselves, before OpenCV reads them. */
#ifndef OD_ENGINE_ONNX_FILE_H
#define OD_ENGINE_ONNX_FILE_H

#include "base/err.h"
#include "engine/dnn.h"

#include <stddef.h>

enum { OD_ONNX_NAME = 128 };

struct od_onnx_facts {
    char input[OD_ONNX_NAME]; /* the name of the input that is no weight */
    int dims;
    int shape[OD_DNN_DIMS]; /* 0 where the file leaves it open */
};

/*
 * Reads the outline of an ONNX file (protobuf: onnx.proto3 of the ONNX project, messages
 * ModelProto, GraphProto, NodeProto, ValueInfoProto). path is for messages. Fails with
 * OD_EINPUT (no ONNX, damaged, not exactly one input) or OD_EUNSUPPORTED (an operator
 * that OpenCV 4.6 cannot run, named).
 */
int od_onnx_probe(const char *path, const void *data, size_t len,
                  struct od_onnx_facts *out, struct od_err *err) OD_MUST_CHECK;

/* Reads, probes and loads a file. Fails as od_file_read, od_onnx_probe and od_dnn_read,
 * naming path. */
int od_onnx_open(const char *path, struct od_onnx_facts *facts, struct od_dnn **out,
                 struct od_err *err) OD_MUST_CHECK;

#endif
