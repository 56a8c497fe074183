#!/usr/bin/env python3
"""Runs the oracles again whose numbers are stored, and compares.

usage: oracles.py    (prints TAP; R, numpy, scipy and pycocotools where they are installed)

What R and scipy wrote lies under tests/golden: words must be the same, numbers equal to 1e-10 of
their size, since another version may round the last digits otherwise. What an oracle prints stands
as literals in the unit tests that its comment names: each number must stand there.
"""
import importlib.util
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
NUMBER = r'(?<![\w.])[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?(?![\w.])'

# Command, what it needs, and the files under tests/golden that it writes. The order counts: the
# data of rank_tests.py are those that rank_tests.R has written.
WRITTEN = [
    (['Rscript', 'tests/oracle/dist_tests.R'], [],
     ['stats/dist.txt', 'stats/adjust.txt', 'stats/proportion.txt', 'stats/welch.txt']),
    (['Rscript', 'tests/oracle/regress_tests.R'], [], ['stats/regress.txt']),
    (['Rscript', 'tests/oracle/recorded_tests.R'], [], ['stats/recorded.txt']),
    ([sys.executable, 'tests/oracle/quantiles.py'], ['numpy'], ['stats/quantile.txt']),
    (['Rscript', 'tests/oracle/rank_tests.R'], [], ['rank/rank.txt']),
    ([sys.executable, 'tests/oracle/rank_tests.py'], ['scipy'], ['rank/scipy.txt']),
    ([sys.executable, 'tests/oracle/model_formats.py'], ['numpy', 'scipy'], ['models/formats.txt']),
]
# Command, what it needs, the unit tests with the literals, and what of a line no test has: seeds,
# and p values that show the distances of the generator to be no worse than chance.
PRINTED = [
    ([sys.executable, 'tests/oracle/compare_cell.py'], ['numpy', 'scipy'], ['cell_oracle'], None),
    ([sys.executable, 'tests/oracle/importance.py'], ['numpy'], ['importance'], None),
    ([sys.executable, 'tests/oracle/load_stats.py'], ['scipy'], ['schedule', 'trend'], r'^poisson [^:]*:|(?<=D .{11}) p \S+$'),
]
# Those that compare by themselves.
CHECKED = [
    ([sys.executable, 'tests/oracle/coco_eval.py', '--check', 'tests/golden/coco-eval'], ['pycocotools'],
     'coco-eval'),
]


def missing(command, needs):
    if not shutil.which(command[0]):
        return command[0]
    return next((name for name in needs if importlib.util.find_spec(name) is None), None)


def run(command, folder):
    """Output and errors; None in front when it went well."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    bad = f'exit status {done.returncode}: {(done.stderr + done.stdout)[-300:]}' if done.returncode else None
    return bad, done.stdout


def equal(a, b):
    if a == b:
        return True
    try:
        x, y = float(a), float(b)
    except ValueError:
        return False
    return (math.isnan(x) and math.isnan(y)) or math.isclose(x, y, rel_tol=1e-10, abs_tol=1e-300)


def differences(new, stored):
    """Of two files without their comments: what is different, a line each."""
    texts = []
    for path in (new, stored):
        with open(path, encoding='ascii') as file:
            texts.append([line.split() for line in file if not line.startswith('#')])
    if not texts[1]:
        return [f'{stored}: nothing to compare']
    if len(texts[0]) != len(texts[1]):
        return [f'{stored}: {len(texts[1])} lines, now {len(texts[0])}']
    return [f'{stored}: line {i + 1} without comments: {" ".join(b)[:120]}, now {" ".join(a)[:120]}'
            for i, (a, b) in enumerate(zip(*texts))
            if len(a) != len(b) or not all(map(equal, a, b))]


def literals(tests):
    found = []
    for name in tests:
        with open(f'{TOP}/tests/unit/test_{name}.c', encoding='utf-8') as file:
            text = re.sub(r'U?INT64_C\((\w+)\)', r'\1', re.sub(r'/\*.*?\*/', '', file.read(), flags=re.DOTALL))
            found += [float(number) for number in re.findall(NUMBER, re.sub(r'(?<=[0-9])[uUlL]+', '', text))]
            found += [float(a) / float(b) for a, b in re.findall(r'([0-9.]+) / ([1-9][0-9.]*)', text)]
    return found


def absent(printed, tests, left_out):
    """Printed numbers that no literal of the tests is, to the digits printed."""
    known, wanted, wrong = literals(tests), 0, []
    for line in printed.splitlines():
        for text in re.findall(NUMBER, re.sub(left_out, '', line) if left_out else line):
            value = float(text)
            wanted += 1
            mantissa, _, exponent = text.partition('e')
            last = 10.0 ** (int(exponent or 0) - len(mantissa.partition('.')[2]))
            if not any(abs(value - k) <= (0.51 * last if '.' in text else 0) for k in known):
                wrong.append(f'{text} of "{line}" does not stand in {", ".join(tests)}')
    return wrong if wanted else ['it printed no number']


def point(what, wrong):
    print('not ok' if wrong else 'ok', '-', what, flush=True)
    for line in wrong[:10]:
        print('#', line)
    return bool(wrong)


def skip(what, name):
    print(f'ok - {what} # SKIP {name} is not installed', flush=True)


def written(folder):
    failed = 0
    for command, needs, files in WRITTEN:
        what = f'{os.path.basename(command[-1])} writes {" ".join(files)}'
        name = missing(command, needs)
        if name:
            skip(what, name)
            continue
        bad, _ = run(command, folder)
        wrong = [bad] if bad else []
        for file in files if not bad else []:
            wrong += differences(f'{folder}/tests/golden/{file}', f'{TOP}/tests/golden/{file}')
        failed += point(what, wrong)
    return failed


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(f'{TOP}/tests/oracle', f'{folder}/tests/oracle')
        # So that scipy has data where R is missing.
        shutil.copytree(f'{TOP}/tests/golden/rank', f'{folder}/tests/golden/rank')
        # What was recorded once.
        os.makedirs(f'{folder}/tests/golden/stats')
        shutil.copy(f'{TOP}/tests/golden/stats/recorded.csv', f'{folder}/tests/golden/stats')
        failed += written(folder)
    for command, needs, tests, left_out in PRINTED:
        what = f'{os.path.basename(command[-1])} prints what test_{" and test_".join(tests)} expects'
        name = missing(command, needs)
        if name:
            skip(what, name)
            continue
        bad, printed = run(command, TOP)
        failed += point(what, [bad] if bad else absent(printed, tests, left_out))
    for command, needs, files in CHECKED:
        what = f'{os.path.basename(command[1])} finds {files} as it is'
        name = missing(command, needs)
        if name:
            skip(what, name)
            continue
        bad, _ = run(command, TOP)
        failed += point(what, [bad] if bad else [])
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
