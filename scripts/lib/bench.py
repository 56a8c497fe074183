"""What the comparisons of scripts/bench.d share: servers, rounds, medians, limits, table and CSV.

All variants of a case run in turn inside each round, in another order each round; figures are
medians over the rounds, and ratios are medians over the rounds of each round's ratio, so that a
machine that is slower for a while counts for little.
"""
import argparse
import csv
import datetime
import fcntl
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple, Optional

import stolen
from calm import Calm

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("ODBENCH_BIN", os.path.join(ROOT, "build"))
OUT = os.environ.get("ODBENCH_BENCH_OUT", os.path.join(ROOT, "results", "bench"))
COLUMNS = ("bench,kind,case,what,p50_us,p99_us,requests_per_s,value,limit,verdict,note,rounds,"
           "how,machine,date").split(",")


class Missing(Exception):
    """A peer that is not there or cannot run here, and why."""


class Figures(NamedTuple):
    """What one run of one variant found; None: it does not tell."""
    p50_us: Optional[float]
    p99_us: Optional[float]
    per_s: Optional[float]
    note: str = ""


def quantile(values, share):
    """Type 7, as everywhere in odbench. None when there are no values."""
    values = sorted(values)
    if not values:
        return None
    at = (len(values) - 1) * share
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def median(values):
    known = [v for v in values if v is not None]
    return statistics.median(known) if known else None


def machine():
    """CPU, its number, whether it is a virtual machine, kernel."""
    model, virtual = "unknown CPU", ""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
            if line.startswith("flags") and " hypervisor" in line:
                virtual = ", virtual machine"
    count = len(os.sched_getaffinity(0))
    return f"{model}, {count} CPUs{virtual}, Linux {os.uname().release}"


def idle_s():
    """Idle seconds of all CPUs since the machine started."""
    with open("/proc/stat", encoding="ascii") as f:
        fields = f.readline().split()
    return int(fields[4]) / os.sysconf("SC_CLK_TCK")


def alone():
    """Waits until no other benchmark runs on the machine; what is returned keeps it so."""
    lock = open(os.path.join(tempfile.gettempdir(), "odbench-bench.lock"), "w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("another benchmark runs: waiting for its end", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def prefer(fifo):
    """Puts this process and what it starts before other work on the machine; says how."""
    if fifo:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(5))
        return "SCHED_FIFO"
    try:
        os.nice(-15)
        return "niceness -15"
    except PermissionError:
        return "normal priority"


