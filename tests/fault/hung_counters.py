#!/usr/bin/env python3
"""hung_counters.py URL COUNT: a metrics server that answers so many readings with the page at URL and hangs in
every other one. It prints its port, then "hung", and for how many seconds the client waited there."""
import http.server
import sys
import time
import urllib.request

url, left = sys.argv[1], int(sys.argv[2])


class Counters(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        global left
        if left > 0:
            left -= 1
            page = urllib.request.urlopen(url, timeout=30).read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            return
        begin = time.monotonic()
        print("hung", flush=True)
        self.connection.settimeout(30)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        print("%.3f" % (time.monotonic() - begin), flush=True)
        self.close_connection = True

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counters)
print(server.server_address[1], flush=True)
server.serve_forever()
