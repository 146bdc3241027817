"""Seed 000 (COE817 lab 1): the server. Each client has a thread; the operator types the answer to
each message; both directions are enciphered with Vigenere.

    python3 seed000_server.py PORT KEY
"""
import os
import socket
import sys
import threading

from vigenere import Vigenere

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

cipher = Vigenere(sys.argv[2])
turn = threading.Condition()
waiting = []  # clients whose message is not answered yet, in order of arrival


def answer(client_socket, encrypted_message):
    with turn:
        waiting.append(client_socket)
        print(f"Received (encrypted): {encrypted_message}")
        print(f"Client: {cipher.decrypt(encrypted_message)}")
        turn.wait_for(lambda: waiting[0] is client_socket)
    try:
        response = input("Enter Server Response: ")
        encrypted_response = cipher.encrypt(response)
        client_socket.send(encrypted_response.encode())
    except EOFError:
        os._exit(0)  # nobody is left to answer
    finally:
        with turn:
            waiting.pop(0)
            turn.notify_all()


def handle_client(client_socket, client_address):
    try:
        while True:
            encrypted_message = client_socket.recv(1024).decode()
            if not encrypted_message:
                break
            answer(client_socket, encrypted_message)
    except OSError as e:
        print(f"Connection to {client_address} lost: {e}")
    finally:
        client_socket.close()
        print(f"Client disconnected: {client_address}")


def start_server(port):
    server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server_socket.bind(("127.0.0.1", port))
    server_socket.listen(5)
    print(f"Server listening on port {server_socket.getsockname()[1]}")
    while True:
        client_socket, client_address = server_socket.accept()
        print(f"Client connected: {client_address}")
        client_thread = threading.Thread(target=handle_client, args=(client_socket, client_address))
        client_thread.start()


if __name__ == "__main__":
    try:
        start_server(int(sys.argv[1]))
    except KeyboardInterrupt:
        os._exit(0)
