"""Seed 003 (lab 1): the chat client, as the document prints it. Sends JSON messages with a base64 body
and no separator; a thread prints what arrives.

    python3 seed003_client.py [HOST PORT NAME]

Other than in the document: the three answers may be given as arguments, the end of the input counts as
"exit", and the socket is shut down before it is closed (on Linux a close alone does not wake the
receiving thread, and "exit" would hang). As in the lab sheet, the program stays when the server is gone.
"""
import socket
import sys
import threading
import base64
import json
import time

sys.stdout.reconfigure(line_buffering=True, write_through=False)  # whole lines, at once, even under -u

def send_messages(client_socket, username):
    while True:
        try:
            message = input("Enter message: ")
        except EOFError:
            break
        if message.lower() == 'exit':
            break  # Exit loop to stop sending messages
        message_obj = {
            "username": username,
            "timestamp": time.time(),
            "message": base64.b64encode(message.encode()).decode()
        }
        json_message = json.dumps(message_obj)
        client_socket.sendall(json_message.encode())

def receive_messages(client_socket):
    while True:
        try:
            message = client_socket.recv(1024)
            if not message:
                print("Disconnected from the server")
                break  # Exit loop if disconnected
            print(f"Received: {message.decode()}")
        except:
            print("Disconnected from the server.")
            client_socket.close()
            break  # Exit loop on exception

def start_client(host, port, username):
    client_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client_socket.connect((host, port))
    print(f"Connected to the server at {host}:{port}")
    thread = threading.Thread(target=receive_messages, args=(client_socket,))
    thread.start()
    send_messages(client_socket, username)
    try:
        client_socket.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # The server was quicker
    client_socket.close()  # Close the socket when done

def get_user_data():
    print("Welcome to the Chat Application!")
    if len(sys.argv) == 4:
        return sys.argv[3], sys.argv[1], int(sys.argv[2])
    host = input("Enter the server address (default: 127.0.0.1): ").strip() or "127.0.0.1"
    port = int(input("Enter the server port (default: 65432): ").strip() or 65432)
    username = input("Enter your username: ").strip()
    return username, host, port

if __name__ == "__main__":
    username, host, port = get_user_data()
    print(f"Connecting to {host}:{port} as {username}...")
    try:
        start_client(host, port, username)
    except ConnectionRefusedError:
        print(f"Failed to connect to the server at {host}:{port}. Please check the server status and try again.")
