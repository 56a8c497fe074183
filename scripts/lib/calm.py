"""Moments in which a virtual machine's neighbours leave the caches and the CPUs alone.

Two processors of one core share its caches, and a cloud gives them to different machines. What runs
much code after a wait is then slow for some seconds, whatever it is, and what only copies bytes is
not. Whether it is so is told by tests/bench/rereader, which has nothing to do with what is measured.
A CPU that the host gives to somebody else for a millisecond is late for whatever comes meanwhile; the
kernel counts that time as stolen.
"""
import os
import subprocess
import time

import stolen

CALM = 1.4  # times the quickest reading of 512 KB that were read 5 ms before
FIRST = 30  # readings of a tenth of a second, by which the quickest is known


class Calm:
    """As quick as this machine can be, as far as it has been seen."""

    def __init__(self, program):
        self.program = program
        self.quickest_us = {}  # by CPU
        for _ in range(FIRST):
            self.now()

    def now(self):
        """On all CPUs that this process may use, for a tenth of a second."""
        jobs = {cpu: subprocess.Popen(["taskset", "-c", str(cpu), self.program, "5", "20"],
                                      stdout=subprocess.PIPE, text=True)
                for cpu in os.sched_getaffinity(0)}
        took_us = {cpu: float(job.communicate()[0].split()[0]) for cpu, job in jobs.items()}
        for cpu, us in took_us.items():
            self.quickest_us[cpu] = min(us, self.quickest_us.get(cpu, us))
        return all(us <= CALM * self.quickest_us[cpu] for cpu, us in took_us.items())

    def measure(self, seconds, measure):
        """measure()'s result from a run that began and ended in a calm moment, with no tick of the CPUs' time
        stolen between them, or the last one when none has been found after so many seconds; how often it was
        run, and whether it was calm."""
        end = time.monotonic() + seconds
        tries = 0
        while True:
            began = self.now()
            while not began and time.monotonic() < end:
                time.sleep(0.1)
                began = self.now()
            tries += 1
            ticks = stolen.now()
            found = measure()
            whole = stolen.share(ticks) == 0
            calm = began and whole and self.now()
            if calm or time.monotonic() >= end:
                return found, tries, calm
