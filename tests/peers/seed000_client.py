"""Seed 000 (COE817 lab 1): the client. Sends a message, waits for one answer, and so on; both are
enciphered with Vigenere.

    python3 seed000_client.py HOST PORT KEY
"""
import socket
import sys

from vigenere import Vigenere

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u


def talk(client_socket, cipher):
    while True:
        message = input("Enter Message: ")
        if message.lower() == "exit":
            break
        if not message:
            continue  # nothing would be sent, and no answer come
        client_socket.send(cipher.encrypt(message).encode())
        encrypted_response = client_socket.recv(1024).decode()
        if not encrypted_response:
            print("Disconnected from the server.")
            break
        print(f"Server: {cipher.decrypt(encrypted_response)}")


def start_client(host, port, key):
    cipher = Vigenere(key)
    client_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        client_socket.connect((host, port))
    except OSError as e:
        sys.exit(f"Could not connect to server: {e}")
    print("Connected to the server.")
    try:
        talk(client_socket, cipher)
    except EOFError:
        pass
    except OSError:
        print("Disconnected from the server.")
    client_socket.close()


if __name__ == "__main__":
    start_client(sys.argv[1], int(sys.argv[2]), sys.argv[3])
