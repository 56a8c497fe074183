/* The planned times of a block. */
#include "load/schedule.h"

#include <math.h>
#include <stdlib.h>

void od_schedule_release(struct od_schedule *schedule)
{
    free(schedule->offset_ns);
    free(schedule->rates);
    *schedule = (struct od_schedule){0};
}

int64_t od_schedule_at(const struct od_schedule *schedule, size_t i)
{
    return schedule->offset_ns != NULL
               ? schedule->offset_ns[i]
               : (int64_t)llround((double)i * 1e9 / schedule->rate_per_s);
}

double od_schedule_rate(const struct od_schedule *schedule, size_t i)
{
    return schedule->rates != NULL ? (double)schedule->rates[i] : schedule->rate_per_s;
}
