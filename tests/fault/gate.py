"""Answers every GET with one status and body.

usage: gate.py PORT_FILE STATUS BODY
"""

import http.server
import os
import sys


class Gate(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]))
        self.send_header("Content-Length", str(len(sys.argv[3])))
        self.end_headers()
        self.wfile.write(sys.argv[3].encode())


server = http.server.HTTPServer(("127.0.0.1", 0), Gate)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
