"""Writes to standard output what a server sends, by recv_into: python3 recv_into.py PORT"""

import os
import socket
import sys

view = memoryview(bytearray(1024 * 1024))
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    while count := connection.recv_into(view):
        at = 0
        while at < count:
            at += os.write(1, view[at:count])