def text(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


class Bench:
    """One benchmark: start servers, run cases, check limits, close."""

    def __init__(self, name, rounds=5, count=None, more=None, humble=False, calm=True):
        """more: adds options of the benchmark's own to the parser; they are in self.args.
        humble: other work on the machine is part of what is measured, so priorities stay.
        calm: runs are short enough for calm moments."""
        parser = argparse.ArgumentParser(prog=f"scripts/bench {name}")
        parser.add_argument("--rounds", type=int, default=rounds, metavar="N",
                            help="passes over all variants of a case (default %(default)s)")
        parser.add_argument("--peers", metavar="DIR", default=os.environ.get("ODBENCH_PEERS", ""),
                            help="folder that 'scripts/bench peers --install' filled; default "
                                 "$ODBENCH_PEERS")
        parser.add_argument("--only", metavar="WORD", default="",
                            help="only cases whose name holds this")
        parser.add_argument("--awake", action="store_true",
                            help="keep the CPUs from halting by loops of the lowest priority: where "
                                 "a virtual machine wakes up slowly, that is most of a short time")
        parser.add_argument("--fifo", action="store_true",
                            help="real-time priority for servers and clients, where other work "
                                 "runs on the machine (root)")
        parser.add_argument("--patience", type=float, default=0, metavar="SECONDS",
                            help="before each run wait so long at most until 9/10 of the CPUs' time "
                                 "is idle; not with --awake (default %(default)s)")
        if calm:
            parser.add_argument("--calm", type=float, default=0, metavar="SECONDS",
                                help="take only runs that began and ended while neighbours of the virtual "
                                     "machine left its caches alone, and of which no CPU was stolen; try "
                                     "each so long at most")
        if count is not None:
            parser.add_argument("--count", type=int, default=count, metavar="N",
                                help="requests (default %(default)s)")
        if more is not None:
            more(parser)
        self.args = args = parser.parse_args()
        self.patience = args.patience
        self.calm = getattr(args, "calm", 0)
        self.count = getattr(args, "count", None)
        self.name, self.rounds, self.peers, self.only = name, args.rounds, args.peers, args.only
        self.lock = alone()
        self.started = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.work = tempfile.mkdtemp(prefix="odbench-bench-")
        self.servers, self.rows, self.lines = [], [], []
        self.restless = 0  # runs that found no calm moment
        self.samples = {}
        self.ticks = stolen.now()
        os.chdir(ROOT)
        self.spinners = [self.spin(cpu) for cpu in os.sched_getaffinity(0)] if args.awake else []
        self.how = ("normal priority" if humble else prefer(args.fifo)) + (", CPUs kept awake" if args.awake else "")
        if self.calm > 0:
            self.how += ", calm moments"
            self.moments = Calm(self.make("rereader"))
        for sign in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda *_: sys.exit(130))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        for spinner in self.spinners:
            spinner.kill()
            spinner.wait()
        shutil.rmtree(self.work, ignore_errors=True)

    def file(self, name):
        return os.path.join(self.work, name)

    def say(self, line):
        print(line, file=sys.stderr, flush=True)

    @staticmethod
    def make(name):
        """A program of tests/bench; its path."""
        program = os.path.join(BIN, "bench", name)
        if "ODBENCH_BIN" not in os.environ:
            subprocess.run(["make", "-s", os.path.relpath(program, ROOT)], check=True, cwd=ROOT)
        return program

    def spin(self, cpu):
        """A loop that any other thread displaces at once."""
        program = self.make("spinner")
        return subprocess.Popen(["taskset", "-c", str(cpu), "chrt", "--idle", "0", program])

    # Servers.

    def spawn(self, argv, port_file, cpu=None):
        """Starts a server and waits for its port file; returns that file's text."""
        if os.path.exists(port_file):
            os.unlink(port_file)
        if cpu is not None:
            argv = ["taskset", "-c", str(cpu)] + argv
        server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.servers.append(server)
        for _ in range(300):
            if os.path.exists(port_file) and os.path.getsize(port_file) > 0:
                with open(port_file, encoding="utf-8") as f:
                    return f.read()
            if server.poll() is not None:
                raise SystemExit(f"{argv}: {server.stderr.read().decode()}")
            time.sleep(0.1)
        raise SystemExit(f"{argv}: no port after 30 s")

    def stop(self):
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait()
        self.servers = []

    def lean(self, kind, reply, hold="0s", cpu=None, log=None):
        """A lean server of lib/floor that answers with the bytes of a file, or with so many;
        returns its port. log: a file that gets the server's own times of each reply."""
        port_file = self.file(f"lean.{len(self.servers)}")
        reply = f"@{reply}" if isinstance(reply, str) else str(reply)
        argv = [f"{BIN}/bench/lean_server", kind, port_file, reply, hold]
        argv += ["-1", log] if log is not None else []
        return int(self.spawn(argv, port_file, cpu))

    def reference(self, model, cpu=None):
        """odbench-serve with one model, "name=engine"; returns its gRPC and REST ports."""
        port_file = self.file(f"serve.{len(self.servers)}")
        argv = [f"{BIN}/odbench-serve", "--model", model, "--grpc-port", "0", "--rest-port", "0",
                "--port-file", port_file]
        ports = dict(line.split("=") for line in self.spawn(argv, port_file, cpu).split())
        return int(ports["grpc"]), int(ports["rest"])

    # Cases and limits.

    def wanted(self, case):
        return self.only in case

    def case(self, case, variants):
        """variants: {name: function returning Figures or raising Missing}; the first is what the
        others are compared with in the table. Returns {name: Figures or None, one a round}."""
        found = self.samples[case] = {name: [] for name in variants}
        why = {}
        names = list(variants)
        for turn in range(self.rounds):
            for name in names[turn % len(names):] + names[:turn % len(names)]:
                self.wait_for_quiet()
                try:
                    figures, how = self.calmly(variants[name])
                    self.say(f"{case}, round {turn + 1}, {name}: p50 {text(figures.p50_us)} us, "
                             f"{text(figures.per_s, 0)}/s{how}")
                except Missing as reason:
                    figures, why[name] = None, str(reason)
                    self.say(f"{case}, round {turn + 1}, {name}: missing: {reason}")
                found[name].append(figures)
        self.lines.append(f"\n{case}  (medians of {self.rounds} rounds)")
        self.lines.append(f"  {'':26} {'p50 us':>10} {'p99 us':>10} {'requests/s':>11} "
                          f"{'x ' + names[0]:>8}")
        for name in names:
            self.show(case, name, found[name], found[names[0]], why.get(name, ""))
        return found

    def calmly(self, measure):
        """What measure() returns, and how a calm moment was found when one is asked for."""
        if self.calm <= 0:
            return measure(), ""
        found, tries, calm = self.moments.measure(self.calm, measure)
        self.restless += not calm
        return found, f", {tries} tries" + ("" if calm else ": never calm")

    def wait_for_quiet(self):
        end = time.monotonic() + (0 if self.spinners else self.patience)
        while time.monotonic() < end:
            before = idle_s()
            time.sleep(0.2)
            if idle_s() - before >= 0.9 * 0.2 * os.cpu_count():
                break

    def show(self, case, name, rounds, base, why):
        known = [figures for figures in rounds if figures is not None]
        if not known:
            self.lines.append(f"  {name:26} missing: {why}")
            self.row("figure", case, name, note=f"missing: {why}")
            return
        p50, p99, per_s = (median([figures[i] for figures in known]) for i in range(3))
        ratio = median([f.p50_us / b.p50_us for f, b in zip(rounds, base)
                        if f and b and f.p50_us and b.p50_us])
        note = known[-1].note
        if why:
            note += f" {len(rounds) - len(known)} rounds failed: {why}"
        self.lines.append(f"  {name:26} {text(p50):>10} {text(p99):>10} {text(per_s, 0):>11} "
                          f"{text(ratio, 2):>8}  {note}".rstrip())
        self.row("figure", case, name, p50_us=text(p50, 2), p99_us=text(p99, 2),
                 requests_per_s=text(per_s, 1), value=text(ratio, 3), note=note.strip())

    def check(self, case, what, names, value, limit, at_least=False):
        """value(figures of each of names) a round; its median is held against limit."""
        found = self.samples.get(case)
        if found is None:
            return
        rounds = zip(*(found[name] for name in names))
        middle = median([value(*figures) for figures in rounds if None not in figures])
        sign = ">=" if at_least else "<="
        if middle is None:
            verdict = "missing"
        else:
            verdict = "pass" if (middle >= limit if at_least else middle <= limit) else "MISS"
        self.verdict(case, what, middle, f"{sign} {limit:g}", verdict)

    def ratio(self, case, ours, theirs, limit):
        """Median time of one against the other's."""
        self.check(case, f"p50 {ours} / {theirs}", (ours, theirs),
                   lambda a, b: a.p50_us / b.p50_us, limit)

    def rate_ratio(self, case, ours, theirs, limit):
        """Requests a second of one against the other's: at least so many times as many."""
        self.check(case, f"rate {ours} / {theirs}", (ours, theirs),
                   lambda a, b: a.per_s / b.per_s, limit, at_least=True)

    def verdict(self, case, what, value, limit, verdict, note=""):
        self.row("check", case, what, value=text(value, 3), limit=limit, verdict=verdict,
                 note=note)

    def figure(self, case, what, figures):
        """A figure that was not measured in rounds."""
        self.row("figure", case, what, p50_us=text(figures.p50_us, 2),
                 p99_us=text(figures.p99_us, 2), requests_per_s=text(figures.per_s, 1),
                 note=figures.note)

    def row(self, kind, case, what, **values):
        row = dict.fromkeys(COLUMNS, "")
        row.update(bench=self.name, kind=kind, case=case, what=what, rounds=self.rounds,
                   how=self.how, machine=machine(), date=self.started)
        row.update({key: "" if value == "-" else value for key, value in values.items()})
        self.rows.append(row)

    def close(self):
        """Prints the tables and the limits, writes the CSV."""
        how = f"{self.how}, {stolen.share(self.ticks):.1f} % of the CPUs' time stolen"
        for row in self.rows:
            row["how"] = how
        print(f"scripts/bench {self.name}: {self.started}, {machine()}, {how}")
        if self.restless > 0:
            print(f"{self.restless} runs found no calm moment")
        print("\n".join(self.lines))
        print(limits_table([row for row in self.rows if row["kind"] == "check"]))
        os.makedirs(OUT, exist_ok=True)
        path = os.path.join(OUT, f"{self.name}.csv")
        with open(path, "w", newline="", encoding="utf-8") as f:
            writer = csv.DictWriter(f, COLUMNS, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(self.rows)
        print(f"\nrows: {os.path.relpath(path, ROOT)}")


def limits_table(checks):
    """The closing table: every limit with what was found."""
    lines = ["", f"{'case':34} {'what':44} {'found':>9} {'limit':>9}  verdict"]
    for row in checks:
        lines.append(f"{row['case']:34} {row['what']:44} {row['value'] or '-':>9} "
                     f"{row['limit']:>9}  {row['verdict']}  {row['note']}".rstrip())
    missed = sum(row["verdict"] == "MISS" for row in checks)
    missing = sum(row["verdict"] == "missing" for row in checks)
    lines.append(f"{len(checks)} limits: {len(checks) - missed - missing} kept, {missed} missed, "
                 f"{missing} not measured")
    return "\n".join(lines)
