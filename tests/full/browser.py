#!/usr/bin/env python3
"""Looks at a page of odbench-report --format html in a real browser.

usage: browser.py PAGE.html [TABLE[,TABLE...]]    (prints TAP; needs chromium and pdftotext)

The page must load without a message on the console and without a request, hold the tables that are
named, sort by a click and by a key, be readable in light and dark, fit 360 and 1200 pixels, and print
every number of its tables. Then it is spoiled in one way after the other, and the point that is for
that must fail. The browser is spoken to over its debugging pipe: no port, no package.
"""
import base64
import collections
import json
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

LIMIT_S = 60
FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-extensions',
         '--disable-sync', '--hide-scrollbars', '--remote-debugging-pipe',
         '--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=127.0.0.1:9']


class Browser:
    """A browser with one tab; events are kept until they are taken."""

    def __init__(self, folder):
        to_read, self.out = os.pipe()
        self.input, to_write = os.pipe()

        def wire():
            # Through high numbers: 3 and 4 may be ends of the pipes.
            a, b = os.dup(to_read), os.dup(to_write)
            high = [os.dup2(a, 60), os.dup2(b, 61)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(['chromium', *FLAGS, f'--user-data-dir={folder}', 'about:blank'],
                                        preexec_fn=wire, close_fds=False, start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.rest, self.events, self.number, self.session = b'', [], 0, None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network', 'DOM'):
            self.call(f'{domain}.enable')

    def message(self, until):
        while b'\0' not in self.rest:
            ready, _, _ = select.select([self.input], [], [], max(0, until - time.monotonic()))
            part = os.read(self.input, 1 << 16) if ready else b''
            if not part:
                raise SystemExit('Bail out! the browser says nothing more')
            self.rest += part
        text, self.rest = self.rest.split(b'\0', 1)
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        request = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            request['sessionId'] = self.session
        os.write(self.out, json.dumps(request).encode() + b'\0')
        until = time.monotonic() + LIMIT_S
        while True:
            got = self.message(until)
            if got.get('id') == self.number:
                if 'error' in got:
                    raise SystemExit(f'Bail out! {method}: {got["error"]}')
                return got['result']
            self.events.append(got)

    def take(self):
        taken, self.events = self.events, []
        return taken

    def load(self, path):
        self.take()
        self.call('Page.navigate', url=f'file://{os.path.abspath(path)}')
        until = time.monotonic() + LIMIT_S
        while not any(e['method'] == 'Page.loadEventFired' for e in self.events):
            self.events.append(self.message(until))
        # What the page asks for after it has loaded.
        self.value('new Promise(done => setTimeout(() => requestAnimationFrame(() => done(1)), 200))')

    def value(self, expression):
        got = self.call('Runtime.evaluate', expression=expression, awaitPromise=True, returnByValue=True)
        if 'exceptionDetails' in got:
            raise SystemExit(f'Bail out! {expression}: {got["exceptionDetails"]}')
        return got['result'].get('value')

    def media(self, scheme, kind=''):
        self.call('Emulation.setEmulatedMedia', media=kind,
                  features=[{'name': 'prefers-color-scheme', 'value': scheme}])

    def width(self, pixels):
        self.call('Emulation.setDeviceMetricsOverride', width=pixels, height=900, deviceScaleFactor=1,
                  mobile=pixels < 600)

    def click(self, x, y):
        for kind in ('mousePressed', 'mouseReleased'):
            self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, button='left', clickCount=1)

    def press(self, key, code):
        for kind in ('keyDown', 'keyUp'):
            self.call('Input.dispatchKeyEvent', type=kind, key=key, code=key, text='\r' if kind == 'keyDown' else '',
                      windowsVirtualKeyCode=code)

    def close(self):
        self.session = None
        try:
            os.write(self.out, b'{"id":0,"method":"Browser.close"}\0')
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, 9)
            self.process.wait()


