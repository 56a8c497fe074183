/* The machine that measures. */
#include "record/environ.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/linux.h"
#include "base/sort.h"
#include "record/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPU "/sys/devices/system/cpu"
/* The entry of one CPU, flags included; /proc/cpuinfo of a large machine is longer. */
#define CPUINFO_MAX 8192

/* A line "key : value" of /proc/cpuinfo; false when there is none. */
static bool cpuinfo_value(const char *text, const char *key, char *out, size_t size)
{
    size_t len = strlen(key);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, len) == 0 && colon != NULL &&
            strspn(line + len, " \t") == (size_t)(colon - line) - len) {
            const char *value = colon + 1 + strspn(colon + 1, " \t");
            (void)snprintf(out, size, "%.*s", (int)strcspn(value, "\n"), value);
            return *out != '\0';
        }
    }
    return false;
}

/* ARM's kernel gives numbers instead of a name. */
static void read_cpu_name(const char *root, const char *cpuinfo, struct od_environ *out)
{
    char maker[32] = "";
    char part[32] = "";
    if (cpuinfo_value(cpuinfo, "model name", out->cpu, sizeof out->cpu) ||
        cpuinfo_value(cpuinfo, "cpu model", out->cpu, sizeof out->cpu)) {
        return;
    }
    if (cpuinfo_value(cpuinfo, "CPU implementer", maker, sizeof maker) &&
        cpuinfo_value(cpuinfo, "CPU part", part, sizeof part)) {
        (void)snprintf(out->cpu, sizeof out->cpu, "implementer %s part %s", maker, part);
        return;
    }
    (void)od_sysfile_read(root, "/proc/device-tree/model", out->cpu, sizeof out->cpu);
}

/* What is gathered over the CPUs. */
struct cpus {
    struct od_environ *out;
    int64_t *cores; /* package << 32 | core, of each CPU; owned */
    size_t count;
    size_t capacity;
};

static int64_t cpu_number(const char *root, int cpu, const char *name)
{
    char path[96];
    (void)snprintf(path, sizeof path, CPU "/cpu%d/%s", cpu, name);
    return od_sysfile_number(root, path);
}

static void read_one(const char *root, int cpu, void *arg)
{
    struct cpus *cpus = arg;
    struct od_environ *out = cpus->out;
    char path[96];
    char text[sizeof out->governor];
    int64_t package = cpu_number(root, cpu, "topology/physical_package_id");
    int64_t core = cpu_number(root, cpu, "topology/core_id");
    if (core >= 0) {
        cpus->cores =
            od_xgrow(cpus->cores, cpus->count, &cpus->capacity, sizeof *cpus->cores);
        cpus->cores[cpus->count++] = (package > 0 ? package << 32 : 0) | core;
    }
    int64_t least = cpu_number(root, cpu, "cpufreq/scaling_min_freq");
    int64_t most = cpu_number(root, cpu, "cpufreq/scaling_max_freq");
    if (least >= 0 && (out->freq_min_khz < 0 || least < out->freq_min_khz)) {
        out->freq_min_khz = least;
    }
    out->freq_max_khz = most > out->freq_max_khz ? most : out->freq_max_khz;
    (void)snprintf(path, sizeof path, CPU "/cpu%d/cpufreq/scaling_governor", cpu);
    if (od_sysfile_read(root, path, text, sizeof text)) {
        bool other = out->governor[0] != '\0' && strcmp(out->governor, text) != 0;
        (void)snprintf(out->governor, sizeof out->governor, "%s", other ? "mixed" : text);
    }
    if (out->freq_driver[0] == '\0') {
        (void)snprintf(path, sizeof path, CPU "/cpu%d/cpufreq/scaling_driver", cpu);
        (void)od_sysfile_read(root, path, out->freq_driver, sizeof out->freq_driver);
    }
}

static void read_cpus(const char *root, struct od_environ *out)
{
    struct cpus cpus = {.out = out};
    int count = od_sysfile_cpus(root, read_one, &cpus);
    out->cpus_logical = count > 0 ? count : -1;
    if (cpus.count > 0) {
        od_sort_i64(cpus.cores, cpus.count);
        out->cpus_physical = 1;
        for (size_t i = 1; i < cpus.count; i++) {
            out->cpus_physical += cpus.cores[i] != cpus.cores[i - 1];
        }
    }
    free(cpus.cores);
}

/* intel_pstate tells what is off, acpi-cpufreq and amd-pstate tell what is on. */
static int read_turbo(const char *root)
{
    int64_t off = od_sysfile_number(root, CPU "/intel_pstate/no_turbo");
    if (off >= 0) {
        return off == 0;
    }
    int64_t on = od_sysfile_number(root, CPU "/cpufreq/boost");
    return on >= 0 ? on > 0 : -1;
}

