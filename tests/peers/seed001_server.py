"""Seed 001 (server2.py): the chat server. Bytes from one client go to all the others as they are,
without a terminator; what the operator types goes to all; "exit" ends the server.

    python3 seed001_server.py PORT [--backlog N] [--lines] [--nodelay]

For benchmarks: --lines relays line by line (one send for each line and receiver, nothing printed for
a message), --nodelay sets TCP_NODELAY on the accepted sockets.
"""
import argparse
import os
import socket
import sys
import threading

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

HOST = "127.0.0.1"
clients = []


def remove(client_socket):
    try:
        clients.remove(client_socket)
    except ValueError:
        pass  # another thread was quicker


def broadcast(message, sender_socket=None):
    for client in list(clients):
        if client is not sender_socket:
            try:
                client.sendall(message)
            except OSError:
                remove(client)


def relay_chunks(client_socket, address):
    while True:
        message = client_socket.recv(1024)
        if not message:
            break
        print(f"Message from {address}: {message.decode('utf-8', 'replace')}")
        broadcast(message, client_socket)


def relay_lines(client_socket, address):
    rest = b""
    while True:
        chunk = client_socket.recv(65536)
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            broadcast(line + b"\n", client_socket)


def handle_client(client_socket, address, relay):
    try:
        relay(client_socket, address)
    except OSError:
        pass
    remove(client_socket)
    client_socket.close()
    print(f"Client {address} disconnected")


def server_send():
    while True:
        try:
            message = input("Enter message: ")
        except EOFError:
            return  # no operator; the clients go on
        if message.lower() == "exit":
            print("Shutting down server...")
            os._exit(0)
        broadcast(message.encode("utf-8"))


def start_server(options):
    server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server_socket.bind((HOST, options.port))
    server_socket.listen(options.backlog)
    print(f"Server listening on port {server_socket.getsockname()[1]}")
    threading.Thread(target=server_send, daemon=True).start()
    relay = relay_lines if options.lines else relay_chunks
    while True:
        client_socket, address = server_socket.accept()
        if options.nodelay:
            client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        clients.append(client_socket)
        print(f"Client {address} connected")
        threading.Thread(target=handle_client, args=(client_socket, address, relay), daemon=True).start()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--backlog", type=int, default=5)
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--nodelay", action="store_true")
    try:
        start_server(parser.parse_args())
    except KeyboardInterrupt:
        os._exit(0)
