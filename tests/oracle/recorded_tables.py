#!/usr/bin/env python3
"""Compares tables of recorded latencies with what R stored of them.

recorded_tables.py STORED.txt SUMMARY.csv REGRESSION.csv COMPARE.csv RECORDED.csv

STORED is tests/golden/stats/recorded.txt (recorded_tests.R); the tables are of odbench-report --interval --table summary
--digits 6 and --table regression --unit ns, and of odbench-compare --format csv, over RECORDED. Means of images are
whole nanoseconds in tables. Exits 1 and says what differs.
"""
import csv
import sys


def stored(path):
    """Of each cell: word -> lists of numbers."""
    cells, cell = {}, None
    for line in open(path, encoding='ascii'):
        word, *numbers = line.split()
        if word == 'cell':
            cell = cells.setdefault(f'c{int(numbers[0]):03d}', {})
        elif word not in ('#', 'half', 'order'):
            cell.setdefault(word, []).append([float(number) for number in numbers])
    return cells


def rows_of(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def main(truth, summary, regression, comparison, recorded):
    wrong, checks = [], 0

    def check(what, have, want, slack):
        nonlocal checks
        checks += 1
        if have == '' or abs(float(have) - want) > slack:
            wrong.append(f'{what}: printed {have!r}, stored {want!r}')

    cells = stored(truth)
    names = {(r['model'], r['protocol'], r['payload']): r['cell_id'] for r in rows_of(recorded)}

    def cell_of(row):
        protocol, _, payload = row['protocol'].partition(' ')
        payload = row.get('payload') or payload
        return next(cell for (m, p, way), cell in names.items()
                    if m == row['model'] and p == protocol and payload in ('', way))

    lines = rows_of(summary)
    for row in lines:
        cell = cell_of(row)
        quantiles = {int(p): value for p, value in cells[cell]['quantile']}
        ranks = {int(p): (low, high) for p, low, high in cells[cell]['ranks']}
        for name, permille in (('p50', 500), ('p90', 900)):
            check(f'{cell} {name}', row[name], quantiles[permille] / 1e6, 0.51e-6)
            check(f'{cell} {name} low', row[f'{name} low'], ranks[permille][0] / 1e6, 1e-9)
            check(f'{cell} {name} high', row[f'{name} high'], ranks[permille][1] / 1e6, 1e-9)
        for name, want in zip(('mean', 'mean low', 'mean high'), cells[cell]['mean'][0]):
            check(f'{cell} {name}', row[name], want / 1e6, 2.1e-6)
        if row['n'] != '100':
            wrong.append(f'{cell}: n is {row["n"]}')
    if len(lines) != len(cells):
        wrong.append(f'{len(lines)} lines, {len(cells)} cells')
    steps = {'100 kB of file': (1, 1e5), 'megapixel': (2, 1e6), 'object': (3, 1)}
    for row in rows_of(regression):
        if row['of'] in steps:
            cell = cell_of(row)
            at, step = steps[row['of']]
            fit = cells[cell]['fit'][at]
            for name, value in zip(('latency for each/coefficient', 'latency for each/low', 'latency for each/high'), fit):
                check(f'{cell} {row["of"]} {name}', row[name], value * step, 1e-6 * abs(value * step) + 50)
            for name, value in zip(('standardised/coefficient', 'standardised/low', 'standardised/high'), fit[3:]):
                check(f'{cell} {row["of"]} {name}', row[name], value, 0.00051)
            if at == 1:
                check(f'{cell} R2', row['R2'], cells[cell]['r2'][0][0], 0.00051)
    for row in rows_of(comparison):
        if row['metric'] == 'p50':
            model, protocol, payload = row['label'].split()
            quantiles = {int(p): value for p, value in cells[names[model, protocol, payload]]['quantile']}
            check(f'compare {row["label"]}', row['base_value'], quantiles[500], 0.51)
    print('\n'.join(wrong[:10]) if wrong else f'{checks} numbers')
    return 1 if wrong else 0


if __name__ == '__main__':
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
