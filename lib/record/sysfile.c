/* Small files of the kernel's, below a root that tests can choose. */
#include "record/sysfile.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t read_all(int fd, char *out, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(fd, out + used, size - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        used += (size_t)got;
    }
    return used;
}

bool od_sysfile_read(const char *root, const char *path, char *out, size_t size)
{
    char *full = od_xasprintf("%s%s", root, path);
    size_t used = 0;
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
        used = read_all(fd, out, size - 1);
        (void)close(fd);
    }
    while (used > 0 && isspace((unsigned char)out[used - 1])) {
        used--;
    }
    out[used] = '\0';
    free(full);
    return used > 0;
}

int64_t od_sysfile_number(const char *root, const char *path)
{
    char text[64];
    int64_t value = -1;
    if (!od_sysfile_read(root, path, text, sizeof text) ||
        od_parse_i64(text, 0, INT64_MAX, &value, NULL) != 0) {
        return -1;
    }
    return value;
}

int64_t od_sysfile_field(const char *text, const char *key)
{
    size_t len = strlen(key);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, len) == 0) {
            const char *digits = line + len + strspn(line + len, " \t");
            char *end = NULL;
            errno = 0;
            long long value = strtoll(digits, &end, 10);
            return end != digits && errno == 0 && value >= 0 ? value : -1;
        }
    }
    return -1;
}

static int by_number(const void *a, const void *b)
{
    const int *x = a;
    const int *y = b;
    return (*x > *y) - (*x < *y);
}

int od_sysfile_cpus(const char *root, od_sysfile_cpu_fn *each, void *arg)
{
    char *path = od_xasprintf("%s/sys/devices/system/cpu", root);
    int *cpus = NULL;
    size_t count = 0;
    size_t capacity = 0;
    DIR *dir = opendir(path);
    struct dirent *entry = dir != NULL ? readdir(dir) : NULL;
    while (entry != NULL && count < OD_SYSFILE_CPUS) {
        int64_t cpu = -1;
        if (strncmp(entry->d_name, "cpu", 3) == 0 &&
            od_parse_i64(entry->d_name + 3, 0, 1 << 20, &cpu, NULL) == 0) {
            cpus = od_xgrow(cpus, count, &capacity, sizeof *cpus);
            cpus[count++] = (int)cpu;
        }
        entry = readdir(dir);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    if (count > 0) {
        qsort(cpus, count, sizeof *cpus, by_number);
    }
    for (size_t i = 0; i < count; i++) {
        each(root, cpus[i], arg);
    }
    free(cpus);
    free(path);
    return (int)count;
}
