"""Ends odbench-run at random moments with random signals and resumes it until it is complete.

usage: kill_resume.py BIN IMAGES SCRATCH KILLS SEED AGE_MS [ab]

After every kill the rows must be whole lines (but for the last). When the run is complete every
planned (cell, repetition, image) must stand once, with its detections. With "ab" both sides of pairs
are the same server, and the two rows of every pair must be there. Prints one line.

That rows reach the file by themselves, not by later rows or the end of the run, is shown without a
time: before every third kill, which is -9, the server stands still, so that nothing more can happen, and what it
has answered must come to stand in the file, however long that takes, and stay there. One reply a
worker may be stuck in the server. With AGE_MS other than 0, for a machine that is idle, the file must
after any kill hold every request whose reply the server handed over more than AGE_MS before, as its
own log tells. For that every start but the last waits until this log has not grown for a tenth of a
second: a server that stood still answers the run that was killed once it goes on, and these answers
are not the next run's.
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

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "lib"))
import stolen  # pylint: disable=wrong-import-position

REPETITIONS = 25
WORKERS = 3
HANGS_S = 120
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


def read_replies(stamps):
    """When the server answered: {run: {number: [ns, ...]}}. Its last line may be half there."""
    replied = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(stamps, encoding="ascii", newline="") as lines:
        text = lines.read()
    for stamp in csv.DictReader(io.StringIO(text[:text.rfind("\n") + 1])):
        if stamp["id"]:
            run_id, seq = stamp["id"].rsplit("-", 1)
            replied[run_id][seq].append(int(stamp["replied_ns"]))
    return replied


class Run:
    """One result file, through all its processes."""

    def __init__(self, name, server, stamps, target):
        self.server, self.stamps = server, stamps
        self.path = os.path.join(SCRATCH, name + ".csv")
        self.lines = os.path.join(SCRATCH, name + ".detections.jsonl")
        targets = ["--ab", "A=" + target, "--ab", "B=" + target] if PAIRS else ["--target", target]
        self.command = [BIN + "/odbench-run", *targets, "--model", "fast", "-r", str(REPETITIONS), "-w", "1", "-c", "1,%d" % WORKERS,
                        "--detections", "--send-id", "--verify", "-q", "-o", self.path, IMAGES]
        self.kills = []  # begin, kill, numbers in the file
        self.starts = 0
        self.held = 0

    def start(self):
        resume = ["--resume"] if os.path.exists(self.path) else ["--force"] if self.starts > 0 else []
        self.starts += 1
        with open(os.path.join(SCRATCH, "run.log"), "w", encoding="utf-8") as log:
            return subprocess.Popen(self.command + resume, stderr=log, stdout=log)

    def log(self):
        with open(os.path.join(SCRATCH, "run.log"), encoding="utf-8") as log:
            return log.read()

    def settle(self):
        """What the server says from now on it says to who comes next: it has answered those that were killed."""
        grown, quiet = -1, 0
        while quiet < 10:
            size = os.path.getsize(self.stamps) if os.path.exists(self.stamps) else 0
            quiet = quiet + 1 if size == grown else 0
            grown = size
            time.sleep(0.01)

    def kill(self, chance, hold):
        """True when the run was complete before the kill."""
        before = os.path.getsize(self.path) if os.path.exists(self.path) else 0
        if AGE_NS > 0:
            self.settle()
        begin = time.monotonic_ns()
        process = self.start()
        # One in four at any moment from the start on, the others once rows come.
        early = not hold and chance.random() < 0.25
        while not early and process.poll() is None:
            if os.path.exists(self.path) and os.path.getsize(self.path) > max(before, 2000):
                break
            time.sleep(0.01)
        if hold:
            return not self.hold(process, begin)
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

    def answered(self, begin):
        """Requests that were answered since, those of them without a row, and rows: their numbers."""
        rows, _ = read_rows(self.path)
        replied = read_replies(self.stamps)[rows[0]["run_id"]] if rows else {}
        since = {seq for seq, times in replied.items() if max(times) >= begin}
        numbers = {row["seq"] for row in rows}
        return since, since - numbers, numbers

    def hold(self, process, begin):
        """Kills it while the server stands still; false when it was complete before."""
        # Enough answers that rows which only wait for more of them, or for the end, are seen to be missing.
        while len(self.answered(begin)[0]) < 10 * WORKERS:
            if process.poll() is not None:
                return False
            time.sleep(0.01)
        self.server.send_signal(signal.SIGSTOP)
        try:
            answered, missing, rows = self.answered(begin)
            end = time.monotonic() + HANGS_S
            while len(missing) > WORKERS and process.poll() is None and time.monotonic() < end:
                time.sleep(0.01)
                answered, missing, rows = self.answered(begin)
            if process.poll() is not None:
                return False
            check(len(missing) <= WORKERS, "%d of %d answers have no row, and nothing moves" % (len(missing), len(answered)))
            process.kill()
            process.wait(HANGS_S)
            check(rows <= self.answered(begin)[2], "a row that stood in the file is gone")
        finally:
            self.server.send_signal(signal.SIGCONT)
        self.held += 1
        return True

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
    begin = stolen.now()
    server, stamps, target = serve()
    runs, left = [], KILLS
    try:
        while left > 0:
            run = Run("run%d" % len(runs), server, stamps, target)
            runs.append(run)
            complete = False
            while left > 0 and not complete:
                complete = run.kill(chance, left % 3 == 0)
                left -= not complete
            if not complete:
                run.finish()
            run.check_complete(len(os.listdir(IMAGES)))
    finally:
        server.terminate()
        server.wait()
    replied = read_replies(stamps)
    oldest = max(run.check_ages(replied[read_rows(run.path)[0][0]["run_id"]]) for run in runs)
    check(AGE_NS == 0 or oldest <= AGE_NS, "a row of %.0f ms was lost, while %.0f %% of the CPUs' time was stolen" % (oldest / 1e6, stolen.share(begin)))
    held = sum(run.held for run in runs)
    check(held > 0, "no kill -9 while the server stood still")
    print("%d kills, %d of them held, %d runs complete, oldest row lost %.1f ms" % (KILLS, held, len(runs), oldest / 1e6))


main()
