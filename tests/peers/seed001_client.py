"""Seed 001 (client.py): the chat client, as the document prints it. A thread prints what arrives.

    python3 seed001_client.py HOST PORT

Other than in the document: an empty recv counts as disconnected (the document's loop would spin), the
program ends when the server is gone, and the socket is shut down before it is closed (on Linux a close
alone does not wake the receiving thread, and "exit" would hang).
"""
import os
import socket
import sys
import threading

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

SERVER_IP = sys.argv[1]
SERVER_PORT = int(sys.argv[2])


def receive_messages(client_socket):
    while True:
        try:
            message = client_socket.recv(1024).decode('utf-8')
            if not message:
                raise ConnectionError("closed by the server")
            print("Message received:", message)
        except Exception:
            print("Disconnected from the server.")
            client_socket.close()
            os._exit(0)  # the main thread still waits in input()


def read_line():
    try:
        return input("You: ")
    except EOFError:
        return None


def close(client_socket):
    try:
        client_socket.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the server was quicker
    client_socket.close()


def start_client():
    print("Starting client...")
    client_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    try:
        client_socket.connect((SERVER_IP, SERVER_PORT))
        print("Connected to the server.")
    except Exception as e:
        print(f"Could not connect to server: {e}")
        return

    print("Type your messages below:")

    threading.Thread(target=receive_messages, args=(client_socket,)).start()

    while True:
        message = read_line()
        if message is None:
            close(client_socket)
            break
        if message.lower() == 'exit':
            print("Closing connection...")
            close(client_socket)
            break
        try:
            client_socket.send(message.encode('utf-8'))
        except OSError:
            break  # the receiving thread reports it


if __name__ == "__main__":
    start_client()
