"""Ends odbench-run at random moments with random signals and resumes it until it is complete.

usage: kill_resume.py BIN IMAGES SCRATCH KILLS SEED AGE_MS [ab]

After every kill the rows must be whole lines (but for the last), and must hold every request whose
reply the server handed over more than AGE_MS before, as its own log tells. When the run is complete
every planned (cell, repetition, image) must stand once, with its detections. With "ab" both sides of
pairs are the same server, and the two rows of every pair must be there. Prints one line.
"""

import collections
import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import time

REPETITIONS = 25
BIN, IMAGES, SCRATCH = sys.argv[1:4]
PAIRS = sys.argv[7:] == ["ab"]
KILLS, SEED, AGE_NS = int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]) * 1000000


def check(holds, text):
    if not holds:
        sys.exit("kill_resume: " + text)


def serve():
    ports = os.path.join(SCRATCH, "ports")
    stamps = os.path.join(SCRATCH, "stamps.csv")
    server = subprocess.Popen([BIN + "/odbench-serve", "--model", "fast=fixed:1ms", "--grpc-port", "0", "--rest-port", "0",
                               "--port-file", ports, "--stamp-log", stamps], stderr=subprocess.DEVNULL, close_fds=True)
    for _ in range(600):
        if os.path.exists(ports) and os.path.getsize(ports) > 0:
            break
        check(server.poll() is None, "the server does not start")
        time.sleep(0.05)
    with open(ports, encoding="ascii") as lines:
        known = dict(line.strip().split("=", 1) for line in lines if "=" in line)
    return server, stamps, "box=127.0.0.1,grpc=%s,rest=%s" % (known["grpc"], known["rest"])


def read_rows(path):
    """The whole rows of a file, and whether half a line follows."""
    if not os.path.exists(path):
        return [], False
    with open(path, "rb") as file:
        data = file.read()
    whole = data[:data.rfind(b"\n") + 1]
    table = list(csv.reader(io.StringIO(whole.decode("utf-8"), newline="")))
    for row in table:
        check(len(row) == len(table[0]), "%s: a row of %d fields" % (path, len(row)))
    return [dict(zip(table[0], row)) for row in table[1:]], len(whole) != len(data)


