/* Small files of the kernel's, below a root that tests can choose. */
#ifndef OD_RECORD_SYSFILE_H
#define OD_RECORD_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the beginning of root + path ("" and "/proc/stat") into out, at most size - 1
 * bytes, ended by a NUL; blanks and line ends at its end are taken away. False, and out
 * empty, when it cannot be read or is empty. Any thread.
 */
bool od_sysfile_read(const char *root, const char *path, char *out, size_t size);

/* The same as a whole number; -1 when there is none. */
int64_t od_sysfile_number(const char *root, const char *path);

/* The number behind key ("pswpin ", with what parts them) at the begin of a line of text;
 * -1 when there is none. */
int64_t od_sysfile_field(const char *text, const char *key);

/*
 * Calls each with every N of root + "/sys/devices/system/cpu/cpuN", in order, at most
 * OD_SYSFILE_CPUS of them. Returns how many there were.
 */
enum { OD_SYSFILE_CPUS = 4096 };
typedef void od_sysfile_cpu_fn(const char *root, int cpu, void *arg);
int od_sysfile_cpus(const char *root, od_sysfile_cpu_fn *each, void *arg);

#endif