def pixels(png):
    """Grey values 0..255 of a PNG of 8 bits with 3 or 4 channels."""
    at, data, width, height, depth = 8, b'', 0, 0, 0
    while at < len(png):
        size, kind = struct.unpack('>I4s', png[at:at + 8])
        if kind == b'IHDR':
            width, height, _, colour = struct.unpack('>IIBB', png[at + 8:at + 18])
            depth = {2: 3, 6: 4}[colour]
        elif kind == b'IDAT':
            data += png[at + 8:at + 8 + size]
        at += size + 12
    data, stride = zlib.decompress(data), width * depth
    above, grey = bytearray(stride), []
    for y in range(height):
        filtering, line = data[y * (stride + 1)], bytearray(data[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - depth] if i >= depth else 0
            corner = above[i - depth] if i >= depth else 0
            if filtering == 4:
                guess = left + above[i] - corner
                near = min((left, above[i], corner), key=lambda v: abs(guess - v))
            else:
                near = (0, left, above[i], (left + above[i]) // 2)[filtering]
            line[i] = (line[i] + near) & 255
        grey += [sum(line[i:i + 3]) // 3 for i in range(0, stride, depth)]
        above = line
    return grey


CELLS = '''[...document.querySelectorAll('table')].map(table => ({
    name: (table.closest('[id]') || {}).id,
    heads: [...table.tHead.rows[table.tHead.rows.length - 1].cells].map(
        head => [head.classList.contains('n'), head.getAttribute('aria-sort')]),
    rows: [...table.tBodies[0].rows].map(row => [row.classList.contains('average'),
        [...row.cells].map(cell => cell.textContent.trim())])}))'''

BOX = '''(() => { const table = document.querySelectorAll('table')[%d];
    const button = table.tHead.rows[table.tHead.rows.length - 1].cells[%d].querySelector('button');
    if (!button) return null;
    button.scrollIntoView({block: 'center', inline: 'center'}); button.focus();
    const box = button.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2]; })()'''

# Elements that stick out of the window, but those inside what scrolls by itself.
WIDE = '''(() => { const limit = document.documentElement.clientWidth + 0.5;
    const out = [...document.querySelectorAll('body, body *')].filter(e =>
        e.getBoundingClientRect().right > limit && !(e.parentElement && e.parentElement.closest('.wide')));
    return [document.documentElement.scrollWidth, window.innerWidth,
            out.map(e => e.tagName + '#' + ((e.closest('[id]') || {}).id || '') ).slice(0, 5)]; })()'''

# Of every table: whether it scrolls, whether that is said, whether a key can get there, layers of its shadows.
SCROLL = '''new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
    [...document.querySelectorAll('.wide')].map(box => [box.closest('[id]').id, box.scrollWidth > box.clientWidth + 1,
        getComputedStyle(box.closest('section').querySelector('h2'), '::after').content.includes('scrolls'),
        box.tabIndex === 0, getComputedStyle(box).backgroundImage.split('gradient').length - 1])))))'''

# The lowest contrast of a text with the ground behind it (WCAG 2), and where.
CONTRAST = '''(() => {
    const parts = c => c.match(/[0-9.]+/g).map(Number);
    const light = c => { const [r, g, b] = parts(c).map(v => v / 255).map(
        v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    let worst = [99, ''];
    for (const e of document.querySelectorAll('body *')) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || e.matches('script, style')) continue;
        const ink = getComputedStyle(e).color;
        if (parts(ink)[3] === 0) continue;
        let ground = e;
        while (ground && parts(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
        const [a, b] = [light(ink), ground ? light(getComputedStyle(ground).backgroundColor) : 1].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < worst[0]) worst = [ratio, e.tagName + ' ' + e.textContent.slice(0, 30)];
    }
    return worst; })()'''

PICTURES = '''[...document.images].filter(i => !i.complete || i.naturalWidth === 0).map(i => i.alt)'''


def number(text):
    found = re.match(r'[-+]?[0-9]*\.?[0-9]+(e[-+]?[0-9]+)?', text)
    return float(found.group()) if found else float('inf')


def look_load(browser, names):
    said = []
    for event in browser.take():
        kind, what = event['method'], event.get('params', {})
        if kind == 'Runtime.consoleAPICalled':
            said.append(f'console: {what["args"]}')
        elif kind == 'Runtime.exceptionThrown':
            said.append(f'exception: {what["exceptionDetails"]["text"]}')
        elif kind == 'Log.entryAdded':
            said.append(f'log: {what["entry"]["text"]}')
    return said


def look_requests(browser, names, page):
    asked = [e['params']['request']['url'] for e in browser.events if e['method'] == 'Network.requestWillBeSent']
    own = f'file://{os.path.abspath(page)}'
    return [url for url in asked if url != own and not url.startswith('data:')]


def look_tables(browser, names):
    tables = {t['name']: t for t in browser.value(CELLS)}
    wrong = [f'no table {name}' for name in names if name not in tables]
    wrong += [f'{name}: no rows' for name, t in tables.items() if not t['rows'] and name in names]
    if not tables or not any(t['rows'] for t in tables.values()):
        wrong.append('nothing to read')
    return wrong + [f'picture without pixels: {alt}' for alt in browser.value(PICTURES)]


def out_of_order(table, column, sign):
    """What is wrong with the rows of a table sorted by a column."""
    kinds = [average for average, _ in table['rows']]
    if kinds != sorted(kinds):
        return 'averages are not at the end'
    texts = [cells[column] for average, cells in table['rows'] if not average]
    if table['heads'][column][0]:
        values = [number(text) for text in texts]
        known = [value for value in values if value != float('inf')]
        if values[:len(known)] != known:
            return 'empty cells are not at the end'
        return None if known == sorted(known, reverse=sign < 0) else f'{texts}'
    # Texts by the numbers in them, as a browser's numeric collation has it; of plain ones only.
    if not all(re.fullmatch(r'[a-z]+[0-9]*|[0-9]+', text) for text in texts):
        return None
    keys = [[(0, int(part), '') if part.isdigit() else (1, 0, part) for part in re.findall('[0-9]+|[a-z]+', t)]
            for t in texts]
    return None if keys == sorted(keys, reverse=sign < 0) else f'{texts}'


def look_sort(browser, names):
    wrong, seen, moved = [], 0, 0
    first = browser.value(CELLS)
    for i, table in enumerate(first):
        for column in range(len(table['heads'])):
            where = f'{table["name"]}, column {column + 1}'
            # The last of three gives the order of the page back; the middle one is a key.
            for turn, wanted in enumerate(('ascending', 'descending', None)):
                box = browser.value(BOX % (i, column))
                if box is None:
                    return [f'{where}: no button']
                if turn == 1:
                    browser.press('Enter', 13)
                else:
                    browser.click(*box)
                now = browser.value(CELLS)[i]
                if now['heads'][column][1] != wanted:
                    wrong.append(f'{where}: aria-sort is {now["heads"][column][1]}, not {wanted}')
                bad = out_of_order(now, column, -1 if turn == 1 else 1) if wanted else \
                    (None if now['rows'] == table['rows'] else 'not as it was')
                if bad:
                    wrong.append(f'{where} {wanted}: {bad}')
                moved += now['rows'] != table['rows']
                seen += 1
            if wrong:
                return wrong
    return [] if seen and moved else [f'{seen} columns sorted, {moved} changed anything']


def look_colours(browser, names):
    wrong, means = [], {}
    for scheme in ('light', 'dark'):
        browser.media(scheme)
        browser.width(1200)
        ratio, where = browser.value(CONTRAST)
        if ratio < 4.5:
            wrong.append(f'{scheme}: contrast {ratio:.1f}: {where}')
        shot = browser.call('Page.captureScreenshot', format='png', clip={
            'x': 0, 'y': 0, 'width': 1200, 'height': 500, 'scale': 0.5})
        grey = pixels(base64.b64decode(shot['data']))
        means[scheme] = sum(grey) / len(grey)
        if max(grey) - min(grey) < 100:
            wrong.append(f'{scheme}: an empty picture')
    browser.media('light')
    if not means['dark'] < 90 or not means['light'] > 190:
        wrong.append(f'mean grey {means}')
    return wrong


def look_widths(browser, names):
    wrong = []
    for pixels_wide in (360, 1200):
        browser.width(pixels_wide)
        whole, window, out = browser.value(WIDE)
        if whole > window or window != pixels_wide or out:
            wrong.append(f'{pixels_wide} pixels: page {whole}, window {window}, sticking out: {out}')
    return wrong


def look_scroll(browser, names):
    """Where a table is wider than its room, a word beside the heading says so and keys reach it."""
    wrong, scrolling = [], {}
    for pixels_wide in (360, 2400):
        browser.width(pixels_wide)
        scrolling[pixels_wide] = 0
        for name, more, told, reached, shade in browser.value(SCROLL):
            scrolling[pixels_wide] += more
            if told != more or reached != more or shade < 4:
                wrong.append(f'{pixels_wide} pixels: {name} scrolls {more}, says {told}, keys {reached}, {shade} layers')
    browser.width(1200)
    if not scrolling[360] > scrolling[2400]:
        wrong.append(f'not one table that scrolls: {scrolling}')
    return wrong


def look_print(browser, names):
    wanted = collections.Counter()
    for table in browser.value(CELLS):
        for _, cells in table['rows']:
            wanted.update(n for cell in cells for n in re.findall(r'[0-9]+\.[0-9]+', cell))
    result = browser.call('Page.printToPDF', paperWidth=8.27, paperHeight=11.69, printBackground=False)
    with tempfile.NamedTemporaryFile(suffix='.pdf') as file:
        file.write(base64.b64decode(result['data']))
        file.flush()
        text = subprocess.run(['pdftotext', '-raw', file.name, '-'], capture_output=True, check=True, timeout=60,
                              text=True).stdout
    missing = wanted - collections.Counter(re.findall(r'[0-9]+\.[0-9]+', text))
    if not wanted:
        return ['no numbers to look for']
    return [f'{sum(missing.values())} of {sum(wanted.values())} numbers are not printed: {list(missing)[:5]}'] \
        if missing else []


LOOKS = {
    'loads without a message on the console': look_load,
    'asks for nothing': None,
    'has its tables and pictures': look_tables,
    'sorts by a click and by a key': look_sort,
    'is readable in light and dark': look_colours,
    'fits 360 and 1200 pixels': look_widths,
    'tells where tables scroll': look_scroll,
    'prints every number': look_print,
}

# How a page is spoiled, and what must find it.
SPOILS = [
    ('loads without a message on the console', '</body>', '<script>console.log("a")</script></body>'),
    ('loads without a message on the console', '</body>', '<script>none()</script></body>'),
    ('asks for nothing', '</body>', '<img alt="" src="http://127.0.0.1:9/a.png"></body>'),
    ('asks for nothing', '</body>', '<script>fetch("https://example.org/").catch(() => 0)</script></body>'),
    ('has its tables and pictures', '<table', '<p hidden'),
    ('has its tables and pictures', '</body>', '<img alt="" src="data:image/svg+xml,none"></body>'),
    ('sorts by a click and by a key', 'data.sort(', '[...data].sort('),
    ('sorts by a click and by a key', 'sign*(x-y)', 'x-y'),
    ('is readable in light and dark', 'prefers-color-scheme:dark', 'prefers-color-scheme:none'),
    ('is readable in light and dark', '--dim:#5a6470', '--dim:#b0b0b0'),
    ('fits 360 and 1200 pixels', '.wide{overflow-x:auto}', ''),
    ('tells where tables scroll', 'classList.toggle(\'more\',more)', 'id'),
    ('tells where tables scroll', 'scrolls sideways', ''),
    ('tells where tables scroll', 'if(more)box.tabIndex=0;else ', ''),
    ('prints every number', '<style>', '<style>@media print{td{display:none}}'),
]


def look(browser, page, point, names):
    browser.media('light')
    browser.width(1200)
    browser.load(page)
    return look_requests(browser, names, page) if point == 'asks for nothing' else LOOKS[point](browser, names)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    page, names = sys.argv[1], sys.argv[2].split(',') if len(sys.argv) == 3 else []
    for tool in ('chromium', 'pdftotext'):
        if not shutil.which(tool):
            print(f'ok - the page in a browser # SKIP {tool} is not installed')
            return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(os.path.join(folder, 'profile'))
        try:
            return look_at_all(browser, page, names, folder)
        finally:
            browser.close()


def look_at_all(browser, page, names, folder):
    failed = 0
    for point in LOOKS:
        wrong = look(browser, page, point, names)
        failed += bool(wrong)
        print('not ok' if wrong else 'ok', '- the page', point, flush=True)
        for line in wrong:
            print('#', line)
    with open(page, encoding='utf-8') as file:
        text = file.read()
    for i, (point, old, new) in enumerate(SPOILS):
        spoiled = os.path.join(folder, f'spoiled-{i}.html')
        with open(spoiled, 'w', encoding='utf-8') as file:
            file.write(text.replace(old, new))
        wrong = old in text and look(browser, spoiled, point, names)
        failed += not wrong
        print('ok' if wrong else 'not ok', f'- spoiled ({old} -> {new[:40]}): found that it no more {point}', flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
