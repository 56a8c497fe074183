/* What servers may choose in how they answer. */
#include "protocol/style.h"

const struct od_style od_style_default = {0};
