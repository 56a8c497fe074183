#!/usr/bin/env python3
# Standardised coefficients by numpy's least squares, for tests/unit/test_importance.c: prints the
# C arrays of 12 items and the coefficients of y on a and b, and of y on a, b and a control.
import numpy as np

rng = np.random.default_rng(20261121)
a = rng.integers(0, 30, 12).astype(float)
control = rng.integers(100, 400, 12).astype(float)
b = np.round(control * 30 + rng.normal(0, 900, 12))
y = np.round(5000 + 240 * a + 3 * control + rng.normal(0, 300, 12))


def standardised(columns):
    x = np.column_stack([np.ones(len(y))] + columns)
    coefficients, *_ = np.linalg.lstsq(x, y, rcond=None)
    return [c * col.std() / y.std() for c, col in zip(coefficients[1:], columns)]


for name, values in (("y", y), ("a", a), ("b", b), ("control", control)):
    print(f"{name}[] = {{{', '.join(f'{v:.0f}' for v in values)}}}")
print("two:", *(f"{v:.17g}" for v in standardised([a, b])))
print("three:", *(f"{v:.17g}" for v in standardised([a, b, control])[:2]))
