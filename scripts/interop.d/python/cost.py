"""
cost.py GRPC_PORT REST_PORT MODEL IMAGE WORK: what odbench-run and perf_analyzer add to the time that Triton
itself counts, for one image as raw pixels. Both send the same number of requests in rounds by turns; the cost
of a round is the mean latency that the client tells less the mean of Triton's statistics ("success") over it.
Prints a table in Markdown, of the medians of the rounds.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import urllib.request

ROUNDS, COUNT = 7, 400


class Cost:
    def __init__(self, grpc, rest, model, image, work):
        self.ports = {"grpc": grpc, "http": rest}
        self.model, self.image, self.work = model, image, work

    def counted(self):
        url = f"http://127.0.0.1:{self.ports['http']}/v2/models/{self.model}/stats"
        with urllib.request.urlopen(url, timeout=10) as reply:
            said = json.load(reply)["model_stats"][0]["inference_stats"]["success"]
        return said["count"], said["ns"]

    @staticmethod
    def run(argv):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{argv[0]}: {(done.stderr or done.stdout).strip()[-300:]}")

    def odbench(self, how, concurrency):
        out = f"{self.work}/cost.csv"
        front, protocol = ("grpc", "oip-grpc") if how == "grpc" else ("rest", "oip-rest")
        self.run(
            [os.environ["INTEROP_BIN"] + "/odbench-run", "--target", f"127.0.0.1,{front}={self.ports[how]}"]
            + ["--model", self.model, "--protocol", protocol, "--payload", "tensor", "--count", str(COUNT)]
            + [
                "--concurrency",
                str(concurrency),
                "--repetitions",
                "1",
                "--warmup",
                "0",
                "--no-floor",
                "--quiet",
            ]
            + ["--force", "-o", out, self.image]
        )
        with open(out, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if any(row["status"] != "ok" for row in rows):
            raise SystemExit("odbench-run: a request failed")
        return statistics.mean(int(row["service_ns"]) / 1e3 for row in rows)

    def perf_analyzer(self, how, concurrency):
        out = f"{self.work}/perf.csv"
        self.run(
            [
                os.environ["INTEROP_PERF_ANALYZER"],
                "-m",
                self.model,
                "-i",
                how,
                "-u",
                f"127.0.0.1:{self.ports[how]}",
            ]
            + ["--shape", "inputs:1,480,640,3", "--request-count", str(COUNT)]
            + ["--concurrency-range", str(concurrency), "--verbose-csv", "-f", out]
        )
        with open(out, newline="", encoding="utf-8") as file:
            return float(next(csv.DictReader(file))["Avg latency"])

    def round(self, tool, how, concurrency):
        """(client's mean, server's mean, requests that the server counted) in microseconds"""
        count, spent = self.counted()
        mean = tool(how, concurrency)
        after, total = self.counted()
        return mean, (total - spent) / (after - count) / 1e3, after - count

    def cell(self, how, concurrency):
        tools = {"odbench-run": self.odbench, "perf_analyzer": self.perf_analyzer}
        found = {name: [] for name in tools}
        for turn in range(ROUNDS):
            for name in sorted(tools, reverse=turn % 2 == 1):
                found[name].append(self.round(tools[name], how, concurrency))
        cost = {
            name: statistics.median(mean - own for mean, own, _ in rounds) for name, rounds in found.items()
        }
        for name, rounds in found.items():
            mean, own = (statistics.median(one[i] for one in rounds) for i in (0, 1))
            least, most = min(a - b for a, b, _ in rounds), max(a - b for a, b, _ in rounds)
            counts = sorted({one[2] for one in rounds})
            yield (
                f"| {'oip-grpc' if how == 'grpc' else 'oip-rest'} | {concurrency} | {name} | {mean:.0f} | {own:.0f} |"
                f" {cost[name]:.0f} | {least:.0f} to {most:.0f} | {cost[name] / cost['perf_analyzer']:.2f} |"
                f" {', '.join(map(str, counts))} |"
            )

    def table(self):
        yield "| protocol | concurrency | client | client us | Triton us | difference us | rounds | ratio | requests |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
        for how in ("grpc", "http"):
            for concurrency in (1, 4):
                yield from self.cell(how, concurrency)


for text in Cost(*sys.argv[1:]).table():
    print(text, flush=True)
