/* What the machine did meanwhile: counters of the kernel, read before and after. */
#include "record/watch.h"

#include "base/clock.h"
#include "record/sysfile.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* adjtime(3) and ntpd turn the clock by at most so much; a step is what goes beyond. */
#define DRIFT_PPM     500
#define STEP_LEAST_NS INT64_C(1000000)

/* Columns of the line "cpu" in /proc/stat, proc(5). Guest time is in user and nice. */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COLUMNS };

static int64_t self_cpu(void)
{
    struct rusage use;
    if (getrusage(RUSAGE_SELF, &use) != 0) {
        return -1;
    }
    int64_t seconds = (int64_t)use.ru_utime.tv_sec + use.ru_stime.tv_sec;
    int64_t micros = (int64_t)use.ru_utime.tv_usec + use.ru_stime.tv_usec;
    return seconds * 1000000000 + micros * 1000;
}

static void read_stat(const char *root, struct od_machine *out)
{
    char text[512];
    long hertz = sysconf(_SC_CLK_TCK);
    if (hertz <= 0 || !od_sysfile_read(root, "/proc/stat", text, sizeof text) ||
        strncmp(text, "cpu ", 4) != 0) {
        return;
    }
    int64_t ticks[COLUMNS] = {0};
    int known = 0;
    const char *p = text + 4;
    while (known < COLUMNS && *p != '\n') {
        char *end = NULL;
        errno = 0;
        long long value = strtoll(p, &end, 10);
        if (end == p || errno != 0 || value < 0) {
            break;
        }
        ticks[known++] = value;
        p = end;
    }
    if (known <= SOFTIRQ) {
        return;
    }
    int64_t busy =
        ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] + ticks[SOFTIRQ];
    int64_t tick_ns = 1000000000 / hertz;
    out->cpu_busy_ns = busy * tick_ns;
    out->cpu_total_ns = (busy + ticks[IDLE] + ticks[IOWAIT] + ticks[STEAL]) * tick_ns;
    out->cpu_steal_ns = known > STEAL ? ticks[STEAL] * tick_ns : -1;
}

static void read_swap(const char *root, struct od_machine *out)
{
    char text[16384];
    if (od_sysfile_read(root, "/proc/vmstat", text, sizeof text)) {
        int64_t in = od_sysfile_field(text, "pswpin ");
        int64_t back = od_sysfile_field(text, "pswpout ");
        out->swap_pages = in >= 0 && back >= 0 ? in + back : -1;
    }
}

static void add_throttles(const char *root, const char *path, struct od_machine *out)
{
    int64_t events = od_sysfile_number(root, path);
    if (events >= 0) {
        out->throttles = (out->throttles >= 0 ? out->throttles : 0) + events;
    }
}

static void read_cpu(const char *root, int cpu, void *arg)
{
    struct od_machine *out = arg;
    char path[96];
    char text[sizeof out->governor];
    static const char base[] = "/sys/devices/system/cpu";
    (void)snprintf(path, sizeof path, "%s/cpu%d/thermal_throttle/core_throttle_count",
                   base, cpu);
    add_throttles(root, path, out);
    (void)snprintf(path, sizeof path, "%s/cpu%d/thermal_throttle/package_throttle_count",
                   base, cpu);
    add_throttles(root, path, out);
    (void)snprintf(path, sizeof path, "%s/cpu%d/cpufreq/scaling_cur_freq", base, cpu);
    int64_t khz = od_sysfile_number(root, path);
    if (khz >= 0) {
        out->freq_min_khz =
            out->freq_min_khz < 0 || khz < out->freq_min_khz ? khz : out->freq_min_khz;
        out->freq_max_khz = khz > out->freq_max_khz ? khz : out->freq_max_khz;
    }
    (void)snprintf(path, sizeof path, "%s/cpu%d/cpufreq/scaling_governor", base, cpu);
    if (od_sysfile_read(root, path, text, sizeof text)) {
        bool other = out->governor[0] != '\0' && strcmp(out->governor, text) != 0;
        (void)snprintf(out->governor, sizeof out->governor, "%s", other ? "mixed" : text);
    }
}

void od_machine_read_from(const char *root, struct od_machine *out)
{
    *out = (struct od_machine){.at_ns = od_now_ns(),
                               .wall_ahead_ns = od_wall_ahead_ns(),
                               .cpu_busy_ns = -1,
                               .cpu_steal_ns = -1,
                               .cpu_total_ns = -1,
                               .self_cpu_ns = self_cpu(),
                               .swap_pages = -1,
                               .throttles = -1,
                               .freq_min_khz = -1,
                               .freq_max_khz = -1};
    read_stat(root, out);
    read_swap(root, out);
    (void)od_sysfile_cpus(root, read_cpu, out);
}

void od_machine_read(struct od_machine *out)
{
    od_machine_read_from("", out);
}

/* -1 when a side is unknown or the counter went back (a CPU was taken away). */
static int64_t grown(int64_t before, int64_t after)
{
    return before >= 0 && after >= before ? after - before : -1;
}

static double share(int64_t part, int64_t whole)
{
    return part >= 0 && whole > 0 ? (double)part / (double)whole : -1;
}

static int64_t clock_step(const struct od_machine *a, const struct od_machine *b,
                          int64_t span_ns)
{
    int64_t moved = b->wall_ahead_ns - a->wall_ahead_ns;
    int64_t size = moved < 0 ? -moved : moved;
    int64_t drift = span_ns / 1000000 * DRIFT_PPM;
    return size > drift && size > STEP_LEAST_NS ? moved : 0;
}

struct od_machine_change od_machine_compare(const struct od_machine *before,
                                            const struct od_machine *after)
{
    int64_t span_ns = after->at_ns - before->at_ns;
    int64_t total = grown(before->cpu_total_ns, after->cpu_total_ns);
    struct od_machine_change change = {
        .span_ns = span_ns,
        .clock_step_ns = clock_step(before, after, span_ns),
        .busy_ratio = share(grown(before->cpu_busy_ns, after->cpu_busy_ns), total),
        .self_ratio = share(grown(before->self_cpu_ns, after->self_cpu_ns), span_ns),
        .steal_ratio = share(grown(before->cpu_steal_ns, after->cpu_steal_ns), total),
        .swap_pages = grown(before->swap_pages, after->swap_pages),
        .throttles = grown(before->throttles, after->throttles),
        .freq_ratio = -1,
        .governor_changed = strcmp(before->governor, after->governor) != 0};
    if (before->freq_max_khz > 0 && after->freq_max_khz > 0) {
        change.freq_ratio = fabs((double)(after->freq_max_khz - before->freq_max_khz)) /
                            (double)before->freq_max_khz;
    }
    return change;
}
