#!/usr/bin/env python3
"""Recomputes the coefficients of odbench-report --table regression --unit ns with exact fractions.

report_regression.py PRINTED.csv ROWS.csv

Image means are whole nanoseconds there, so slopes may differ by a few. The normal equations by Gaussian elimination, over the images of each target, model, protocol and
payload. Intervals must lie around their coefficients. Exits 1 and says what differs.
"""
import csv
import sys
from fractions import Fraction
from math import sqrt

from report_tables import latency, mean
from report_cells import KEYS

NAMES = {'100 kB of file': (0, 100000), 'megapixel': (1, 1000000), 'object': (2, 1)}


def solve(matrix, right):
    rows = [list(map(Fraction, row)) + [Fraction(value)] for row, value in zip(matrix, right)]
    size = len(rows)
    for i in range(size):
        pivot = next(k for k in range(i, size) if rows[k][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(size):
            if k != i:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i])]
    return [row[-1] for row in rows]


def fit(rows):
    images = {}
    for row in rows:
        images.setdefault(row['file_name'], []).append(row)
    x, y = [], []
    for found in images.values():
        first = found[0]
        x.append([1, int(first['file_bytes']), int(first['width']) * int(first['height']), int(first['gt_objects'])])
        y.append(mean([latency(r) for r in found]))
    normal = [[sum(a[i] * a[k] for a in x) for k in range(4)] for i in range(4)]
    slopes = solve(normal, [sum(a[i] * b for a, b in zip(x, y)) for i in range(4)])
    middle = mean_of(y)
    total = sum((b - middle) ** 2 for b in y)
    rest = sum((b - sum(s * v for s, v in zip(slopes, a))) ** 2 for a, b in zip(x, y))
    standard = []
    for i in range(3):
        column = [Fraction(a[i + 1]) for a in x]
        spread = sum((v - mean_of(column)) ** 2 for v in column)
        standard.append(float(slopes[i + 1]) * sqrt(spread / total))
    return slopes[1:], standard, float(1 - rest / total), len(y)


def mean_of(values):
    return sum(values, Fraction(0)) / len(values)


def main():
    printed, path = sys.argv[1:3]
    cells = {}
    with open(path, newline='') as f:
        for row in csv.DictReader(f):
            if row['phase'] == 'main' and latency(row) is not None:
                cells.setdefault(tuple(row[k] for k in KEYS), []).append(row)
    fits = {key: fit(rows) for key, rows in cells.items()}
    seen, wrong = 0, 0
    with open(printed, newline='') as f:
        for row in csv.DictReader(f):
            slopes, standard, r2, images = fits[tuple(row[k] for k in KEYS)]
            low, high = float(row['standardised/low']), float(row['standardised/high'])
            good = int(row['images']) == images
            if row['of'] in NAMES:
                at, step = NAMES[row['of']]
                slope = float(slopes[at] * step)
                good = good and abs(float(row['latency for each/coefficient']) - slope) <= 20 + 1e-9 * abs(slope)
                good = good and abs(float(row['standardised/coefficient']) - standard[at]) <= 0.00051
                good = good and abs((low + high) / 2 - standard[at]) <= 0.0011 and low < high
                good = good and (at > 0 or abs(float(row['R2']) - r2) <= 0.00051)
            else:
                difference = abs(standard[2]) - abs(standard[0])
                good = good and abs(float(row['standardised/coefficient']) - difference) <= 0.00051
                good = good and low <= difference + 0.001 and high >= difference - 0.001
            seen += 1
            if not good:
                wrong += 1
                print('wrong:', row, slopes, standard, r2)
    print(f'{seen} lines, {wrong} differ')
    sys.exit(1 if wrong or seen != 4 * len(fits) else 0)


if __name__ == '__main__':
    main()
