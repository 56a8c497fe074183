/* Small files of the kernel's. */
#include "record/sysfile.h"

#include "sys_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_read(void **state)
{
    (void)state;
    char *root = scratch_new();
    char text[8];
    tree_file(root, "/a/word", "  yes \n\n");
    tree_file(root, "/a/long", "0123456789");
    tree_file(root, "/a/blank", " \n");
    assert_true(od_sysfile_read(root, "/a/word", text, sizeof text));
    assert_string_equal(text, "  yes");
    assert_true(od_sysfile_read(root, "/a/long", text, sizeof text));
    assert_string_equal(text, "0123456");
    assert_false(od_sysfile_read(root, "/a/blank", text, sizeof text));
    assert_string_equal(text, "");
    assert_false(od_sysfile_read(root, "/a/none", text, sizeof text));
    assert_false(od_sysfile_read(root, "/a", text, sizeof text));
    tree_free(root);
}

static void test_numbers(void **state)
{
    (void)state;
    char *root = scratch_new();
    tree_file(root, "/n", "12\n");
    tree_file(root, "/w", "twelve\n");
    tree_file(root, "/m", "-3\n");
    assert_int_equal(od_sysfile_number(root, "/n"), 12);
    assert_int_equal(od_sysfile_number(root, "/w"), -1);
    assert_int_equal(od_sysfile_number(root, "/m"), -1);
    assert_int_equal(od_sysfile_number(root, "/none"), -1);
    static const char text[] = "pswpin 7\nxpswpout 8\npswpout\t9 kB\nbad x\n";
    assert_int_equal(od_sysfile_field(text, "pswpin"), 7);
    assert_int_equal(od_sysfile_field(text, "pswpout"), 9);
    assert_int_equal(od_sysfile_field(text, "bad"), -1);
    assert_int_equal(od_sysfile_field(text, "none"), -1);
    tree_free(root);
}

struct seen {
    int cpus[8];
    int count;
};

static void see(const char *root, int cpu, void *arg)
{
    struct seen *seen = arg;
    (void)root;
    assert_in_range(seen->count, 0, 7);
    seen->cpus[seen->count++] = cpu;
}

static void test_cpus(void **state)
{
    (void)state;
    char *root = scratch_new();
    struct seen seen = {.count = 0};
    assert_int_equal(od_sysfile_cpus(root, see, &seen), 0);
    tree_file(root, "/sys/devices/system/cpu/cpu10/x", "1");
    tree_file(root, "/sys/devices/system/cpu/cpu2/x", "1");
    tree_file(root, "/sys/devices/system/cpu/cpufreq/boost", "1");
    tree_file(root, "/sys/devices/system/cpu/cpu0/x", "1");
    assert_int_equal(od_sysfile_cpus(root, see, &seen), 3);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.cpus[0], 0);
    assert_int_equal(seen.cpus[1], 2);
    assert_int_equal(seen.cpus[2], 10);
    tree_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_cpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
