#!/usr/bin/env python3
"""Prints the numbers that tests/unit/test_schedule.c, test_trend.c and test_rng.c expect.

Needs scipy. Random numbers are made anew from the description of splitmix64, gaps with
the C library's logarithm; p values and slopes are scipy's.
"""
import math

from scipy import stats

MASK = (1 << 64) - 1


def mix(z):
    z = ((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9) & MASK
    z = ((z ^ (z >> 27)) * 0x94d049bb133111eb) & MASK
    return z ^ (z >> 31)


def exponentials(seed, stream, count):
    """What od_rng_exponential gives after od_rng_init(seed, stream)."""
    state = mix((seed + 0x9e3779b97f4a7c15) & MASK)
    state ^= mix(((~stream & MASK) * 0xd1342543de82ef95) & MASK)
    state = mix(state)
    for _ in range(count):
        state = (state + 0x9e3779b97f4a7c15) & MASK
        yield -math.log(1.0 - (mix(state) >> 11) * 2.0 ** -53)


def poisson(seed, stream, rate, count):
    """Planned times in whole nanoseconds."""
    at = 0.0
    for gap in exponentials(seed, stream, count):
        at += gap * (1e9 / rate)
        yield math.floor(at + 0.5)


def show_poisson():
    for seed, stream in ((1, 0), (2, 0), (3, 5), (12345, 1), (2**64 - 1, 7)):
        times = list(poisson(seed, stream, 200, 5000))
        gaps = [(b - a) / 1e9 for a, b in zip([0] + times, times)]
        test = stats.kstest(gaps, 'expon', args=(0, 1 / 200))
        print(f'poisson {seed} {stream}: {times[0]} {times[1]} {times[2]} {times[-1]} '
              f'D {test.statistic:.9f} p {test.pvalue:.4f}')


SERIES = {
    'rising': [1, 2, 3, 4, 5, 6, 7],
    'mixed': [10.1, 9.8, 10.4, 10.0, 10.9, 10.6, 11.2, 10.7],
    'four': [4, 2, 3, 1],
    'long': [50 + 7 * math.sin(3 * i) + 0.3 * i for i in range(30)],
    'ties': [5, 5, 6, 6, 6, 7, 5, 8, 8, 9, 7, 8],
    'hundred': [(i * 37) % 101 + 0.4 * i for i in range(100)],
}


def kendall_s(values):
    n = len(values)
    return sum((values[j] > values[i]) - (values[j] < values[i])
               for i in range(n) for j in range(i + 1, n))


def show_trend():
    for name, values in SERIES.items():
        n = len(values)
        s = kendall_s(values)
        slope = stats.theilslopes(values)[0]
        exact = n <= 64 and len(set(values)) == n
        if exact:
            p = stats.kendalltau(range(n), values, method='exact').pvalue
        else:
            # scipy's normal form has no correction for continuity: from its z, S's
            # deviation follows, and S is moved by 1.
            plain = stats.kendalltau(range(n), values, method='asymptotic').pvalue
            deviation = abs(s) / stats.norm.isf(plain / 2)
            p = 2 * stats.norm.sf((abs(s) - 1) / deviation)
        print(f'trend {name}: slope {slope:.12g} S {s} p {p:.10g}')


show_poisson()
show_trend()
