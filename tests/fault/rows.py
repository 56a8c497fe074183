"""What holds for the files of every run, however it ended.

load(NAME) reads NAME.csv and NAME.meta.json, asserts that, and returns rows and facts; every row
has whole numbers as int and empty ones as None. attempts(rows) groups them by request.
"""
import collections
import csv
import json

STATUSES = set("ok http_error grpc_error timeout connect reset decode invalid cancelled".split())
STAGES = "dns_ns connect_ns tls_ns upload_ns wait_ns download_ns remainder_ns".split()


def number(name, text):
    if name.endswith(("_ns", "_bytes")) or name in ("seq", "rep", "attempt", "conn_id", "bytes_up", "bytes_down"):
        return int(text) if text else None
    return text


def check_row(row):
    assert row["status"] in STATUSES, row
    assert row["phase"] in ("warmup", "main", "drain"), row
    assert (row["error"] == "") == (row["status"] == "ok"), row
    assert row["status"] != "cancelled" or row["phase"] == "drain", row
    if row["service_ns"] is None:
        return
    spans = [row[name] for name in STAGES if row[name] is not None]
    assert min(spans) >= 0 and sum(spans) == row["service_ns"], row
    assert row["end_ns"] - row["send_ns"] == row["service_ns"], row
    assert row["queue_ns"] == row["send_ns"] - row["sched_ns"] >= 0, row
    assert row["response_ns"] == row["queue_ns"] + row["service_ns"], row


def attempts(rows):
    """Rows of each request, in the order of the attempts."""
    groups = collections.defaultdict(list)
    for row in rows:
        groups[row["seq"]].append(row)
    for group in groups.values():
        group.sort(key=lambda row: row["attempt"])
        assert [row["attempt"] for row in group] == list(range(1, len(group) + 1)), group
        assert len({row["file_name"] for row in group}) == 1, group
        assert all(row["status"] != "ok" for row in group[:-1]), group
    return groups


def failed(rows):
    return sum(group[-1]["status"] != "ok" and group[-1]["phase"] != "drain" for group in attempts(rows).values())


def load(name="rows"):
    with open(name + ".csv", "rb") as file:
        data = file.read()
    assert data.endswith(b"\n") and b"\0" not in data, data[-200:]
    table = list(csv.reader(data.decode().splitlines()))
    assert {len(line) for line in table} == {len(table[0])}, "a line is not whole"
    with open(name + ".meta.json", encoding="utf-8") as file:
        meta = json.load(file)
    rows = [{key: number(key, text) for key, text in zip(table[0], line)} for line in table[1:]]
    for row in rows:
        check_row(row)
    plan = meta["plan"]
    assert plan["rows"] == len(rows), (plan["rows"], len(rows))
    if plan["end"] == "complete" and plan["planned_rows"] is not None and plan["pace"]["duration_stop"] == "wait":
        assert sorted(attempts(rows)) == list(range(1, plan["planned_rows"] + 1)), "a planned request has no row"
        assert plan["failed_rows"] == failed(rows), (plan["failed_rows"], failed(rows))
    return rows, meta
