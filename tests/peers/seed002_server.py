"""Seed 002 (CP372 assignment 1): the file server. The first message is the client's name; then
status, list, get <file>, exit, and for anything else "<message> ACK". One client too many is told
that the server is busy.

    python3 seed002_server.py PORT DIR [MAX]
"""
import os
import socket
import sys
import threading
from datetime import datetime

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

DIR = sys.argv[2]
max_clients = int(sys.argv[3]) if len(sys.argv) > 3 else 3
current_clients = 0
client_lock = threading.Lock()
client_cache = {}  # number -> [name, start, end]
cache_lock = threading.Lock()


def now():
    return datetime.now().strftime("%Y-%m-%d %H:%M:%S")


def status():
    with cache_lock:
        return "\n".join(
            f"Client {number}: {name} - Start: {start}, End: {end}"
            for number, (name, start, end) in sorted(client_cache.items())
        )


def list_files():
    return "\n".join(sorted(os.listdir(DIR))) or "No files available."


def send_file(client_socket, filename):
    path = os.path.join(DIR, os.path.basename(filename))
    if not os.path.isfile(path):
        client_socket.send("File not found.".encode())
        return
    with open(path, "rb") as file:
        while chunk := file.read(1024):
            client_socket.sendall(chunk)
    client_socket.send(b"EOF")


def serve(client_socket):
    while True:
        message = client_socket.recv(1024).decode()
        command = message.lower()
        if not message or command == "exit":
            break
        elif command == "status":
            client_socket.sendall(status().encode())
        elif command == "list":
            client_socket.sendall(list_files().encode())
        elif command.startswith("get "):
            send_file(client_socket, message[4:].strip())
        else:
            client_socket.send(f"{message} ACK".encode())


def handle_client(client_socket, number):
    global current_clients
    name = client_socket.recv(1024).decode()
    if not name:
        return
    with client_lock:
        if current_clients >= max_clients:
            print(f"Max clients reached. Rejecting Client {number}: {name}")
            print(f"Current Clients: {current_clients}")
            client_socket.send("Server is busy. Please try again later.".encode())
            return
        current_clients += 1
        print(f"Client count: {current_clients}")
        print(f"Client connected as Client {number}: {name}")
    with cache_lock:
        client_cache[number] = [name, now(), "Still Connected"]
    try:
        client_socket.send("Connected to the server successfully.".encode())
        serve(client_socket)
    finally:
        with cache_lock:
            client_cache[number][2] = now()
        with client_lock:
            current_clients -= 1
            print(f"Client {number}: {name} has disconnected.")
            print(f"Current Clients: {current_clients}")


def run_client(client_socket, number):
    try:
        handle_client(client_socket, number)
    except (OSError, UnicodeDecodeError) as e:
        print(f"Client {number}: {e}")
    client_socket.close()


def start_server(port):
    server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server_socket.bind(("127.0.0.1", port))
    server_socket.listen(5)
    print(f"listening on port {server_socket.getsockname()[1]}")
    print("Server is listening...")
    number = 0
    while True:
        client_socket, address = server_socket.accept()
        number += 1
        print(f"Connection from {address} as Client {number}:")
        threading.Thread(target=run_client, args=(client_socket, number), daemon=True).start()


if __name__ == "__main__":
    try:
        start_server(int(sys.argv[1]))
    except KeyboardInterrupt:
        pass
