#!/usr/bin/env python3
"""Writes what numpy says of quantiles into tests/golden/stats/quantile.txt, which tests/unit/test_recorded_cells.c reads.

usage, from the top of the tree: python3 tests/oracle/quantiles.py

"values" in nanoseconds: those of every cell of tests/golden/stats/recorded.csv, and made ones: few, equal, tied and
large; then "quantile" permille and value, of type 7 (numpy's "linear"), where the values are exact in a double.
"""
import csv
import random

import numpy

PERMILLE = (0, 1, 50, 100, 250, 333, 500, 667, 750, 900, 950, 990, 999, 1000)


def recorded():
    cells = {}
    with open('tests/golden/stats/recorded.csv', newline='', encoding='ascii') as file:
        for row in csv.DictReader(file):
            if row['phase'] == 'main' and row['status'] == 'ok':
                cells.setdefault(row['cell_id'], []).append((int(row['seq']), int(row['service_ns'])))
    return [[ns for _, ns in sorted(cells[cell])] for cell in sorted(cells)]


def made():
    draw = random.Random(7)
    yield [5]
    yield [7, 4]
    yield [3, 3, 3]
    yield [0, 0, 1]
    yield [draw.randrange(10) for _ in range(64)]
    yield [draw.randrange(10**9) for _ in range(1001)]
    yield [10**15 + draw.randrange(10**6) for _ in range(17)]
    yield [int(draw.lognormvariate(17, 1)) for _ in range(662)]


def main():
    with open('tests/golden/stats/quantile.txt', 'w', encoding='ascii') as out:
        print('# numpy by tests/oracle/quantiles.py', file=out)
        for values in [*recorded(), *made()]:
            print('values', *values, file=out)
            for permille in PERMILLE:
                print('quantile', permille, repr(float(numpy.quantile(values, permille / 1000, method='linear'))), file=out)


if __name__ == '__main__':
    main()
