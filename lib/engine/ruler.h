/* What a calibration model does with time: how long it takes, when it stalls and fails.
 */
#ifndef OD_ENGINE_RULER_H
#define OD_ENGINE_RULER_H

#include "base/err.h"
#include "base/rng.h"

#include <stdint.h>

enum od_ruler_shape {
    OD_RULER_CONSTANT,
    OD_RULER_NORMAL,      /* cut at 0 */
    OD_RULER_EXPONENTIAL, /* centre_ns is the mean */
    OD_RULER_LOGNORMAL    /* centre_ns is the median */
};

struct od_ruler {
    enum od_ruler_shape shape;
    int64_t centre_ns;
    int64_t sd_ns; /* NORMAL: standard deviation */
    double sigma;  /* LOGNORMAL: standard deviation of the logarithm */
    /*
     * Stalls: stall_ns long, the first one period_ns after the model's first request,
     * then one every period_ns; 0 and 0 when there are none. While one lasts no request
     * makes progress, and what comes in begins when it ends.
     */
    int64_t stall_ns;
    int64_t period_ns;  /* longer than stall_ns */
    int64_t fail_every; /* every so-many-th request is answered with an error; 0: none */
};

/*
 * Reads what stands behind "fixed:": TIME, TIME~TIME (normal), exp:TIME or
 * lognormal:TIME~NUMBER, then ",stall=TIME/TIME" and ",fail=1/NUMBER" in any order. Fails
 * with OD_EINPUT or OD_ELIMIT (a time beyond one hour); *out is untouched then.
 */
int od_ruler_parse(const char *text, struct od_ruler *out,
                   struct od_err *err) OD_MUST_CHECK;

/*
 * The next time of a request, without stalls, in nanoseconds; never negative. A
 * log-normal one beyond an hour is drawn again.
 */
int64_t od_ruler_draw(const struct od_ruler *ruler, struct od_rng *rng);

/*
 * How long stalls stop a request that begins since_ns after the first one (negative:
 * before it) and has work_ns of work.
 */
int64_t od_ruler_stalled_ns(const struct od_ruler *ruler, int64_t since_ns,
                            int64_t work_ns);

#endif
