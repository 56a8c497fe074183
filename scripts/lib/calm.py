"""Moments in which a virtual machine's neighbours leave the caches alone.

Two processors of one core share its caches, and a cloud gives them to different machines. What runs
much code after a wait is then slow for some seconds, whatever it is, and what only copies bytes is
not. Whether it is so is told by tests/bench/rereader, which has nothing to do with what is measured.
"""
import os
import subprocess
import time

CALM = 1.4  # times the quickest reading: 512 KB that were read 5 ms before take two to ten times as long when not
FIRST = 30  # readings of a tenth of a second, by which the quickest is known

quickest_us = {}  # by CPU


def readings_us(program):
    """By CPU, of all that this process may use, for a tenth of a second."""
    jobs = {cpu: subprocess.Popen(["taskset", "-c", str(cpu), program, "5", "20"], stdout=subprocess.PIPE, text=True)
            for cpu in os.sched_getaffinity(0)}
    return {cpu: float(job.communicate()[0].split()[0]) for cpu, job in jobs.items()}


def is_calm(program):
    """As quick as this machine can be, as far as it has been seen, on all CPUs."""
    for _ in range(1 if quickest_us else FIRST):
        took_us = readings_us(program)
        for cpu, us in took_us.items():
            quickest_us[cpu] = min(us, quickest_us.get(cpu, us))
    return all(us <= CALM * quickest_us[cpu] for cpu, us in took_us.items())


def calmly(program, seconds, measure):
    """measure()'s result from a run that began and ended in a calm moment, or the last one when none has
    been found after so many seconds; how often it was run, and whether it was calm."""
    if not quickest_us:
        is_calm(program)
    end = time.monotonic() + seconds
    tries = 0
    while True:
        began = is_calm(program)
        while not began and time.monotonic() < end:
            time.sleep(0.1)
            began = is_calm(program)
        tries += 1
        found = measure()
        calm = began and is_calm(program)
        if calm or time.monotonic() >= end:
            return found, tries, calm
