#!/usr/bin/env python3
"""What tests/unit/test_cell_oracle.c expects of a small cell, by numpy and scipy.

Times are integers made by the formula of both files. Prints a line a case: ratio, its
interval, p, shift, its interval.
"""
import numpy as np
from scipy import stats

CONFIDENCE = 0.95


def time_ns(side, image, run, unit):
    mixed = (image * 7919 + (run * 16 + unit) * 104729 + side * 15485863 + 12345) * 2654435761 % 2**32
    noise = mixed % 2000001  # 0 .. 2 ms
    return 20000000 + 3000000 * image + noise + side * (1000000 + 100000 * image)


def hodges_lehmann(d):
    """Exact signed rank: p, estimate and interval from the Walsh averages."""
    n = len(d)
    i, j = np.triu_indices(n)
    walsh = np.sort((d[i] + d[j]) / 2)
    p = stats.wilcoxon(d, method="exact").pvalue
    # The distribution of V, by counting.
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1
    for k in range(1, n + 1):
        ways[k:] = ways[k:] + ways[:-k].copy()
    cumulative = np.cumsum(ways) / 2.0**n
    # R's qsignrank(alpha / 2, n): the least q with P(V <= q) >= alpha / 2.
    q = max(int(np.searchsorted(cumulative, (1 - CONFIDENCE) / 2)), 1)
    return p, np.median(walsh), walsh[q - 1], walsh[len(walsh) - q]


def mean_error(values):
    n = len(values)
    r = 0.0
    d = values - values.mean()
    if n >= 8:
        r = min(0.8, max(0.0, (d[1:] * d[:-1]).sum() / (d * d).sum()))
    widening = (1 + r) / (1 - r)
    return values.mean(), np.sqrt(values.var(ddof=1) / n * widening), max(1, (n - 1) / widening)


def trimmed_error(values):
    """Yuen's, with the widening of mean_error found from the winsorized values."""
    n = len(values)
    cut = n // 5
    if cut == 0:
        return mean_error(values)
    kept = n - 2 * cut
    winsorized = np.asarray(stats.mstats.winsorize(values, limits=(cut / n + 1e-9, cut / n + 1e-9)))
    _, error, df = mean_error(winsorized)
    return (stats.trim_mean(values, 0.2), error * np.sqrt(n * (n - 1) / (kept * (kept - 1))),
            max(1, (kept - 1) * df / (n - 1)))


def joint(parts):
    total = sum(e**2 for e, _ in parts)
    df = total**2 / sum(e**4 / df for e, df in parts if np.isfinite(df))
    return np.sqrt(total), df


def case(images, runs, units, typical, noise):
    y = np.array([[[[time_ns(s, i, r, u) for u in range(units)] for r in range(runs)]
                   for i in range(images)] for s in range(2)], dtype=float)
    m = typical(y.reshape(2, images, -1), axis=2)
    d = np.log(m[1] / m[0])
    ref = np.sqrt(m[0] * m[1])
    if typical is np.median:
        e = np.median(np.log(y / ref[None, :, None, None]), axis=1)
    else:
        e = np.log(np.mean(y / ref[None, :, None, None], axis=1))
    over_units = trimmed_error if typical is np.median else mean_error
    if runs == 1:
        a, b = over_units(e[0, 0]), over_units(e[1, 0])
        value = b[0] - a[0]
        spread = [np.sqrt(((e[s, 0] - v) ** 2).sum() / (units - 1)) for s, v in ((0, a[0]), (1, b[0]))]
        allowed = max(noise, *spread) if noise > 0 else 0
        error, df = joint([a[1:], b[1:], (allowed * np.sqrt(2), np.inf)])
    else:
        means = np.array([[over_units(e[s, r])[0] for r in range(runs)] for s in range(2)])
        within = np.mean([over_units(e[s, r])[1] ** 2 for s in range(2) for r in range(runs)])
        seen = means.var(axis=1, ddof=1).max()
        df = runs - 1
        weight = 4 if noise > 0 else 0
        variance = max((weight * (noise**2 + within) + df * seen) / (weight + df), seen)
        value, error = means[1].mean() - means[0].mean(), np.sqrt(variance * 2 / runs)
        df += weight * min(1, (noise**2 + within) / seen)
    p_time = 2 * stats.t.sf(abs(value / error), df)
    half = stats.t.isf((1 - CONFIDENCE) / 2, df) * error
    p_image, estimate, low, high = hodges_lehmann(d)
    low, high = min(low, value - half), max(high, value + half)
    _, shift, shift_low, shift_high = hodges_lehmann(m[1] - m[0])
    base = typical(y[0])
    print("{%.12f, %.12f, %.12f, %.12e, %.3f, %.3f, %.3f}," % (
        np.exp(estimate), np.exp(low), np.exp(high), max(p_image, p_time), shift,
        min(shift_low, base * np.expm1(low)), max(shift_high, base * np.expm1(high))))


case(12, 1, 10, np.median, 0.01)
case(12, 1, 10, np.mean, 0.01)
case(12, 1, 5, np.median, 0.0)
case(15, 3, 4, np.median, 0.01)
case(15, 3, 4, np.mean, 0.0)
case(12, 1, 10, np.median, 0.001)
case(15, 2, 4, np.median, 0.0001)
case(15, 3, 9, np.median, 0.01)