/* What firmware tables of virtual machines say, in part. */
static const struct {
    const char *text;
    const char *name;
} firmware[] = {
    {"KVM", "kvm"},
    {"OpenStack", "kvm"},
    {"KubeVirt", "kvm"},
    {"Amazon EC2", "amazon"},
    {"QEMU", "qemu"},
    {"VMware", "vmware"},
    {"VMW", "vmware"},
    {"innotek GmbH", "virtualbox"},
    {"VirtualBox", "virtualbox"},
    {"Xen", "xen"},
    {"Bochs", "bochs"},
    {"Parallels", "parallels"},
    {"BHYVE", "bhyve"},
    {"Hyper-V", "microsoft"},
    {"Virtual Machine", "microsoft"},
    {"Google Compute Engine", "google"},
    {"Apple Virtualization", "apple"},
};

static const char *firmware_name(const char *root)
{
    static const char *const files[] = {"product_name", "sys_vendor", "board_vendor",
                                        "bios_vendor", "product_version"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[64];
        char text[128];
        (void)snprintf(path, sizeof path, "/sys/class/dmi/id/%s", files[i]);
        if (!od_sysfile_read(root, path, text, sizeof text)) {
            continue;
        }
        for (size_t n = 0; n < sizeof firmware / sizeof *firmware; n++) {
            if (strstr(text, firmware[n].text) != NULL) {
                return firmware[n].name;
            }
        }
    }
    return NULL;
}

/*
 * The CPU's own word ("hypervisor" among its flags) decides whether there is one, where
 * it has flags at all; firmware and /sys tell which. EC2's machines of bare metal have
 * the firmware text but no such flag.
 */
static void read_virtualisation(const char *root, const char *cpuinfo,
                                struct od_environ *out)
{
    char flags[CPUINFO_MAX] = "";
    char type[sizeof out->virtualisation];
    bool told = cpuinfo_value(cpuinfo, "flags", flags, sizeof flags);
    const char *name = firmware_name(root);
    if (told && strstr(flags, " hypervisor") == NULL) {
        name = "none";
    } else if (od_sysfile_read(root, "/sys/hypervisor/type", type, sizeof type)) {
        name = type;
    } else if (name == NULL) {
        name = told ? "vm" : "";
    }
    (void)snprintf(out->virtualisation, sizeof out->virtualisation, "%s", name);
}

static bool there(const char *root, const char *path)
{
    char *full = od_xasprintf("%s%s", root, path);
    bool found = od_file_exists(full);
    free(full);
    return found;
}

static const char *container_name(const char *root)
{
    static const char *const words[][2] = {{"kubepods", "kubernetes"},
                                           {"docker", "docker"},
                                           {"libpod", "podman"},
                                           {"lxc", "lxc"},
                                           {"containerd", "containerd"}};
    char text[4096];
    bool known = od_sysfile_read(root, "/proc/1/cgroup", text, sizeof text);
    for (size_t i = 0; known && i < sizeof words / sizeof *words; i++) {
        if (strstr(text, words[i][0]) != NULL) {
            return words[i][1];
        }
    }
    if (there(root, "/.dockerenv")) {
        return "docker";
    }
    if (there(root, "/run/.containerenv")) {
        return "podman";
    }
    /* Only a system that runs systemd itself puts process 1 there. */
    return known && strstr(text, "init.scope") != NULL ? "none" : "";
}

static int64_t kilobytes(const char *text, const char *key)
{
    int64_t value = od_sysfile_field(text, key);
    return value >= 0 && value < INT64_MAX / 1024 ? value * 1024 : -1;
}

static void read_memory(const char *root, struct od_environ *out)
{
    char text[4096];
    if (!od_sysfile_read(root, "/proc/meminfo", text, sizeof text)) {
        return;
    }
    out->memory_bytes = kilobytes(text, "MemTotal:");
    out->available_bytes = kilobytes(text, "MemAvailable:");
    int64_t total = kilobytes(text, "SwapTotal:");
    int64_t unused = kilobytes(text, "SwapFree:");
    out->swap_bytes = total >= 0 && unused >= 0 ? total - unused : -1;
}

void od_environ_read(const char *root, struct od_environ *out)
{
    char cpuinfo[CPUINFO_MAX];
    *out = (struct od_environ){.cpus_logical = -1,
                               .cpus_physical = -1,
                               .cpus_usable = od_cpu_count(),
                               .freq_min_khz = -1,
                               .freq_max_khz = -1,
                               .memory_bytes = -1,
                               .available_bytes = -1,
                               .swap_bytes = -1};
    (void)od_sysfile_read(root, "/proc/cpuinfo", cpuinfo, sizeof cpuinfo);
    read_cpu_name(root, cpuinfo, out);
    read_cpus(root, out);
    out->turbo = read_turbo(root);
    read_virtualisation(root, cpuinfo, out);
    (void)snprintf(out->container, sizeof out->container, "%s", container_name(root));
    read_memory(root, out);
    (void)od_sysfile_read(root,
                          "/sys/devices/system/clocksource/clocksource0/"
                          "current_clocksource",
                          out->clock_source, sizeof out->clock_source);
    (void)od_sysfile_read(root, "/proc/sys/net/ipv4/tcp_congestion_control",
                          out->tcp_congestion, sizeof out->tcp_congestion);
}

void od_load_read(const char *root, char *out, size_t size)
{
    (void)od_sysfile_read(root, "/proc/loadavg", out, size);
}
