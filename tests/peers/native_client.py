"""From docs/protocol.md alone: native_client.py HOST PORT NAME FILE TEXT... joins a room, says each
TEXT, fetches FILE, and prints what the others say until standard input ends."""
import hashlib, json, socket, struct, sys, threading
host, port, name, wanted, *texts = sys.argv[1:]
sock = socket.create_connection((host, int(port)))
stream = sock.makefile("rb")


def send(**message):
    payload = b"\x01" + json.dumps(message).encode()
    sock.sendall(struct.pack(">I", len(payload)) + payload)


def receive():
    (length,) = struct.unpack(">I", stream.read(4))
    payload = stream.read(length)
    if payload[0] == 1:
        return json.loads(payload[1:])
    return {"type": "block", "id": struct.unpack(">I", payload[1:5])[0], "bytes": payload[5:]}


send(type="hello", version=1, cipher="none", name=name)
while (first := stream.peek(1)[:1]) not in (b"\x00", b""):
    stream.read(1)  # what the room said before it knew us
print("welcome:", receive(), flush=True)
for text in texts:
    send(type="chat", text=text)
send(type="command", name="get", argument=wanted, id=1)
threading.Thread(target=lambda: (sys.stdin.read(), sock.shutdown(socket.SHUT_WR)), daemon=True).start()
data, hashes = b"", b""
while stream.peek(1):
    message = receive()
    if message["type"] == "block":
        data += message["bytes"]
        hashes += hashlib.sha256(message["bytes"]).digest()
    elif message["type"] == "end" and hashlib.sha256(hashes).hexdigest() == message["hash"]:
        open(wanted, "wb").write(data)
        print("saved:", wanted, len(data), flush=True)
    elif message["type"] in ("chat", "notice", "reply", "error", "bye"):
        print(message.get("from", message["type"]) + ":", message.get("text", ""), flush=True)
