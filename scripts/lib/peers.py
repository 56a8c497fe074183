"""The tools that odbench-run is compared with: how each is called and what its output says.

Every function takes the bench and a job and returns Figures; a tool that is not there, or that
cannot do the job, raises Missing. Each tool's own requests count alone: warm-up is left out where
the tool tells its requests one by one.
"""
import csv
import json
import os
import re
import shutil
import subprocess
from typing import NamedTuple

from bench import BIN, Figures, Missing, ROOT, quantile

METHOD = "tensorflow.serving.PredictionService.Predict"
PROTO = "tests/bench/predict.proto"


class Job(NamedTuple):
    """One load: count requests of one body, concurrency at a time, as fast as answers come."""
    port: int
    body: str = ""          # file: HTTP body, or the serialized message of a gRPC request
    bytes_up: int = 0       # of raw exchanges
    reply_bytes: int = 0    # of raw exchanges
    count: int = 1000
    concurrency: int = 1
    path: str = "/"         # HTTP
    fresh: bool = False     # a connection a request
    cpu: int = None         # where the client runs; None: anywhere
    image: str = ""         # odbench-run's operand
    protocol: str = ""      # odbench-run's
    payload: str = ""
    model: str = "ruler"
    extra: tuple = ()       # more options for odbench-run


def tool(bench, name):
    path = shutil.which(name, path=os.pathsep.join([bench.peers, os.environ["PATH"]]))
    if path is None:
        raise Missing(f"no {name} here")
    return path


def run(job, argv, timeout=300, env=None):
    if job.cpu is not None:
        argv = ["taskset", "-c", str(job.cpu)] + argv
    try:
        done = subprocess.run(argv, capture_output=True, timeout=timeout, check=False, text=True,
                              env=env)
    except subprocess.TimeoutExpired as late:
        raise Missing(f"{argv[0]}: not done after {late.timeout:.0f} s") from late
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Missing(f"exit status {done.returncode}: {said[-1] if said else ''}")
    return done.stdout


def spans(values_us, seconds, warm):
    """Figures of requests in order of their start, the first `warm` left out of the quantiles."""
    kept = values_us[warm:]
    return Figures(quantile(kept, 0.5), quantile(kept, 0.99),
                   len(values_us) / seconds if seconds else None)


def raw(bench, job):
    """Plain TCP exchanges of the same bytes (tests/bench/raw_client)."""
    line = run(job, [f"{BIN}/bench/raw_client", str(job.port), str(job.bytes_up),
                     str(job.reply_bytes), str(job.count), str(job.concurrency),
                     "new" if job.fresh else "reuse"])
    p50, _, p99, per_s = (None if word == "-" else float(word) for word in line.split())
    return Figures(p50, p99, per_s)


def rows_of(path):
    """The main rows of a result file whose exchange was whole, as dictionaries."""
    with open(path, newline="", encoding="utf-8") as f:
        rows = [row for row in csv.DictReader(f) if row["phase"] == "main"]
    bad = [row for row in rows if row["status"] != "ok"]
    if bad or not rows:
        raise SystemExit(f"odbench-run: {len(bad)} of {len(rows)} rows failed, "
                         f"{bad[0]['status'] if bad else ''}: {bad[0]['error'] if bad else ''}")
    return rows


def odbench_rows(bench, job):
    out = bench.file("rows.csv")
    front = "grpc" if job.protocol.endswith("grpc") else "rest"
    pin = ["--pin", str(job.cpu)] if job.cpu is not None else []  # its own: connections are kept warm
    argv = [f"{BIN}/odbench-run", "--target", f"127.0.0.1,{front}={job.port}", "--model", job.model,
            "--protocol", job.protocol, "--payload", job.payload, "--concurrency",
            str(job.concurrency), "--repetitions", "1", "--count", str(job.count), "--warmup", "20",
            "--no-probe", "--no-floor", "--connection", "new" if job.fresh else "reuse", "--quiet",
            "--force", "-o", out, *pin, *job.extra, job.image]
    try:
        run(job, argv)
    except Missing as failed:  # our own program: nothing to be left out quietly
        raise SystemExit(f"odbench-run: {failed}") from failed
    return rows_of(out)


