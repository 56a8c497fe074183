"""Lets a program that was linked on a system with glibc 2.38 and GCC 13 run on Debian 12.

usage: older-libc.py PROGRAM OUT. Such a program asks for a few functions that are old ones under
new names. In the copy OUT the marks of the newer versions are replaced by older ones, and OUT.so,
which the program loads first, has those functions. No code of the program is changed.
"""
import struct
import subprocess
import sys

OLDER = {"GLIBC_2.38": "GLIBC_2.2.5", "GLIBCXX_3.4.31": "GLIBCXX_3.4", "GLIBCXX_3.4.32": "GLIBCXX_3.4"}
FUNCTIONS = r"""
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
long __isoc23_strtol(const char *s, char **e, int b) { return strtol(s, e, b); }
long long __isoc23_strtoll(const char *s, char **e, int b) { return strtoll(s, e, b); }
unsigned long __isoc23_strtoul(const char *s, char **e, int b) { return strtoul(s, e, b); }
unsigned long long __isoc23_strtoull(const char *s, char **e, int b) { return strtoull(s, e, b); }
int __isoc23_sscanf(const char *s, const char *f, ...)
{
    va_list a;
    va_start(a, f);
    int n = vsscanf(s, f, a);
    va_end(a);
    return n;
}
/* GCC 13 initialises the standard streams in the library, GCC 12 in each program. */
void streams(void *) __asm__("_ZNSt8ios_base4InitC1Ev");
static char one[16];
__attribute__((constructor)) static void first(void) { streams(one); }
void library_init(void) __asm__("_ZSt21ios_base_library_initv");
void library_init(void) {}
/* The part of std::string::replace for a source within the string itself. */
void replace(void *self, char *p, size_t len1, const char *s, size_t len2, size_t behind) __asm__(
    "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm");
void replace(void *self, char *p, size_t len1, const char *s, size_t len2, size_t behind)
{
    (void)self;
    if (len2 != 0 && len2 <= len1) {
        memmove(p, s, len2);
    }
    if (behind != 0 && len1 != len2) {
        memmove(p + len2, p + len1, behind);
    }
    if (len2 <= len1) {
        return;
    }
    if (s + len2 <= p + len1) {
        memmove(p, s, len2);
    } else if (s >= p + len1) {
        memcpy(p, s + (len2 - len1), len2);
    } else {
        size_t left = (size_t)(p + len1 - s);
        memmove(p, s, left);
        memcpy(p + left, p + len2, len2 - left);
    }
}
"""
VERNEED = 0x6FFFFFFE  # SHT_GNU_verneed, System V ABI's extension for versions of symbols


def elf_hash(name):
    value = 0
    for char in name.encode():
        value = (value << 4) + char
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value


def relax(image):
    """Renames the marks in place; returns those that were found."""
    offset, = struct.unpack_from("<Q", image, 0x28)
    size, count = struct.unpack_from("<HH", image, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", image, offset + i * size) for i in range(count)]
    needs = next(section for section in sections if section[1] == VERNEED)
    strings = sections[needs[6]][4]

    def name_at(at):
        return image[strings + at:image.index(0, strings + at)].decode()

    marks, at = [], needs[4]
    while True:
        _, entries, _, aux, step = struct.unpack_from("<HHIII", image, at)
        mark = at + aux
        for _ in range(entries):
            marks.append(mark)
            mark += struct.unpack_from("<IHHII", image, mark)[4]
        if step == 0:
            break
        at += step
    names = {mark: struct.unpack_from("<IHHII", image, mark)[3] for mark in marks}
    where = {name_at(name): name for name in names.values()}
    found = [mark for mark in marks if name_at(names[mark]) in OLDER]
    for mark in found:
        older = OLDER[name_at(names[mark])]
        struct.pack_into("<I", image, mark, elf_hash(older))
        struct.pack_into("<I", image, mark + 8, where[older])
    return found


def main():
    program, out = sys.argv[1:]
    subprocess.run(["chmod", "+x", program], check=True)
    with open(program, "rb") as f:
        image = bytearray(f.read())
    if subprocess.run([program, "--version"], capture_output=True, check=False).returncode != 0:
        relax(image)
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-x", "c", "-o", out + ".so", "-",
                        "-lstdc++"], input=FUNCTIONS.encode(), check=True)
        with open(out + ".relaxed", "wb") as f:
            f.write(image)
        image = f'#!/bin/sh\nLD_PRELOAD="$0.so" exec "$0.relaxed" "$@"\n'.encode()
        subprocess.run(["chmod", "+x", out + ".relaxed"], check=True)
    with open(out, "wb") as f:
        f.write(image)
    subprocess.run(["chmod", "+x", out], check=True)


if __name__ == "__main__":
    main()
