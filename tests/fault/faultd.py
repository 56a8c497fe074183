#!/usr/bin/env python3
"""A server that misbehaves on purpose, for tests: one port a fault, on 127.0.0.1.

    faultd.py [--ports FILE]

prints one line "MODE PORT" for every mode below (to FILE, made whole by a rename, or to
standard output), then serves until its standard input ends or it is killed. Every port
speaks HTTP/1.1 as far as its fault lets it; an HTTP/2 preface counts as a request, so the
raw faults (close, reset, silent, garbage ...) serve for gRPC as well. Modes that begin with
h2 are of h2.py and answer gRPC alone.
"""

import os
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True
import h2

PAUSE_S = 0.05
HUGE_BYTES = 64 * 1024 * 1024


def read_request(conn):
    """Reads one request; (head, body), or None when the peer closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = conn.recv(65536)
        if not part:
            return None
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        part = conn.recv(1 << 20)
        if not part:
            return None
        body += part
    return head, body


def reply(conn, status, body, headers=()):
    lines = ["HTTP/1.1 " + status, "Content-Length: %d" % len(body), *headers]
    conn.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def drop(conn):
    """Closes with a reset instead of an end."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


# Each mode answers one request; True: keep the connection for the next one.

def echo(conn, head, body):
    reply(conn, "200 OK", body, ["X-Case: Kept As Is", "X-Empty:"])
    return True


def headers(conn, head, body):
    reply(conn, "200 OK", head)
    return True


def s404(conn, head, body):
    reply(conn, "404 Not Found", b'{"error": "no such model"}')
    return True


def s500(conn, head, body):
    reply(conn, "500 Internal Server Error", b"<html>oops</html>")
    return True


def redirect(conn, head, body):
    reply(conn, "302 Found", b"", ["Location: http://127.0.0.1:9/elsewhere"])
    return True


def garbage(conn, head, body):
    conn.sendall(bytes((i * 37 + 11) % 256 for i in range(300)))
    return False


def half(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
    return False


def halfhead(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
    return False


def halfreset(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
    time.sleep(PAUSE_S)
    drop(conn)
    return False


def badlength(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nxx")
    return False


def longbody(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more than promised")
    return False


def close(conn, head, body):
    return False


def reset(conn, head, body):
    drop(conn)
    return False


def silent(conn, head, body):
    while conn.recv(65536):
        pass
    return False


def slow(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    for byte in b"later":
        time.sleep(PAUSE_S)
        conn.sendall(bytes([byte]))
    return True


def stuck(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
    return silent(conn, head, body)


def huge(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % HUGE_BYTES)
    for _ in range(HUGE_BYTES >> 20):
        conn.sendall(b"y" * (1 << 20))
    return True


def hugechunks(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(HUGE_BYTES >> 20):
        conn.sendall(b"100000\r\n" + b"y" * (1 << 20) + b"\r\n")
    conn.sendall(b"0\r\n\r\n")
    return True


def promised(conn, head, body):
    """Says that more will come than any client takes."""
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (1 << 30))
    return silent(conn, head, body)


def endless(conn, head, body):
    """Chunks as long as the client takes them."""
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        conn.sendall(b"100000\r\n" + b"y" * (1 << 20) + b"\r\n")


def hugehead(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(4096):
        conn.sendall(b"X-%d: " % i + b"z" * 1000 + b"\r\n")
    conn.sendall(b"Content-Length: 0\r\n\r\n")
    return True


def chunked(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"4\r\nin p\r\n6;x=y\r\nieces.\r\n0\r\nX-Trailer: yes\r\n\r\n")
    return True


def badchunk(conn, head, body):
    conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nwhat\r\n")
    return False


def interim(conn, head, body):
    conn.sendall(b"HTTP/1.1 100 Continue\r\nX-Interim: yes\r\n\r\n")
    time.sleep(PAUSE_S)
    reply(conn, "200 OK", b"final")
    return True


def once(conn, head, body):
    """Promises to keep the connection and closes it."""
    reply(conn, "200 OK", b"bye", ["Connection: keep-alive"])
    return False


def second(conn, head, body):
    """Serves one request; the second one on a connection meets a reset."""
    reply(conn, "200 OK", b"first")
    if conn.recv(1):
        drop(conn)
    return False


MODES = [echo, headers, s404, s500, redirect, garbage, half, halfhead, halfreset, badlength,
         longbody, close, reset, silent, slow, stuck, huge, hugechunks, promised, endless,
         hugehead, chunked, badchunk, interim, once, second]


def serve(mode, conn):
    with conn:
        try:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                request = read_request(conn)
                if request is None or not mode(conn, *request):
                    return
        except OSError:
            pass  # The client gave up, which is what many of these tests are about.


def accept(mode, listener):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(mode, conn), daemon=True).start()


def early(listener):
    """Refuses a large request before having read it."""
    while True:
        conn, _ = listener.accept()
        try:
            with conn:
                conn.recv(1000)
                reply(conn, "413 Payload Too Large", b"", ["Connection: close"])
                time.sleep(PAUSE_S)
                drop(conn)
        except OSError:
            pass


def stalled(listener):
    """Takes connections and never reads from them."""
    held = []
    while True:
        held.append(listener.accept()[0])


def hangup(listener):
    """Closes every connection at once."""
    while True:
        listener.accept()[0].close()


def listen():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


def main():
    lines = []
    jobs = [(mode.__name__, accept, mode) for mode in MODES]
    jobs += [(mode.__name__, h2.accept, mode) for mode in h2.MODES]
    jobs += [(job.__name__, job, None) for job in (early, hangup, stalled)]
    for name, job, mode in jobs:
        listener = listen()
        lines.append("%s %d\n" % (name, listener.getsockname()[1]))
        args = (mode, listener) if mode else (listener,)
        threading.Thread(target=job, args=args, daemon=True).start()
    # A port where nobody listens; bound, so that nobody else gets it meanwhile.
    dead = socket.socket()
    dead.bind(("127.0.0.1", 0))
    lines.append("dead %d\n" % dead.getsockname()[1])
    if len(sys.argv) == 3 and sys.argv[1] == "--ports":
        with open(sys.argv[2] + ".new", "w", encoding="ascii") as out:
            out.writelines(lines)
        os.rename(sys.argv[2] + ".new", sys.argv[2])
    else:
        sys.stdout.writelines(lines)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    while sys.stdin.buffer.read(4096):
        pass


if __name__ == "__main__":
    main()
