#!/usr/bin/env python3
"""Writes what scipy says of the data sets of rank_tests.R: tests/golden/rank/scipy.txt.

For each data set a line: the exact p of the signed rank test (NaN where ties, zeros or 50
and more values leave no exact one), then the asymptotic p with and without continuity
correction; zeros are left out. Needs scipy.
"""
import math
import warnings

import numpy
import scipy
from scipy import stats


def p_of(x, method, correction):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return stats.wilcoxon(x, zero_method="wilcox", correction=correction,
                              method=method).pvalue


def exact_p(x):
    plain = len(x) < 50 and all(x != 0) and len(set(numpy.abs(x))) == len(x)
    return p_of(x, "exact", False) if plain else math.nan


def main():
    with open("tests/golden/rank/rank.txt", encoding="ascii") as file:
        sets = [numpy.array([float(word) for word in line.split()[1:]])
                for line in file if line.startswith("data ")]
    with open("tests/golden/rank/scipy.txt", "w", encoding="ascii") as out:
        out.write(f"# scipy {scipy.__version__} by tests/oracle/rank_tests.py\n")
        for x in sets:
            some = any(x != 0)
            numbers = [exact_p(x), p_of(x, "asymptotic", True) if some else math.nan,
                       p_of(x, "asymptotic", False) if some else math.nan]
            out.write("scipy " + " ".join(f"{number:.17g}" for number in numbers) + "\n")


main()
