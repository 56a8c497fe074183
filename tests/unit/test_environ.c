/*
 * The machine from made-up trees. The files are as kernels write them: proc(5),
 * Documentation/admin-guide/pm/cpufreq.rst,
 * Documentation/ABI/testing/sysfs-devices-system-cpu.
 */
#include "record/environ.h"

#include "base/linux.h"
#include "sys_tree.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#define CPU "/sys/devices/system/cpu"

static void add_cpu(const char *root, int cpu, const char *package, const char *core)
{
    char path[128];
    (void)snprintf(path, sizeof path, CPU "/cpu%d/topology/physical_package_id", cpu);
    tree_file(root, path, package);
    (void)snprintf(path, sizeof path, CPU "/cpu%d/topology/core_id", cpu);
    tree_file(root, path, core);
}

/* Two packages of one core with two threads each. */
static void test_metal(void **state)
{
    (void)state;
    struct od_environ e;
    char *root = scratch_new();
    tree_file(root, "/proc/cpuinfo",
              "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) Gold\n"
              "flags\t\t: fpu vme tsc\n\nprocessor\t: 1\nmodel name\t: Other\n");
    add_cpu(root, 0, "0\n", "0\n");
    add_cpu(root, 1, "0\n", "0\n");
    add_cpu(root, 2, "1\n", "0\n");
    add_cpu(root, 3, "1\n", "0\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_driver", "intel_pstate\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_governor", "powersave\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_min_freq", "800000\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_max_freq", "3500000\n");
    tree_file(root, CPU "/cpu3/cpufreq/scaling_governor", "powersave\n");
    tree_file(root, CPU "/cpu3/cpufreq/scaling_min_freq", "1000000\n");
    tree_file(root, CPU "/cpu3/cpufreq/scaling_max_freq", "3900000\n");
    tree_file(root, CPU "/intel_pstate/no_turbo", "1\n");
    tree_file(root, "/proc/meminfo",
              "MemTotal:       16000 kB\nMemFree: 1 kB\nMemAvailable:    9000 kB\n"
              "SwapTotal:        500 kB\nSwapFree:         100 kB\n");
    tree_file(root, "/sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
    tree_file(root, "/proc/1/cgroup", "0::/init.scope\n");
    tree_file(root, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
              "tsc\n");
    tree_file(root, "/proc/sys/net/ipv4/tcp_congestion_control", "bbr\n");
    od_environ_read(root, &e);
    assert_string_equal(e.tcp_congestion, "bbr");
    assert_string_equal(e.cpu, "Intel(R) Xeon(R) Gold");
    assert_int_equal(e.cpus_logical, 4);
    assert_int_equal(e.cpus_physical, 2);
    assert_int_equal(e.cpus_usable, od_cpu_count());
    assert_string_equal(e.freq_driver, "intel_pstate");
    assert_string_equal(e.governor, "powersave");
    assert_int_equal(e.freq_min_khz, 800000);
    assert_int_equal(e.freq_max_khz, 3900000);
    assert_int_equal(e.turbo, 0);
    assert_string_equal(e.virtualisation, "none");
    assert_string_equal(e.container, "none");
    assert_int_equal(e.memory_bytes, 16000 * 1024);
    assert_int_equal(e.available_bytes, 9000 * 1024);
    assert_int_equal(e.swap_bytes, 400 * 1024);
    assert_string_equal(e.clock_source, "tsc");
    tree_file(root, CPU "/cpu3/cpufreq/scaling_governor", "performance\n");
    tree_file(root, CPU "/intel_pstate/no_turbo", "0\n");
    od_environ_read(root, &e);
    assert_string_equal(e.governor, "mixed");
    assert_int_equal(e.turbo, 1);
    tree_free(root);
}

/* Nothing is there: nothing is known, and nothing is 0. */
static void test_unknown(void **state)
{
    (void)state;
    struct od_environ e;
    char load[64];
    char *root = scratch_new();
    od_environ_read(root, &e);
    assert_string_equal(e.tcp_congestion, "");
    assert_string_equal(e.cpu, "");
    assert_int_equal(e.cpus_logical, -1);
    assert_int_equal(e.cpus_physical, -1);
    assert_string_equal(e.freq_driver, "");
    assert_string_equal(e.governor, "");
    assert_int_equal(e.freq_min_khz, -1);
    assert_int_equal(e.freq_max_khz, -1);
    assert_int_equal(e.turbo, -1);
    assert_string_equal(e.virtualisation, "");
    assert_string_equal(e.container, "");
    assert_int_equal(e.memory_bytes, -1);
    assert_int_equal(e.available_bytes, -1);
    assert_int_equal(e.swap_bytes, -1);
    assert_string_equal(e.clock_source, "");
    od_load_read(root, load, sizeof load);
    assert_string_equal(load, "");
    tree_file(root, "/proc/loadavg", "0.52 0.58 0.59 2/200 1234\n");
    od_load_read(root, load, sizeof load);
    assert_string_equal(load, "0.52 0.58 0.59 2/200 1234");
    tree_file(root, CPU "/cpufreq/boost", "1\n");
    od_environ_read(root, &e);
    assert_int_equal(e.turbo, 1);
    tree_free(root);
}

static void test_virtual(void **state)
{
    static const struct {
        const char *flags; /* NULL: a CPU that has none */
        const char *path;  /* a file more, or NULL */
        const char *text;
        const char *name;
    } cases[] = {
        {"fpu hypervisor vme", NULL, NULL, "vm"},
        {"fpu hypervisor", "/sys/class/dmi/id/sys_vendor", "QEMU\n", "qemu"},
        {"fpu hypervisor", "/sys/class/dmi/id/product_name", "VMware7,1\n", "vmware"},
        {"fpu hypervisor", "/sys/class/dmi/id/product_name", "Virtual Machine\n",
         "microsoft"},
        {"fpu hypervisor", "/sys/hypervisor/type", "xen\n", "xen"},
        {"fpu", "/sys/class/dmi/id/sys_vendor", "Amazon EC2\n", "none"},
        {NULL, "/sys/class/dmi/id/sys_vendor", "Amazon EC2\n", "amazon"},
        {NULL, NULL, NULL, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_environ e;
        char *root = scratch_new();
        char *text = cases[i].flags != NULL
                         ? od_xasprintf("processor\t: 0\nflags\t\t: %s\n", cases[i].flags)
                         : od_xstrdup("processor\t: 0\nCPU implementer\t: 0x41\n"
                                      "CPU part\t: 0xd0c\n");
        tree_file(root, "/proc/cpuinfo", text);
        if (cases[i].path != NULL) {
            tree_file(root, cases[i].path, cases[i].text);
        }
        od_environ_read(root, &e);
        assert_string_equal(e.virtualisation, cases[i].name);
        assert_string_equal(e.cpu,
                            cases[i].flags != NULL ? "" : "implementer 0x41 part 0xd0c");
        free(text);
        tree_free(root);
    }
}

static void test_container(void **state)
{
    static const char *const cases[][3] = {
        {"/proc/1/cgroup", "0::/init.scope\n", "none"},
        {"/proc/1/cgroup", "0::/\n", ""},
        {"/proc/1/cgroup", "9:cpu:/docker/0123\n", "docker"},
        {"/proc/1/cgroup", "1:name=systemd:/kubepods/burstable/pod1\n", "kubernetes"},
        {"/proc/1/cgroup", "0::/machine.slice/libpod-1.scope\n", "podman"},
        {"/.dockerenv", "\n", "docker"},
        {"/run/.containerenv", "\n", "podman"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_environ e;
        char *root = scratch_new();
        tree_file(root, cases[i][0], cases[i][1]);
        od_environ_read(root, &e);
        assert_string_equal(e.container, cases[i][2]);
        tree_free(root);
    }
}

/* Loopback is there on every machine; its MTU is the tree's. Nothing arrives at a socket
 * that listens where the route leads. */
static void test_route(void **state)
{
    (void)state;
    struct od_route route;
    struct sockaddr_in to = {.sin_family = AF_INET};
    socklen_t len = sizeof to;
    char byte = 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &len), 0);
    char *root = scratch_new();
    tree_file(root, "/sys/class/net/lo/mtu", "65536\n");
    od_route_find(root, "127.0.0.1", ntohs(to.sin_port), &route);
    assert_string_equal(route.address, "127.0.0.1");
    assert_string_equal(route.source, "127.0.0.1");
    assert_string_equal(route.interface, "lo");
    assert_int_equal(route.mtu_bytes, 65536);
    assert_int_equal(route.speed_mbit_per_s, -1);
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    (void)close(fd);
    od_route_find(root, "no such name", 1, &route);
    assert_string_equal(route.address, "");
    assert_string_equal(route.interface, "");
    assert_int_equal(route.mtu_bytes, -1);
    tree_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metal),   cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_virtual), cmocka_unit_test(test_container),
        cmocka_unit_test(test_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