def odbench(bench, job):
    rows = odbench_rows(bench, job)
    sent = [int(row["send_ns"]) for row in rows]
    seconds = (max(int(row["end_ns"]) for row in rows) - min(sent)) / 1e9
    return spans([int(row["service_ns"]) / 1e3 for row in rows], seconds, 0)


def h2load(bench, job, http1=False, threads=1):
    log = bench.file("h2load.log")
    if os.path.exists(log):
        os.unlink(log)
    if http1:
        how = ["--h1", "-d", job.body, "-H", "content-type: application/json",
               f"http://127.0.0.1:{job.port}{job.path}"]
    else:
        how = ["-d", job.body + ".frame", "-H", "content-type: application/grpc", "-H",
               "te: trailers", f"http://127.0.0.1:{job.port}/{METHOD[:-8]}/Predict"]
    out = run(job, [tool(bench, "h2load"), "-m", "1", "-t", str(threads), "-c", str(job.concurrency), "-n",
                    str(job.count), f"--log-file={log}"] + how)
    if not re.search(rf"{job.count} succeeded, 0 failed, 0 errored", out):
        raise Missing("not all requests succeeded")
    with open(log, encoding="ascii") as f:
        lines = sorted(tuple(map(int, line.split())) for line in f)
    # Start of a request in microseconds of the wall clock, status, microseconds it took.
    seconds = (max(start + took for start, _, took in lines) - lines[0][0]) / 1e6
    return spans([took for _, _, took in lines], seconds, job.count // 10)


def h2load1(bench, job):
    return h2load(bench, job, http1=True)


def ghz(bench, job, options=()):
    out = bench.file("ghz.json")
    run(job, [tool(bench, "ghz"), "--insecure", "--proto", PROTO, "--import-paths", "lib/wire",
              "--call", METHOD, "--binary-file", job.body, "--disable-template-data",
              "--disable-template-functions", "-c", str(job.concurrency), "--connections",
              str(job.concurrency), "-n", str(job.count), "--format", "json", "--output", out,
              *options, f"127.0.0.1:{job.port}"])
    with open(out, encoding="utf-8") as f:
        said = json.load(f)
    if said["statusCodeDistribution"] != {"OK": job.count}:
        raise Missing(f"statuses {said['statusCodeDistribution']}")
    return spans([one["latency"] / 1e3 for one in said["details"]], said["total"] / 1e9,
                 job.count // 10)


def perf_analyzer(bench, job):
    """The image as one text of as many bytes, since it sends pixels as a number of ten bytes each.
    Three windows of half a second, steady or not: the rounds tell that."""
    out = bench.file("perf.csv")
    path = tool(bench, "perf_analyzer")
    run(job, [path, "-m", job.model, "--service-kind", "tfserving", "-i", "grpc", "-u",
              f"127.0.0.1:{job.port}", "--shape", "inputs:1", "--string-length",
              str(job.bytes_up), "--concurrency-range", str(job.concurrency),
              "--measurement-interval", "500", "--stability-percentage", "999", "--percentile", "50",
              "--verbose-csv", "-f", out])
    with open(out, newline="", encoding="utf-8") as f:
        row = next(csv.DictReader(f))
    return Figures(float(row["p50 latency"]), float(row["p99 latency"]),
                   float(row["Inferences/Second"]))


def wrk(bench, job):
    script = bench.file("body.lua")
    with open(script, "w", encoding="ascii") as f:
        f.write(f'''local file = io.open("{job.body}", "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
{'wrk.headers["Connection"] = "close"' if job.fresh else ''}
function done(summary, latency, requests)
    io.write(string.format("found %g %g %g %d\\n", latency:percentile(50), latency:percentile(99),
        summary.requests / summary.duration * 1e6,
        summary.errors.status + summary.errors.read + summary.errors.write))
end
''')
    out = run(job, [tool(bench, "wrk"), "-t", "1", "-c", str(job.concurrency), "-d", "1s", "-s",
                    script, f"http://127.0.0.1:{job.port}{job.path}"])
    p50, p99, per_s, failed = map(float, re.search(r"^found (.*)$", out, re.M)[1].split())
    return Figures(p50, p99, per_s, f"{failed:.0f} failed" if failed else "")


def ab(bench, job):
    table = bench.file("ab.csv")
    out = run(job, [tool(bench, "ab"), "-q", "-c", str(job.concurrency), "-n", str(job.count), "-p",
                    job.body, "-T", "application/json", "-e", table] + ([] if job.fresh else ["-k"])
              + [f"http://127.0.0.1:{job.port}{job.path}"])
    with open(table, newline="", encoding="ascii") as f:
        ms = {row[0]: float(row[1]) for row in list(csv.reader(f))[1:]}
    per_s = float(re.search(r"^Requests per second:\s+([0-9.]+)", out, re.M)[1])
    return Figures(ms["50"] * 1e3, ms["99"] * 1e3, per_s)


def hey(bench, job):
    argv = [tool(bench, "hey"), "-n", str(job.count), "-c", str(job.concurrency), "-m", "POST",
            "-D", job.body, "-T", "application/json", f"http://127.0.0.1:{job.port}{job.path}"]
    if job.fresh:
        argv.insert(1, "-disable-keepalive")
    out = run(job, argv[:1] + ["-o", "csv"] + argv[1:])
    rows = sorted(csv.DictReader(out.splitlines()), key=lambda row: float(row["offset"]))
    took = [float(row["response-time"]) * 1e6 for row in rows]
    seconds = max(float(row["offset"]) + float(row["response-time"]) for row in rows)
    figures = spans(took, seconds, job.count // 10)
    return figures._replace(note="counts in steps of 100 us")


def vegeta_results(bench, job, rate, seconds):
    """Results as it writes them: (timestamp ns, code, latency ns) a request, by time."""
    path = tool(bench, "vegeta")
    results, targets = bench.file("vegeta.bin"), bench.file("vegeta.targets")
    with open(targets, "w", encoding="ascii") as f:
        f.write(f"POST http://127.0.0.1:{job.port}{job.path}\n"
                f"Content-Type: application/json\n@{job.body}\n")
    run(job, [path, "attack", "-targets", targets, "-rate", str(rate), "-duration", f"{seconds}s",
              "-max-workers", str(job.concurrency), "-workers", str(job.concurrency), "-keepalive="
              + ("false" if job.fresh else "true"), "-output", results])
    text = run(job, [path, "encode", "-to", "csv", results])
    rows = sorted((int(row[0]), int(row[1]), int(row[2])) for row in csv.reader(text.splitlines()))
    if any(code != 200 for _, code, _ in rows):
        raise Missing("not all requests succeeded")
    return rows


def vegeta(bench, job):
    rows = vegeta_results(bench, job, 0, 1)
    seconds = (max(at + took for at, _, took in rows) - rows[0][0]) / 1e9
    return spans([took / 1e3 for _, _, took in rows], seconds, len(rows) // 10)


def oha_said(bench, job, options):
    argv = [tool(bench, "oha"), "--no-tui", "--output-format", "json", "-m", "POST", "-D", job.body,
            "-T", "application/json", "-c", str(job.concurrency)]
    if job.fresh:
        argv.append("--disable-keepalive")
    said = json.loads(run(job, argv + options + [f"http://127.0.0.1:{job.port}{job.path}"]))
    if said["summary"]["successRate"] != 1:
        raise Missing("not all requests succeeded")
    return said


def oha(bench, job):
    said = oha_said(bench, job, ["-n", str(job.count)])
    times = said["latencyPercentiles"]
    return Figures(times["p50"] * 1e6, times["p99"] * 1e6, said["summary"]["requestsPerSec"])


def canned(bench, what, *args):
    """A file of tests/bench/canned; its path."""
    path = bench.file("-".join((what,) + args).replace("/", "-"))
    subprocess.run([f"{BIN}/bench/canned", what, *args, path], check=True)
    return path


def size(path):
    return os.path.getsize(path)


def image(bench, name, pixels, *options, objects=5):
    """A drawn image of so many pixels, alone in its folder; the file's path."""
    out = bench.file(name)
    subprocess.run([f"{BIN}/odbench-data", "make", "--objects", str(objects), "--size", pixels, "--per-cell",
                    "1", "--seed", "7", "--quiet", *options, "-o", out], check=True)
    folder = os.path.join(out, "images")
    return os.path.join(folder, *os.listdir(folder))


def build(*programs):
    if "ODBENCH_BIN" in os.environ:
        return
    subprocess.run(["make", "-s", "all"] + [f"{os.path.relpath(BIN, ROOT)}/bench/{name}"
                                            for name in programs], check=True, cwd=ROOT)
