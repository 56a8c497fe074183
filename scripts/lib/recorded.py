"""Runs that are recorded once and compared many times: scripts/bench compare.

A folder of runs holds run-NNN.csv (one server), ab-NNN.csv (two equal servers, interleaved),
slow-NNN.csv (interleaved, the second server slower), each with its .meta.json, and load.csv: a
line a run. Every run has servers of its own, newly started.
"""
import csv
import glob
import os
import random
import subprocess
import time

from bench import BIN

MODELS = ("fixed", "scenes-ssd")
PROTOCOLS = ("tfs-grpc", "tfs-rest")
CELLS = tuple((model, protocol) for model in MODELS for protocol in PROTOCOLS)
HOLD, SLOWER = "20ms", "21ms"
SLOWDOWN = 21 / 20
TIMES = ("service_ns", "response_ns")


def load_average():
    return f"{os.getloadavg()[0]:.2f}"


class Recorder:
    """Records what is missing in a folder, so that a recording that was stopped goes on."""

    def __init__(self, bench, folder, images):
        self.bench, self.folder = bench, folder
        os.makedirs(folder, exist_ok=True)
        self.data = bench.file("data")
        subprocess.run([f"{BIN}/odbench-data", "make", "--count", str(images), "--size", "300x300",
                        "--seed", "4", "--quiet", "-o", self.data], check=True)

    def server(self, hold):
        """A server of both models; returns where it listens."""
        port_file = self.bench.file(f"ports.{len(self.bench.servers)}")
        argv = [f"{BIN}/odbench-serve", "--model", f"fixed=fixed:{hold}", "--model", "scenes-ssd",
                "--grpc-port", "0", "--rest-port", "0", "--port-file", port_file, "--quiet"]
        return "127.0.0.1," + ",".join(self.bench.spawn(argv, port_file).split())

    def measure(self, name, targets):
        """One run under its final name once it is whole."""
        self.bench.wait_for_quiet()
        before, start = load_average(), time.monotonic()
        part = self.bench.file("part.csv")
        argv = [f"{BIN}/odbench-run", *targets, "--model", ",".join(MODELS), "--quiet", "--force",
                "-o", part, os.path.join(self.data, "images")]
        subprocess.run(argv, check=True, timeout=600)
        self.bench.stop()
        for ending in (".meta.json", ".csv"):
            with open(part[:-4] + ending, "rb") as source, \
                    open(os.path.join(self.folder, name + ending), "wb") as copy:
                copy.write(source.read())
        line = [name, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                f"{time.monotonic() - start:.0f}", before, load_average()]
        path = os.path.join(self.folder, "load.csv")
        new = not os.path.exists(path)
        with open(path, "a", newline="", encoding="utf-8") as f:
            writer = csv.writer(f)
            if new:
                writer.writerow(["run", "ended", "seconds", "load_before", "load_after"])
            writer.writerow(line)
        self.bench.say(f"{name}: {line[2]} s, load {before} to {line[4]}")

    def record(self, counts):
        """counts: {kind: number of runs}; kinds are spread evenly over the time."""
        todo = sorted((number / count, kind, number) for kind, count in counts.items()
                      for number in range(1, count + 1))
        for _, kind, number in todo:
            name = f"{kind}-{number:03d}"
            if os.path.exists(os.path.join(self.folder, f"{name}.csv")):
                continue
            if kind == "run":
                targets = ["--target", f"server={self.server(HOLD)}"]
            else:
                base = self.server(HOLD)
                new = self.server(SLOWER if kind == "slow" else HOLD)
                targets = ["--ab", f"A={base}", "--ab", f"B={new}"]
            self.measure(name, targets)


def runs(folder, kind):
    return sorted(glob.glob(os.path.join(folder, f"{kind}-*.csv")))


def loads(folder):
    """Least, middle and greatest load average during the recording."""
    with open(os.path.join(folder, "load.csv"), newline="", encoding="utf-8") as f:
        values = sorted(float(row["load_after"]) for row in csv.DictReader(f))
    return values[0], values[len(values) // 2], values[-1]


class Altered:
    """Copies of recorded runs in which one thing was changed; each is made once."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def copy(self, path, key, change):
        out = os.path.join(self.folder, f"{os.path.basename(path)[:-4]}-{key}.csv")
        if os.path.exists(out):
            return out
        with open(path, newline="", encoding="utf-8") as source, \
                open(out, "w", newline="", encoding="utf-8") as f:
            rows = csv.DictReader(source)
            writer = csv.DictWriter(f, rows.fieldnames)
            writer.writeheader()
            for row in rows:
                change(row)
                writer.writerow(row)
        meta = path[:-4] + ".meta.json"
        if os.path.exists(meta):
            os.symlink(os.path.abspath(meta), out[:-4] + ".meta.json")
        return out

    def slower(self, path, cell, factor, target=None):
        """The times of one cell (of one target alone) are longer by a factor."""
        def change(row):
            if (row["model"], row["protocol"]) == cell and target in (None, row["target"]):
                for name in TIMES:
                    if row[name]:
                        row[name] = round(int(row[name]) * factor)
        return self.copy(path, f"{'-'.join(cell)}-{factor}", change)

    def swapped(self, path):
        """A and B change places."""
        def change(row):
            row["target"] = {"A": "B", "B": "A"}[row["target"]]
        return self.copy(path, "swapped", change)


def enlarge(path, rows, run_id, out, seed):
    """A file of so many rows: the main rows of a recorded run again and again as further
    repetitions, with times drawn within 10 % of the recorded ones."""
    draw = random.Random(seed)
    with open(path, newline="", encoding="utf-8") as f:
        reader = csv.DictReader(f)
        names = reader.fieldnames
        recorded = [row for row in reader if row["phase"] == "main" and row["status"] == "ok"]
    span_ns = max(int(r["end_ns"]) for r in recorded) - min(int(r["send_ns"]) for r in recorded)
    repetitions = max(int(row["rep"]) for row in recorded)
    clocks = [name for name in ("sched_ns", "send_ns", "end_ns") if recorded[0][name]]
    with open(out, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(names)
        for seq in range(rows):
            turn, row = seq // len(recorded), dict(recorded[seq % len(recorded)])
            row.update(run_id=run_id, seq=seq + 1, rep=int(row["rep"]) + turn * repetitions)
            for name in clocks:
                row[name] = int(row[name]) + turn * (span_ns + 1000000)
            factor = draw.uniform(0.9, 1.1)
            for name in TIMES:
                row[name] = round(int(row[name]) * factor)
            writer.writerow([row[name] for name in names])
