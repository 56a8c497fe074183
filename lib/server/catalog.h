/* What a served model looks like from outside, and whether a request fits it. */
#ifndef OD_SERVER_CATALOG_H
#define OD_SERVER_CATALOG_H

#include "protocol/protocol.h"

#include <stdbool.h>

/* Every model is served as this version; there are no labels. */
#define OD_CATALOG_VERSION 1

/* A batch of more pictures is refused: what an answer takes is bounded by it. */
#define OD_CATALOG_BATCH_MAX 4096

/*
 * The facts of a model of that name: two signatures with the four float outputs of an
 * Object Detection API export (odbench-wire(7), Models of the server) and one input,
 * "inputs". "serving_default" takes UINT8 [-1,-1,-1,3]; "serving_encoded" takes STRING
 * [-1], the bytes of JPEG files.
 */
void od_catalog_facts(const char *name, struct od_model_facts *out);

/*
 * Whether a request can be answered with the models of that name (known false: there is
 * no such model). False fills *answer with TensorFlow Serving's code and text. The order
 * is its own too: model name, label, model and version, signature, inputs. JPEG bytes are
 * taken under "serving_default" as well, which TensorFlow Serving would refuse.
 */
bool od_catalog_check(const struct od_request *request, enum od_transport transport,
                      bool known, struct od_answer *answer);

#endif
