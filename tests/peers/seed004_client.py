"""Seed 004 (project 1): the client of the reversing server. Sends a string, prints one answer, and so on.

    python3 seed004_client.py HOST PORT
"""
import socket
import sys

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    sys.exit(f"Could not connect to server: {e}")

try:
    while True:
        text = input("Enter a String: ")
        if text.lower() == "exit":
            break
        if not text:
            continue  # nothing would be sent, and no answer come
        s.send(text.encode())
        data = s.recv(1024)
        if not data:
            print("Disconnected from the server.")
            break
        # A reversed é is not UTF-8 any more; show that it is broken instead of ending.
        print("Reversed string from server:" + data.decode(errors="replace"))
except EOFError:
    pass
except OSError:
    print("Disconnected from the server.")
s.close()
