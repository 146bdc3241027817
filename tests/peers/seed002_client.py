"""Seed 002 (CP372 assignment 1): the client of the file server. Says its name, then sends each line
and prints one answer; "get <file>" saves the file into the current directory.

    python3 seed002_client.py HOST PORT [--name NAME]
"""
import argparse
import os
import socket
import sys

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u


def receive(client_socket):
    data = client_socket.recv(1024)
    if not data:
        raise ConnectionError("closed by the server")
    return data


def get_file(client_socket, filename):
    data = bytearray()
    while not data.endswith(b"EOF"):
        data += receive(client_socket)
        if data == b"File not found.":
            print("File not found.")
            return
    with open(os.path.basename(filename), "wb") as file:
        file.write(data[:-len(b"EOF")])
    print("File received successfully.")


def talk(client_socket, name):
    name = name or input("Enter your client name: ")
    client_socket.send(name.encode())
    welcome = receive(client_socket).decode()
    print(welcome)
    if "busy" in welcome.lower():
        return
    while True:
        message = input(f"{name}: ")
        if not message:
            continue  # nothing would be sent, and no answer come
        client_socket.send(message.encode())
        if message.lower() == "exit":
            print("Closing connection to server...")
            client_socket.close()
            print("Connection closed.")
            break
        elif message.lower().startswith("get "):
            get_file(client_socket, message[4:].strip())
        else:
            print(f"Server: {receive(client_socket).decode()}")


def start_client(host, port, name):
    client_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        client_socket.connect((host, port))
    except OSError as e:
        sys.exit(f"Could not connect to server: {e}")
    print("Connected to server.")
    try:
        talk(client_socket, name)
    except EOFError:
        pass
    except ConnectionError:
        print("Disconnected from the server.")
    client_socket.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--name")
    options = parser.parse_args()
    start_client(options.host, options.port, options.name)
