"""gRPC answers that are wrong on purpose: just enough of HTTP/2 to be taken for a server.

Modes for faultd.py. Each gets the connection (a Peer) and the number of a stream whose request
is whole, and returns True to keep the connection for the next one.
"""

import socket
import struct
import threading

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE = 0, 1, 3, 4, 6, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
WINDOW = 1 << 30


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name, value):
    """A header field that neither side's table takes in (RFC 7541, 6.2.2)."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def head(stream):
    # 0x88 is ":status: 200" of the static table.
    return frame(HEADERS, END_HEADERS, stream, b"\x88" + literal(b"content-type", b"application/grpc"))


def message(length, content):
    """The begin of a gRPC message that says how long it will be."""
    return struct.pack(">BI", 0, length) + content


def trailers(stream, status):
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, literal(b"grpc-status", status))


def h2half(conn, stream):
    """Half a message, then the end of the connection."""
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(1000, b"x" * 500)))
    return False


def h2halfreset(conn, stream):
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(1000, b"x" * 500)))
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def h2cut(conn, stream):
    """Half a message, and then that all is well."""
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(1000, b"x" * 500)) + trailers(stream, b"0"))
    return True


def h2stuck(conn, stream):
    """Half a message, and nothing more."""
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(1000, b"x" * 500)))
    return True


def h2huge(conn, stream):
    """A message of a gibibyte, it says."""
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(1 << 30, b"x" * 1000)))
    return True


def h2over(conn, stream):
    """The same, and it comes, as fast as the client takes it."""
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(1 << 30, b"")))
    conn.room -= 5
    conn.rooms[stream] = conn.rooms.get(stream, 0) - 5
    while True:
        count = min(conn.room, conn.first_room + conn.rooms[stream], 16384)
        if count > 0:
            conn.sendall(frame(DATA, 0, stream, b"y" * count))
            conn.room -= count
            conn.rooms[stream] -= count
        elif conn.step() == (RST_STREAM, stream):
            return True


def h2garbage(conn, stream):
    """A message that is no protobuf."""
    body = bytes(255 - i % 7 for i in range(1000))
    conn.sendall(head(stream) + frame(DATA, 0, stream, message(len(body), body)) + trailers(stream, b"0"))
    return True


def h2frames(conn, stream):
    """A proper begin, and then frames that no one knows."""
    conn.sendall(head(stream) + bytes((i * 37 + 11) % 256 for i in range(300)))
    return False


def h2empty(conn, stream):
    """All is well, and there is no message."""
    conn.sendall(head(stream) + trailers(stream, b"0"))
    return True


def h2refused(conn, stream):
    """The stream alone is refused (REFUSED_STREAM)."""
    conn.sendall(frame(RST_STREAM, 0, stream, struct.pack(">I", 7)))
    return True


MODES = [h2half, h2halfreset, h2cut, h2stuck, h2huge, h2over, h2garbage, h2frames, h2empty, h2refused]


class Peer:
    """A connection, and how much its client is ready to take."""

    def __init__(self, conn):
        self.conn = conn
        self.sendall = conn.sendall
        self.setsockopt = conn.setsockopt
        self.room = self.first_room = 65535
        self.rooms = {}  # what a stream has beyond first_room

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.conn.recv(count - len(data))
            if not part:
                raise OSError("closed")
            data += part
        return data

    def step(self):
        """Takes one frame; (kind, stream), kind HEADERS when a request is whole with it."""
        length, kind, flags, stream = struct.unpack(">IBBI", b"\0" + self.read(9))
        payload = self.read(length)
        if kind == SETTINGS and not flags & ACK:
            for at in range(0, length, 6):
                key, value = struct.unpack(">HI", payload[at:at + 6])
                self.first_room = value if key == 4 else self.first_room
            self.sendall(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.sendall(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE and stream == 0:
            self.room += struct.unpack(">I", payload)[0]
        elif kind == WINDOW_UPDATE:
            self.rooms[stream] = self.rooms.get(stream, 0) + struct.unpack(">I", payload)[0]
        elif kind in (DATA, HEADERS):
            return (HEADERS if flags & END_STREAM else DATA), stream
        return kind, stream


def serve(mode, conn):
    with conn:
        try:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(conn)
            peer.read(len(PREFACE))
            # Room for any request: INITIAL_WINDOW_SIZE (4) for streams, and for the connection.
            peer.sendall(frame(SETTINGS, 0, 0, struct.pack(">HI", 4, WINDOW))
                         + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", WINDOW)))
            going = True
            while going:
                kind, stream = peer.step()
                going = kind != HEADERS or mode(peer, stream)
        except OSError:
            pass  # The client gave up.


def accept(mode, listener):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(mode, conn), daemon=True).start()
