/* What a served model looks like from outside, and whether a request fits it. */
#ifndef OD_SERVER_CATALOG_H
#define OD_SERVER_CATALOG_H

#include "protocol/protocol.h"
#include "service/model_forms.h"

#include <stdbool.h>

/* Every model is served as this version; there are no labels. */
#define OD_CATALOG_VERSION 1

/* A batch of more pictures is refused: what an answer takes is bounded by it. */
#define OD_CATALOG_BATCH_MAX 4096

/* How a model is served. Zeros: "inputs", pixels as they are, the default style. */
struct od_catalog_form {
    char input[OD_NAME_MAX];
    struct od_input_format in;
    const struct od_style *style; /* borrowed */
};

/*
 * The facts of a model of that name: two signatures with the outputs of the style
 * (od_outputs_facts) and one input. "serving_default" takes what the form says, without
 * one UINT8 [-1,-1,-1,3]; "serving_encoded" takes STRING [-1], the bytes of JPEG files. A
 * form of type BYTES makes the first one like the second and leaves the second out, as
 * exports for encoded images are (odbench-wire(7), Models of the server).
 */
void od_catalog_facts(const char *name, const struct od_catalog_form *form,
                      struct od_model_facts *out);

/*
 * Whether a request can be answered with the models of that name (known false: there is
 * no such model). False fills *answer with TensorFlow Serving's code and text. The order
 * is its own too: model name, label, model and version, signature, inputs. JPEG bytes are
 * taken under "serving_default" as well, which TensorFlow Serving would refuse. Pixels of
 * another type, layout or size than the form's are refused; JSON has no types.
 */
bool od_catalog_check(const struct od_request *request, enum od_transport transport,
                      bool known, const struct od_catalog_form *form,
                      struct od_answer *answer);

#endif
