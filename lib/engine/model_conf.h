/* How pictures are fed to a user's model, where the model itself does not say. */
#ifndef OD_ENGINE_MODEL_CONF_H
#define OD_ENGINE_MODEL_CONF_H

#include "base/err.h"
#include "engine/dnn.h"

/*
 * Reads "STEM.conf" beside a model, if it is there, over the defaults in *input. Lines
 * are "key = value"; # begins a comment. Keys: width and height of the net's input in
 * pixels, scale and mean (one number or three) of (pixel - mean) * scale, channels (rgb
 * or bgr). Fails with OD_EINPUT, naming file and line; *input may then hold some of the
 * values.
 */
int od_model_conf_read(const char *model_path, struct od_dnn_input *input,
                       struct od_err *err) OD_MUST_CHECK;

#endif
