#!/usr/bin/env python3
"""Recomputes what odbench-report --format csv printed, from the rows, with exact fractions.

report_tables.py TABLE PRINTED.csv ROWS.csv...

An independent witness: nothing here is shared with the program but the manual's text.
Exits 1 and says which cell differs. TABLE is paper-1, paper-2, paper-3, summary or
size-objects.
"""
import csv
import sys
from fractions import Fraction
from math import floor

IMAGES = {'paper-2': '000000000285.jpg', 'paper-3': '000000000802.jpg'}
NEEDS = {'p50': 1, 'p90': 64, 'p95': 130, 'p99': 662}


def mean(values):
    return Fraction(sum(values), len(values))


def half_up(value, digits):
    """Milliseconds from nanoseconds, as text with that many decimals."""
    scaled = floor(Fraction(value) * 10 ** digits / 1000000 + Fraction(1, 2))
    text = str(scaled).rjust(digits + 1, '0')
    return text[:-digits] + '.' + text[-digits:]


def paper_style(value):
    text = half_up(value, 3).rstrip('0')
    return text[:-1] if text.endswith('.') else text


def type7(values, share):
    values = sorted(values)
    h = (len(values) - 1) * share
    low = floor(h)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (h - low)


def latency(row):
    if row['status'] == 'ok' and row['service_ns'] != '':
        return int(row['service_ns'])
    return None


def image(row):
    return row['file_name'].rsplit('/', 1)[-1]


def variants(rows):
    """Protocols that ran with more than one payload (the only factor of these files)."""
    seen = {}
    for row in rows:
        seen.setdefault(row['protocol'], set()).add(row['payload'])
    return {protocol for protocol, payloads in seen.items() if len(payloads) > 1}


def protocol_label(row, varied):
    return row['protocol'] + (' ' + row['payload'] if row['protocol'] in varied else '')


def image_mean(rows):
    """Mean over images of the means of each, or None."""
    by_image = {}
    for row in rows:
        if latency(row) is not None:
            by_image.setdefault(image(row), []).append(latency(row))
    if '' in by_image:
        by_image = {'': by_image['']}
    means = [floor(mean(v) + Fraction(1, 2)) for v in by_image.values()]
    return mean(means) if means else None


def paper(table, rows):
    local = table == 'paper-1'
    if local:
        rows = [r for r in rows if r['placement'] == 'local']
    else:
        rows = [r for r in rows if r['client'] == 'client' and image(r) == IMAGES[table]]
    varied = variants(rows)
    cells = {}
    for row in rows:
        key = (row['model'], protocol_label(row, varied), row['client' if local else 'target'])
        cells.setdefault(key, []).append(row)
    means = {key: image_mean(found) for key, found in cells.items()}
    machines = {key[2] for key in means}
    expected = {}
    for (model, protocol, machine), value in means.items():
        expected[(model, protocol, machine)] = value
    if not local:
        for machine in machines:
            pairs = {(m, p) for m, p, _ in means}
            for model in {m for m, _ in pairs} | {'all'}:
                values = [means.get((m, p, machine)) for m, p in pairs if model in (m, 'all')]
                whole = None not in values
                expected[(model, 'average', machine)] = (
                    mean([floor(v + Fraction(1, 2)) for v in values]) if whole else None)
    show = (lambda v: half_up(v, 4)) if local else paper_style
    return {key: '' if value is None else show(value) for key, value in expected.items()}


def machine(row, several):
    away = several and row['client'] != row['target']
    return (row['client'] + '>' if away else '') + row['target']


def summary(rows):
    several = len({r['client'] for r in rows}) > 1
    varied = variants(rows)
    cells = {}
    for row in rows:
        key = (machine(row, several), row['model'], protocol_label(row, varied))
        cells.setdefault(key, []).append(row)
    expected = {}
    for key, found in cells.items():
        good = [latency(r) for r in found if latency(r) is not None]
        expected[key + ('n',)] = str(len(good))
        expected[key + ('failed',)] = str(len(found) - len(good))
        expected[key + ('mean',)] = half_up(mean(good), 2) if good else ''
        for name, least in NEEDS.items():
            share = Fraction(int(name[1:]), 100)
            enough = len(good) >= least
            expected[key + (name,)] = half_up(type7(good, share), 2) if enough else ''
    return expected


def size_objects(rows):
    rows = [r for r in rows if r['file_name'] != '']
    several = len({r['client'] for r in rows}) > 1
    varied = variants(rows)
    cells, expected = {}, {}
    for row in rows:
        column = row['model'] + '/' + protocol_label(row, varied)
        key = (machine(row, several), image(row))
        cells.setdefault(key + (column,), []).append(row)
        pixels = int(row['width']) * int(row['height']) if row.get('width') else ''
        for name, value in (('bytes', row['file_bytes']), ('pixels', str(pixels)),
                            ('objects', row['gt_objects'])):
            expected[key + (name,)] = value
    for key, found in cells.items():
        value = image_mean(found)
        expected[key] = '' if value is None else half_up(value, 2)
    return expected


def printed_cells(path, keys):
    with open(path, newline='') as f:
        table = list(csv.DictReader(f))
    cells = {}
    for row in table:
        for name, value in row.items():
            if name not in keys:
                cells[tuple(row[k] for k in keys) + (name,)] = value
    return cells


def main():
    table, printed = sys.argv[1:3]
    rows = []
    for path in sys.argv[3:]:
        with open(path, newline='') as f:
            rows += [r for r in csv.DictReader(f) if r['phase'] == 'main']
    if table == 'summary':
        expected, keys = summary(rows), ('target', 'model', 'protocol')
    elif table == 'size-objects':
        expected, keys = size_objects(rows), ('target', 'file')
    else:
        expected, keys = paper(table, rows), ('model', 'protocol')
    got = printed_cells(printed, keys)
    # What no row asks for is printed as an empty cell.
    wrong = [k for k in sorted(set(expected) | set(got)) if expected.get(k, '') != got.get(k)]
    for key in wrong:
        print(table, key, 'expected', repr(expected.get(key, '')), 'printed', repr(got.get(key)))
    print(f'{table}: {len(got)} cells, {len(wrong)} differ')
    sys.exit(1 if wrong or not got else 0)


if __name__ == '__main__':
    main()
