"""From docs/protocol.md alone: secret_client.py HOST PORT PASSPHRASE USER PASSWORD TEXT greets a server with
--secret, logs in, says TEXT, and prints what it hears until somebody says "bye". It teaches: it is slow, and
Python's time with numbers betrays them.
"""
import base64, hashlib, hmac, json, socket, struct, sys
from spake2 import Side, mac

host, port, passphrase, user, password, text = sys.argv[1:]
sock = socket.create_connection((host, int(port)))
stream, talk = sock.makefile("rb"), hashlib.sha256()


def packed(payload):
    return struct.pack(">I", len(payload)) + payload


def control(**message):
    return b"\x01" + json.dumps(message).encode()


def say(**message):
    payload = control(**message)
    talk.update(packed(payload))
    sock.sendall(packed(payload))


def hear(field):
    (length,) = struct.unpack(">I", stream.read(4))
    payload = stream.read(length)
    talk.update(packed(payload))
    message = json.loads(payload[1:])
    if message["type"] == "refused":
        sys.exit("refused: " + message["code"])
    return base64.b64decode(message[field])


def b64(data):
    return base64.b64encode(data).decode()


def expand(secret, salt, info, length):  # HKDF-SHA256 (RFC 5869)
    prk, block, made = mac(salt, secret), b"", b""
    while len(made) < length:
        block = mac(prk, block + info + bytes([len(made) // 32 + 1]))
        made += block
    return made[:length]


def chacha20(key, counter, nonce):  # one block (RFC 8439, 2.3)
    start = struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce)
    x = list(start)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            for p, q, r, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                x[p] = (x[p] + x[q]) % 2**32
                x[r] ^= x[p]
                x[r] = (x[r] << bits | x[r] >> (32 - bits)) % 2**32
    return struct.pack("<16I", *((one + other) % 2**32 for one, other in zip(x, start)))


def stream_xor(key, nonce, data):
    pad = b"".join(chacha20(key, 1 + i, nonce) for i in range(len(data) // 64 + 1))
    return bytes(one ^ other for one, other in zip(data, pad))


def poly1305(key, nonce, sealed):  # the tag, without additional data (2.5, 2.8)
    one_time = chacha20(key, 0, nonce)
    r = int.from_bytes(one_time[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    data, total = sealed + bytes(-len(sealed) % 16) + struct.pack("<QQ", 0, len(sealed)), 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(one_time[16:32], "little")) % 2**128).to_bytes(16, "little")


class Direction:
    def __init__(self, secret, salt, way):
        made = expand(secret, salt, b"labwire chacha20-poly1305 " + way, 44)
        self.key, self.iv, self.count = made[:32], int.from_bytes(made[32:], "big"), 0

    def nonce(self):
        self.count += 1
        return (self.iv ^ (self.count - 1)).to_bytes(12, "big")

    def seal(self, plain):
        nonce = self.nonce()
        sealed = stream_xor(self.key, nonce, plain)
        return sealed + poly1305(self.key, nonce, sealed)

    def open(self, record):
        nonce, sealed = self.nonce(), record[:-16]
        assert hmac.compare_digest(record[-16:], poly1305(self.key, nonce, sealed)), "it does not open"
        return stream_xor(self.key, nonce, sealed)


say(type="hello", version=1, cipher="chacha20-poly1305")
salt = hear("salt")
side = Side(passphrase, salt.hex(), "client", context=talk.copy().hexdigest())
say(type="share", share=b64(side.share))
agreed = side.finish(hear("share"))
say(type="confirm", mac=b64(bytes.fromhex(agreed["confirmation"])))
assert hmac.compare_digest(hear("mac").hex(), agreed["expected"]), "the server does not know the secret"
key, context = bytes.fromhex(agreed["key"]), talk.digest()
ours, theirs = Direction(key, context, b"client to server"), Direction(key, context, b"server to client")


def send(**message):
    sock.sendall(packed(ours.seal(packed(control(**message)))))


def receive():  # all messages of the next record
    (length,) = struct.unpack(">I", stream.read(4))
    frames, at = theirs.open(stream.read(length)), 0
    while at < len(frames):
        (length,) = struct.unpack(">I", frames[at:at + 4])
        yield json.loads(frames[at + 5:at + 4 + length])
        at += 4 + length


send(type="hello", version=1, cipher="chacha20-poly1305", user=user, password=password, features=["ping"])
while stream.peek(1):
    for message in receive():
        if message["type"] == "ping":
            send(type="pong")
        elif message["type"] == "refused":
            sys.exit("refused: " + message["code"])
        elif message["type"] == "welcome":
            print("welcome:", message["name"], flush=True)
            send(type="chat", text=text)
        else:
            print(message.get("from", message["type"]) + ":", message.get("text", ""), flush=True)
            if message.get("text") == "bye":
                sys.exit()
