"""Others that group a result file by columns and tell mean and quantiles: DuckDB and pandas out of
PyPI, Miller out of Debian, and how they are asked for the same table as odbench-report."""
import csv
import glob
import io
import json
import os
import subprocess
import venv

from bench import BIN, Missing

PACKAGES = ("duckdb==2.0.0", "pandas==3.1.1")
KEYS = ("target", "model", "protocol")
PERCENTS = (50, 90, 95, 99)

DUCKDB = """
import duckdb, json, sys
connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET enable_progress_bar = false")
rows = connection.execute(f'''
    select target, model, protocol, count(service_ns), avg(service_ns),
           quantile_cont(service_ns, [0.5, 0.9, 0.95, 0.99])
    from read_csv('{sys.argv[1]}') where phase = 'main' and status = 'ok' group by all''').fetchall()
print(json.dumps([[*row[:5], *row[5]] for row in rows]))
"""

PANDAS = """
import json, pandas, sys
rows = pandas.read_csv(sys.argv[1], usecols=["phase", "status", "target", "model", "protocol", "service_ns"],
                       dtype={name: "category" for name in ("phase", "status", "target", "model", "protocol")})
rows = rows[(rows.phase == "main") & (rows.status == "ok")]
groups = rows.groupby(["target", "model", "protocol"], observed=True).service_ns
table = groups.agg(["count", "mean"]).join(groups.quantile([0.5, 0.9, 0.95, 0.99]).unstack())
print(json.dumps([[*key, *map(float, row)] for key, row in zip(table.index, table.values)]))
"""


def install(folder):
    """What is missing there of the three; raises Missing with why it cannot be had."""
    os.makedirs(folder, exist_ok=True)
    python = os.path.join(folder, "venv", "bin", "python")
    miller = os.path.join(folder, "usr", "bin", "mlr")
    try:
        if not os.path.exists(python):
            venv.create(os.path.join(folder, "venv"), with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True,
                       stdout=subprocess.DEVNULL)
        if not os.path.exists(miller):
            subprocess.run(["apt-get", "download", "--quiet", "miller"], check=True, cwd=folder,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            subprocess.run(["dpkg", "-x", *glob.glob(os.path.join(folder, "miller_*.deb"))[:1], folder],
                           check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"{folder}: {error}") from error
    return python, miller


def commands(rows, folder):
    """{name: argv}; each prints the table of that file."""
    python, miller = install(folder)
    return {
        "odbench": [f"{BIN}/odbench-report", "--table", "summary", "--by", ",".join(KEYS),
                    "--format", "csv", "--unit", "ns", rows],
        "DuckDB": [python, "-c", DUCKDB, rows],
        "pandas": [python, "-c", PANDAS, rows],
        "Miller": [miller, "--icsv", "--ojson", "filter", '$phase == "main" && $status == "ok"',
                   "then", "stats1", "-i", "-a",
                   "count,mean," + ",".join(f"p{percent}" for percent in PERCENTS),
                   "-f", "service_ns", "-g", ",".join(KEYS), rows],
    }


def versions(folder):
    python, miller = install(folder)
    said = subprocess.run([python, "-c", "import duckdb, pandas; print('DuckDB', duckdb.__version__ + ', pandas', "
                           "pandas.__version__)"], check=True, capture_output=True, text=True).stdout.strip()
    return said + ", Miller " + subprocess.run([miller, "--version"], check=True, capture_output=True,
                                               text=True).stdout.split()[1]


def table(name, text):
    """{(target, model, protocol): [n, mean, p50, ...]} of what a command printed; nanoseconds."""
    if name == "odbench":
        return {tuple(row[key] for key in KEYS):
                [float(row[what]) for what in ("n", "mean", "p50", "p90", "p95", "p99")]
                for row in csv.DictReader(io.StringIO(text))}
    if name == "Miller":
        whats = ["count", "mean"] + [f"p{percent}" for percent in PERCENTS]
        return {tuple(row[key] for key in KEYS): [row[f"service_ns_{what}"] for what in whats]
                for row in json.loads(text)}
    return {tuple(row[:3]): row[3:] for row in json.loads(text)}


def differing(ours, theirs):
    """Groups that one lacks, or in which a number is another one. odbench prints whole nanoseconds."""
    wrong = set(ours) ^ set(theirs)
    for key in set(ours) & set(theirs):
        if any(abs(a - b) > 0.5001 for a, b in zip(ours[key], theirs[key])):
            wrong.add(key)
    return sorted(wrong)
