#!/usr/bin/env python3
"""Compares the published numbers with what odbench-report prints of them in one format.

published_formats.py FORMAT PRINTED RESULTS_PAPER

PRINTED holds paper-1, paper-2, paper-3 and variants of results/paper/*.csv, in this order (csv: four files
PRINTED.1 to PRINTED.4). Every cell of cells.txt, every average of averages.txt and every number of variants.csv
must stand there digit by digit in its place, and nothing else. Exits 1 and says what differs.
"""
import collections
import csv
import html.parser
import json
import re
import sys

SERVERS = ('client', 'cloud', 'edge')
NOTHING = ('', '-', '--', '\u2013', None)


def read(path):
    with open(path, encoding='utf-8', newline='') as file:
        return file.read()


def number(cell):
    return '' if cell in NOTHING else str(cell).strip().strip('\u2007')


def filled(rows, merged=1):
    """Rows with what a blank at their begin repeats."""
    last = []
    for row in rows:
        if row and row[0] == '' and last:
            row = last[:merged] + row[merged:]
        last = row
        yield row


def text_tables(printed):
    for block in re.split(r'(?m)^(?=Table |Models )', printed)[1:]:
        rows, label = [], None
        for line in re.split(r'\n\n', block)[1].split('\n')[1:]:
            block_name = re.match(r'model: (.*)$', line)
            if block_name:
                label = block_name[1]
            elif line.strip('-') != '':
                cells = re.split(r' {2,}', line.rstrip()) if label is None else [label] + line.split()
                rows.append(cells)
        yield list(filled(rows))


def markdown_tables(printed):
    for block in re.split(r'(?m)^\*\*', printed)[1:]:
        lines = [line for line in block.split('\n') if line.startswith('| ')]
        yield [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:]]


def latex_tables(printed):
    for block in re.findall(r'\\midrule\n(.*?)\\bottomrule', printed, re.S):
        rows = [line[:-2] for line in block.split('\n') if line.endswith(r'\\')]
        plain = [re.sub(r'\\phantom\{[^}]*\}', '', row) for row in rows]
        yield list(filled([[cell.strip() for cell in row.split('&')] for row in plain]))


class Page(html.parser.HTMLParser):
    """The rows of every table, by the id of its section."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.name, self.cell = collections.OrderedDict(), None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == 'section':
            self.name = dict(attrs)['id']
            self.tables[self.name] = []
        elif tag == 'tr':
            self.tables[self.name].append([])
        elif tag == 'td':
            self.cell = ''

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag == 'td':
            self.tables[self.name][-1].append(self.cell)
            self.cell = None


def html_tables(printed):
    for name, rows in Page(printed).tables.items():
        if not name.startswith('figure:'):
            yield [row for row in rows if row]


def tables_of(form, path):
    if form == 'csv':
        return [list(csv.reader(read(f'{path}.{i}').splitlines()))[1:] for i in range(1, 5)]
    printed = read(path)
    if form == 'json':
        return [table['rows'] for table in json.loads(printed, parse_float=str, parse_int=str)['tables']]
    return list({'text': text_tables, 'markdown': markdown_tables, 'latex': latex_tables,
                 'html': html_tables}[form](printed))


def found_in(form, path):
    """(table, target, model, protocol): digits; and of variants (model, variant, column)."""
    found = {}
    tables = tables_of(form, path)
    assert len(tables) == 4, f'{len(tables)} tables'
    for i, rows in enumerate(tables[:3], 1):
        for row in rows:
            for server, cell in zip(SERVERS, row[2:], strict=True):
                key = (str(i), server, row[0], row[1].removeprefix('tfs-'))
                assert key not in found, key
                found[key] = number(cell)
    for row in tables[3]:
        if row[1] not in NOTHING:
            for column, cell in zip(('accuracy', 'latency', 'size'), row[2:5], strict=True):
                found[(row[0], row[1], column)] = number(cell)
    return found


def camel(text):
    digits = dict(zip('0123456789', 'Zero One Two Three Four Five Six Seven Eight Nine'.split()))
    words = re.findall(r'[a-z]+|[0-9]', text.lower())
    return ''.join(digits.get(word, word.capitalize()) for word in words)


def macros_of(expected):
    """What the names of macros would be; an empty cell has none."""
    names = {}
    for key, digits in expected.items():
        if len(key) == 4:
            protocol = key[3] if key[3] == 'average' else f'tfs-{key[3]}'
            name = camel(f'paper-{key[0]} {key[2]} {protocol} {key[1]}')
        else:
            name = camel(f'variants {key[0]} {key[1]} {key[2]}') + ('MB' if key[2] == 'size' else '')
        if digits != '':
            names[name] = digits
    return names


def expected_of(folder):
    expected = {}
    for line in read(f'{folder}/cells.txt').splitlines():
        if not line.startswith('#'):
            table, _, server, model, protocol, digits = line.split()
            expected[table, server, model, protocol] = digits
    for line in read(f'{folder}/averages.txt').splitlines():
        if not line.startswith('#'):
            table, server, model, digits = line.split()
            expected[table, server, model, 'average'] = digits
    assert len(expected) == 36 + 18, len(expected)
    for row in csv.DictReader(read(f'{folder}/variants.csv').splitlines()):
        for column, name in (('accuracy', 'accuracy'), ('latency', 'latency_ms'), ('size', 'size_mb')):
            expected[row['model'], row['variant'], column] = row[name]
    assert len(expected) == 36 + 18 + 12 * 3, len(expected)
    return expected


def main(form, path, folder):
    expected = expected_of(folder)
    if form == 'macros':
        expected = macros_of(expected)
        found = dict(re.findall(r'\\newcommand\{\\od([A-Za-z]*)\}\{([^}]*)\}', read(path)))
        found = {name: digits for name, digits in found.items()
                 if not re.match(r'Variants(Rfcn|SsdMobilenet)', name)}
    else:
        found = found_in(form, path)
    wrong = [f'{key}: published {expected.get(key)!r}, printed {found.get(key)!r}'
             for key in sorted(set(expected) | set(found)) if expected.get(key) != found.get(key)]
    print('\n'.join(wrong[:10]) if wrong else f'{form}: {len(expected)} numbers')
    return 1 if wrong else 0


if __name__ == '__main__':
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
