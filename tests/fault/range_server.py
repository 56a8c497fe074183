#!/usr/bin/env python3
"""Serves a folder over HTTP with byte ranges, and breaks on demand: for tests of downloads.

range_server.py FOLDER PORT_FILE LOG
Listens on a free port of 127.0.0.1 and writes its number to PORT_FILE. LOG gets "PATH RANGE STATUS" a
request. A file NAME.cut beside NAME holds numbers, one a line: each answer to NAME takes the first one
away and ends after that many bytes, the connection with it. A file NAME.norange: ranges are ignored.
"""
import http.server
import os
import re
import sys

folder, port_file, log = sys.argv[1:4]


def next_cut(path):
    try:
        with open(path + '.cut') as f:
            lines = f.read().split()
    except FileNotFoundError:
        return None
    if not lines:
        return None
    with open(path + '.cut', 'w') as f:
        f.write('\n'.join(lines[1:]))
    return int(lines[0])


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def note(self, status):
        with open(log, 'a') as f:
            f.write('%s %s %d\n' % (self.path, self.headers.get('Range', '-'), status))

    def do_GET(self):
        path = os.path.join(folder, self.path.lstrip('/'))
        if not os.path.isfile(path):
            self.note(404)
            self.send_error(404)
            return
        with open(path, 'rb') as f:
            data = f.read()
        wanted = re.fullmatch(r'bytes=(\d+)-', self.headers.get('Range', ''))
        first = int(wanted.group(1)) if wanted and not os.path.exists(path + '.norange') else None
        if first is not None and first >= len(data):
            self.note(416)
            self.send_error(416)
            return
        status = 200 if first is None else 206
        self.note(status)
        self.send_response(status)
        if first is not None:
            self.send_header('Content-Range', 'bytes %d-%d/%d' % (first, len(data) - 1, len(data)))
        body = data[first or 0:]
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        cut = next_cut(path)
        self.wfile.write(body if cut is None else body[:cut])
        self.close_connection = True


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
with open(port_file + '.new', 'w') as f:
    f.write(str(server.server_port))
os.rename(port_file + '.new', port_file)
server.serve_forever()
