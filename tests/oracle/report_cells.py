#!/usr/bin/env python3
"""Recomputes stages, payload and errors of odbench-report --format csv with exact fractions.

report_cells.py TABLE PRINTED.csv ROWS.csv

The witness for tables whose lines are cells of one client, as of tests/golden/staged.csv:
target, model, protocol and payload. Exits 1 and says which cell differs.
"""
import csv
import sys
from fractions import Fraction
from math import floor

from report_tables import half_up, latency, mean, type7

KEYS = ('target', 'model', 'protocol', 'payload')
STAGES = ('connect', 'upload', 'wait/queue', 'wait/preprocess', 'wait/inference',
          'wait/postprocess', 'wait/other', 'download', 'remainder')


def number(row, *names):
    """The sum of what is measured, or None."""
    values = [int(row[n]) for n in names if row[n] != '']
    return sum(values) if values else None


def split(row):
    """One request's stages by name; what is not measured is missing."""
    spans = {'connect': number(row, 'dns_ns', 'connect_ns', 'tls_ns'), 'upload': number(row, 'upload_ns'),
             'wait/other': number(row, 'wait_ns'), 'download': number(row, 'download_ns')}
    found = {k: v for k, v in spans.items() if v is not None}
    rest = latency(row) - sum(found.values())
    if not found or rest < 0:
        return {}
    server = {'wait/queue': number(row, 'srv_queue_ns'),
              'wait/preprocess': number(row, 'srv_decode_ns', 'srv_preprocess_ns'),
              'wait/inference': number(row, 'srv_infer_ns'), 'wait/postprocess': number(row, 'srv_postprocess_ns')}
    server = {k: v for k, v in server.items() if v is not None}
    if server and 'wait/other' in found and sum(server.values()) <= found['wait/other']:
        found['wait/other'] -= sum(server.values())
        found.update(server)
    found['remainder'] = rest
    return found


def stages(cells):
    expected = {}
    for key, rows in cells.items():
        good = [r for r in rows if latency(r) is not None]
        parts = [split(r) for r in good]
        known = {name for part in parts for name in part}
        total = Fraction(0)
        for name in STAGES:
            sums = [part.get(name, 0) if part else (latency(row) if name == 'remainder' else 0)
                    for part, row in zip(parts, good)]
            expected[key + (name,)] = half_up(mean(sums), 2) if name in known else ''
            total += mean(sums) if name in known else 0
        times = [latency(r) for r in good]
        assert not known or total == mean(times), (key, total)
        expected[key + ('n',)] = str(len(good))
        expected[key + ('service time/mean',)] = half_up(mean(times), 2)
        expected[key + ('service time/p50',)] = half_up(type7(times, Fraction(1, 2)), 2)
        expected[key + ('service time/p95',)] = half_up(type7(times, Fraction(95, 100)), 2) if len(times) >= 130 else ''
    return expected


def image_mean(rows, value):
    images = {}
    for row in rows:
        images.setdefault(row['file_name'], []).append(value(row))
    return mean([floor(mean(v) + Fraction(1, 2)) for v in images.values()])


def signed(ns):
    return ('-' if ns < 0 else '+') + half_up(abs(ns), 2)


def payload(cells):
    expected = {}
    for peers in sorted({key[:2] for key in cells}):
        good = {key: [r for r in rows if latency(r) is not None] for key, rows in cells.items() if key[:2] == peers}
        common = set.intersection(*({r['file_name'] for r in rows} for rows in good.values()))
        good = {key: [r for r in rows if r['file_name'] in common] for key, rows in good.items()}
        up = {key: image_mean(rows, lambda r: int(r['bytes_up'])) for key, rows in good.items()}
        time = {key: image_mean(rows, latency) for key, rows in good.items()}
        ns = {key: floor(value + Fraction(1, 2)) for key, value in time.items()}
        least = {p: min((k for k in good if k[2] == p), key=lambda k: up[k]) for p in {k[2] for k in good}}
        for key, rows in good.items():
            files = image_mean(rows, lambda r: int(r['file_bytes']))
            pixels = image_mean(rows, lambda r: 3 * int(r['width']) * int(r['height']))
            expected[key + ('n',)] = str(len(rows))
            expected[key + ('images',)] = str(len(common))
            expected[key + ('bytes up',)] = str(floor(up[key] + Fraction(1, 2)))
            expected[key + ('of it/x file',)] = f'{float(up[key] / files):.2f}'
            expected[key + ('of it/x pixels',)] = f'{float(up[key] / pixels):.2f}'
            expected[key + ('prepare',)] = half_up(image_mean(rows, lambda r: int(r['prepare_ns'])), 2)
            expected[key + ('latency',)] = half_up(time[key], 2)
            expected[key + ('latency for/encoding',)] = signed(ns[key] - ns[least[key[2]]])
            other = ns[least[key[2]]] - ns[least['tfs-grpc']]
            expected[key + ('latency for/transport',)] = signed(other) if key[2] != 'tfs-grpc' else ''
    return expected


def errors(cells):
    expected = {}
    for key, rows in cells.items():
        requests = len({r['seq'] for r in rows})
        failed = sorted((r for r in rows if latency(r) is None), key=lambda r: (int(r['seq']), int(r['attempt'])))
        for kind in {(r['status'], r['code']) for r in failed}:
            of_kind = [r for r in failed if (r['status'], r['code']) == kind]
            expected[key + kind + ('attempts',)] = str(len(of_kind))
            expected[key + kind + ('% of requests',)] = f'{100 * len(of_kind) / requests:.1f}'
            expected[key + kind + ('first message',)] = of_kind[0]['error']
    return expected


def main():
    table, printed, path = sys.argv[1:4]
    cells = {}
    with open(path, newline='') as f:
        for row in csv.DictReader(f):
            if row['phase'] == 'main':
                cells.setdefault(tuple(row[k] for k in KEYS), []).append(row)
    expected = {'stages': stages, 'payload': payload, 'errors': errors}[table](cells)
    keys = KEYS + (('status', 'code') if table == 'errors' else ())
    got = {}
    with open(printed, newline='') as f:
        for row in csv.DictReader(f):
            for name in row:
                if name not in keys:
                    got[tuple(row[k] for k in keys) + (name,)] = row[name]
    wrong = [k for k in sorted(set(expected) | set(got)) if expected.get(k) != got.get(k)]
    for key in wrong:
        print(table, key, 'expected', repr(expected.get(key)), 'printed', repr(got.get(key)))
    print(f'{table}: {len(got)} cells, {len(wrong)} differ')
    sys.exit(1 if wrong or not got else 0)


if __name__ == '__main__':
    main()
