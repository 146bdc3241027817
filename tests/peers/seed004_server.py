"""Seed 004 (project 1): the reversing server, as the document prints it. Each recv is sent back with
its bytes in reverse.

    python3 seed004_server.py PORT [--backlog N] [--lines] [--nodelay]

For benchmarks: --lines answers line by line (each complete line reversed, its newline kept at the end,
one send for each line), --nodelay sets TCP_NODELAY on the accepted sockets.
"""
import argparse
import socket
import sys
from _thread import *

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

def threadFunc(conn,address):
    while True:
        data = conn.recv(1024)
        if not data:
            print('Disconnected from :', address[0], ':', address[1])
            break
        data = data[::-1]
        conn.send(data)
    conn.close()

def lineThreadFunc(conn,address):
    rest = b''
    try:
        while True:
            data = conn.recv(65536)
            if not data:
                break
            *lines, rest = (rest + data).split(b'\n')
            for line in lines:
                conn.sendall(line[::-1] + b'\n')
    except ConnectionError:
        pass
    print('Disconnected from :', address[0], ':', address[1])
    conn.close()

parser = argparse.ArgumentParser()
parser.add_argument('port', type=int)
parser.add_argument('--backlog', type=int, default=5)
parser.add_argument('--lines', action='store_true')
parser.add_argument('--nodelay', action='store_true')
options = parser.parse_args()

host = "127.0.0.1"
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((host, options.port))
s.listen(options.backlog)
print("socket is binded to the port", s.getsockname()[1])
print("Socket is listening")

while True:
    conn, address = s.accept()
    print('Connected to :', address[0], ':', address[1])
    if options.nodelay:
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    start_new_thread(lineThreadFunc if options.lines else threadFunc, (conn,address))
