/* What the machine did meanwhile: counters of the kernel, read before and after. */
#ifndef OD_RECORD_WATCH_H
#define OD_RECORD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* -1 (and "" for texts) where the kernel does not tell. */
struct od_machine {
    int64_t at_ns;         /* od_now_ns */
    int64_t wall_ahead_ns; /* od_wall_ahead_ns: moves when the clock is set */
    int64_t cpu_busy_ns;   /* all CPUs, all processes, since boot */
    int64_t cpu_steal_ns;  /* taken by the hypervisor */
    int64_t cpu_total_ns;  /* busy, idle and steal of all CPUs */
    int64_t self_cpu_ns;   /* this process: user and system time */
    int64_t swap_pages;    /* in and out since boot */
    int64_t throttles;     /* thermal throttle events of all CPUs since boot */
    int64_t freq_min_khz;  /* lowest and highest current frequency over the CPUs */
    int64_t freq_max_khz;
    char governor[32]; /* of all CPUs; "mixed" when they differ */
};

/*
 * Reads everything: some 100 us, and more where there are many CPUs, so outside any
 * clock. Any thread.
 */
void od_machine_read(struct od_machine *out);

/* The same from another root than "/", for tests; root has no slash at its end. The
 * clocks and the process are the real ones. */
void od_machine_read_from(const char *root, struct od_machine *out);

/*
 * What changed between two readings. -1 is "not known": a reading lacks it, or a counter
 * went backwards, or the span was shorter than a tick of the kernel's.
 */
struct od_machine_change {
    int64_t span_ns;
    int64_t clock_step_ns; /* how far the wall clock was set, to either side: 0 when it
                              moved by less than 500 ppm of the span or 1 ms */
    double busy_ratio;     /* of all CPUs */
    double self_ratio;     /* of one CPU: 1.5 is one and a half */
    double steal_ratio;    /* of all CPUs */
    int64_t swap_pages;
    int64_t throttles;
    double freq_ratio; /* relative change of the highest current frequency; it is a look
                          at two moments */
    bool governor_changed;
};
struct od_machine_change od_machine_compare(const struct od_machine *before,
                                            const struct od_machine *after);

#endif
