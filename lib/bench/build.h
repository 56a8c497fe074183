/* Options become a plan. */
#ifndef OD_BENCH_BUILD_H
#define OD_BENCH_BUILD_H

#include "bench/options.h"
#include "bench/plan.h"

/*
 * Fills *plan (zeroed by the caller, released by it in either case) all but the data set.
 * client is this machine's name, used when options give none, and must outlive the plan,
 * as must options. Fails with OD_EINPUT naming option and value.
 */
int od_plan_build(const struct od_run_options *options, const char *client,
                  struct od_plan *plan, struct od_err *err) OD_MUST_CHECK;

/* The same for --list-models, whose targets these are: models and protocols may be
 * missing, a target without any speaks all that its ports have. */
int od_plan_build_listing(const struct od_run_options *options, const char *client,
                          struct od_plan *plan, struct od_err *err) OD_MUST_CHECK;

/* The part of it that fills the models: names, formats. */
int od_plan_build_models(const struct od_run_options *options, struct od_plan *plan,
                         struct od_err *err) OD_MUST_CHECK;

/* The part of it that fills pace and goals, and concurrency when the plan has none yet;
 * checks what does not go together. */
int od_plan_build_load(const struct od_run_options *options, struct od_plan *plan,
                       struct od_err *err) OD_MUST_CHECK;

#endif
