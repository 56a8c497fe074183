#!/usr/bin/env python3
"""Passes connections on to another port of 127.0.0.1, reading slowly what clients send.

    relay.py --ports FILE --bytes N --pause MS [--buffer BYTES] PORT...

takes N bytes of a client at most every MS milliseconds, with a receive buffer of so many bytes
(4096), so that a client cannot send faster than that; what servers answer passes at
once. FILE gets one line "PORT RELAY" for every PORT. Runs until its standard input ends.
"""
import argparse
import os
import socket
import sys
import threading
import time


def pass_on(source, sink, count, pause_s):
    try:
        while True:
            part = source.recv(count)
            if not part:
                break
            sink.sendall(part)
            time.sleep(pause_s)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client, port, count, pause_s):
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        back = threading.Thread(target=pass_on, args=(server, client, 65536, 0), daemon=True)
        back.start()
        pass_on(client, server, count, pause_s)
        back.join()


def accept(listener, port, count, pause_s):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, port, count, pause_s), daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ports")
    parser.add_argument("--bytes", type=int)
    parser.add_argument("--pause", type=float)
    parser.add_argument("--buffer", type=int, default=4096)
    parser.add_argument("port", type=int, nargs="+")
    asked = parser.parse_args()
    with open(asked.ports + ".new", "w", encoding="ascii") as out:
        for port in asked.port:
            listener = socket.socket()
            # Before listening, so that the window is never larger; connections inherit it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, asked.buffer)
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            print(port, listener.getsockname()[1], file=out)
            threading.Thread(target=accept, args=(listener, port, asked.bytes, asked.pause / 1000),
                             daemon=True).start()
    os.rename(asked.ports + ".new", asked.ports)
    while sys.stdin.buffer.read(4096):
        pass


if __name__ == "__main__":
    main()
