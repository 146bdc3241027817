"""Sends a file to the first who connects, by sendfile: python3 sendfile_server.py PORT FILE"""

import socket
import sys

with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    connection, _ = listener.accept()
    with connection, open(sys.argv[2], "rb") as file:
        connection.sendfile(file)
