"""Moments in which a virtual machine's neighbours leave the caches alone.

Two processors of one core share its caches, and a cloud gives them to different machines. What runs
much code after a wait is then slow for some seconds, whatever it is, and what only copies bytes is
not. Whether it is so is told by tests/bench/rereader, which has nothing to do with what is measured.
"""
import os
import subprocess
import time

CALM_US = 20  # 512 KB that were read 5 ms before: 8 to 16 when calm, 50 to 130 when not


def is_calm(program):
    """On all CPUs that this process may use, for a tenth of a second."""
    jobs = [subprocess.Popen(["taskset", "-c", str(cpu), program, "5", "20"], stdout=subprocess.PIPE, text=True)
            for cpu in os.sched_getaffinity(0)]
    said = [job.communicate()[0] for job in jobs]
    return all(float(line.split()[0]) <= CALM_US for line in said)


def calmly(program, seconds, measure):
    """measure()'s result from a run that began and ended in a calm moment, or the last one when none has
    been found after so many seconds; how often it was run, and whether it was calm."""
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