class Run:
    """One result file, through all its processes."""

    def __init__(self, name, target):
        self.path = os.path.join(SCRATCH, name + ".csv")
        self.lines = os.path.join(SCRATCH, name + ".detections.jsonl")
        targets = ["--ab", "A=" + target, "--ab", "B=" + target] if PAIRS else ["--target", target]
        self.command = [BIN + "/odbench-run", *targets, "--model", "fast", "-r", str(REPETITIONS), "-w", "1", "-c", "1,3",
                        "--detections", "--send-id", "--verify", "-q", "-o", self.path, IMAGES]
        self.kills = []  # begin, kill, numbers in the file
        self.starts = 0

    def start(self):
        resume = ["--resume"] if os.path.exists(self.path) else ["--force"] if self.starts > 0 else []
        self.starts += 1
        with open(os.path.join(SCRATCH, "run.log"), "w", encoding="utf-8") as log:
            return subprocess.Popen(self.command + resume, stderr=log, stdout=log)

    def log(self):
        with open(os.path.join(SCRATCH, "run.log"), encoding="utf-8") as log:
            return log.read()

    def kill(self, chance):
        """True when the run was complete before the kill."""
        before = os.path.getsize(self.path) if os.path.exists(self.path) else 0
        begin = time.monotonic_ns()
        process = self.start()
        # One in four at any moment from the start on, the others once rows come.
        early = chance.random() < 0.25
        while not early and process.poll() is None:
            if os.path.exists(self.path) and os.path.getsize(self.path) > max(before, 2000):
                break
            time.sleep(0.01)
        how = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGKILL])
        try:
            check(process.wait(chance.uniform(0.0, 0.4)) == 0, "it failed: " + self.log())
            return True
        except subprocess.TimeoutExpired:
            pass
        when = time.monotonic_ns()
        process.send_signal(how)
        status = process.wait(60)
        # Before its handler stands, SIGINT ends it as any program; at the end it may be through.
        check(status in (0, 130, -how), "status %d after signal %d: %s" % (status, how, self.log()))
        rows, _ = read_rows(self.path)
        self.kills.append((begin, when, {row["seq"] for row in rows}))
        return False

    def finish(self):
        process = self.start()
        check(process.wait(600) == 0, "the last part failed: " + self.log())

    def check_complete(self, images):
        rows, half = read_rows(self.path)
        check(not half, "half a line at the end")
        main = [row for row in rows if row["phase"] == "main"]
        stands = collections.Counter((row["cell_id"], row["rep"], row["file_name"]) for row in main)
        check(set(stands.values()) == {1}, "a request stands twice: %s" % stands.most_common(1))
        check(len(stands) == (8 if PAIRS else 4) * REPETITIONS * images, "%d requests stand" % len(stands))
        pairs = collections.Counter((row["pair"], row["rep"], row["file_name"], row["concurrency"], row["protocol"]) for row in main)
        check(not PAIRS or set(pairs.values()) == {2}, "a pair is not whole: %s" % pairs.most_common(1))
        check(not PAIRS or len({row["pair"] for row in main}) == len(pairs), "two pairs have a number")
        check(not PAIRS or all(row["pair"] == row["seq"] for row in main if row["target"] == "A"), "not the base's number")
        check(all(row["status"] == "ok" for row in main), "a request failed")
        check(len({row["seq"] for row in main}) == len(main), "a number stands twice")
        check(len({row["run_id"] for row in rows}) == 1 and len({row["start_unix_ns"] for row in rows}) == 1, "not one run")
        with open(self.lines, encoding="utf-8") as lines:
            boxes = collections.Counter(str(json.loads(line)["seq"]) for line in lines)
        answered = {row["seq"] for row in rows if row["status"] == "ok"}
        check(set(boxes) == answered, "detections of %d requests, answers of %d" % (len(boxes), len(answered)))
        check(len(set(boxes.values())) == 1, "detections of a request twice")
        with open(self.path[:-4] + ".meta.json", encoding="utf-8") as facts:
            facts = json.load(facts)
        check(facts["plan"]["end"] == "complete" and facts["plan"]["rows"] == len(rows), "the facts say otherwise")
        check(facts["run_id"] == rows[0]["run_id"], "the facts are of another run")

    def check_ages(self, replied):
        """The age of the oldest request, in ns, whose row was lost by a kill."""
        oldest = 0
        for begin, when, numbers in self.kills:
            for seq, times in replied.items():
                lost = [t for t in times if begin <= t < when] if seq not in numbers else []
                oldest = max([oldest] + [when - t for t in lost])
        return oldest


def main():
    chance = random.Random(SEED)
    server, stamps, target = serve()
    runs, left = [], KILLS
    try:
        while left > 0:
            run = Run("run%d" % len(runs), target)
            runs.append(run)
            complete = False
            while left > 0 and not complete:
                complete = run.kill(chance)
                left -= not complete
            if not complete:
                run.finish()
            run.check_complete(len(os.listdir(IMAGES)))
    finally:
        server.terminate()
        server.wait()
    replied = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(stamps, encoding="ascii", newline="") as lines:
        for stamp in csv.DictReader(lines):
            if stamp["id"]:
                run_id, seq = stamp["id"].rsplit("-", 1)
                replied[run_id][seq].append(int(stamp["replied_ns"]))
    oldest = max(run.check_ages(replied[read_rows(run.path)[0][0]["run_id"]]) for run in runs)
    check(oldest <= AGE_NS, "a row of %.0f ms was lost" % (oldest / 1e6))
    print("%d kills, %d runs complete, oldest row lost %.1f ms" % (KILLS, len(runs), oldest / 1e6))


main()
