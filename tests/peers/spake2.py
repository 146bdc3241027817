"""SPAKE2 from RFC 9382 alone: P-256, SHA-256, HKDF, HMAC, with nothing but the standard library.

    python3 spake2.py

Each line of standard input is a JSON object, and so is each answer. A side begins with {"passphrase",
"salt", "role": "client" or "server"} (and "identities": [A, B], "context", "scalar" to differ from what is
usual) and is told its {"share"}; {"peer": share} then gives {"key", "confirmation", "expected"}: what it
has, what it sends, what it must get. Bytes are in hex. It teaches: Python's time with numbers betrays them.
"""
import hashlib, hmac, json, secrets, sys, unicodedata

# The curve y^2 = x^3 - 3x + b modulo p (SEC 2, 2.4.2): G generates a group of n points.
p = 2**256 - 2**224 + 2**192 + 2**96 - 1
n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
INFINITY = None  # the neutral element


def add(P, Q):
    """The third point of the line through P and Q (their tangent, if they are one), mirrored."""
    if P is INFINITY or Q is INFINITY:
        return Q if P is INFINITY else P
    (x1, y1), (x2, y2) = P, Q
    if x1 == x2 and (y1 + y2) % p == 0:
        return INFINITY
    if P == Q:
        slope = 3 * (x1 * x1 - 1) * pow(2 * y1, -1, p)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, p)
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p


def multiply(k, P):
    """k times P by doubling and adding, from the highest bit of k to the lowest."""
    R = INFINITY
    for bit in bin(k)[2:]:
        R = add(R, R)
        if bit == "1":
            R = add(R, P)
    return R


def decode(data):
    """A point from its compressed form (2 or 3 tells whether y is odd) or its full form (4)."""
    x, square = int.from_bytes(data[1:33], "big"), lambda x: (x**3 - 3 * x + b) % p
    if data[0] == 4:
        y = int.from_bytes(data[33:65], "big")
    else:
        y = pow(square(x), (p + 1) // 4, p)  # a square root, since p % 4 == 3
        y = y if y % 2 == data[0] % 2 else p - y
    assert y * y % p == square(x), "not on the curve"
    return x, y


def encode(P):
    return b"\x04" + P[0].to_bytes(32, "big") + P[1].to_bytes(32, "big")


M = decode(bytes.fromhex("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f"))
N = decode(bytes.fromhex("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49"))
NAMES = ("labwire client", "labwire server")


def mac(key, data):
    return hmac.digest(key, data, "sha256")


class Side:
    def __init__(self, passphrase, salt, role, identities=NAMES, context="", scalar=None):
        self.client, self.identities, self.context = role == "client", identities, bytes.fromhex(context)
        phrase = unicodedata.normalize("NFC", passphrase).encode()
        cost = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 48}
        stretched = hashlib.scrypt(phrase, salt=bytes.fromhex(salt), **cost)
        self.w = int.from_bytes(stretched, "big") % n
        self.x = int(scalar, 16) if scalar else 1 + secrets.randbelow(n - 1)
        mine, self.theirs = (M, N) if self.client else (N, M)
        self.share = encode(add(multiply(self.x, G), multiply(self.w, mine)))

    def finish(self, peer):
        x, y = multiply(self.w, self.theirs)
        K = multiply(self.x, add(decode(peer), (x, -y % p)))  # without the mask: both arrive at x * y * G
        shares = (self.share, peer) if self.client else (peer, self.share)
        names = [name.encode() for name in self.identities]
        parts = [*names, *shares, encode(K), self.w.to_bytes(32, "big")]
        transcript = b"".join(len(part).to_bytes(8, "little") + part for part in parts)
        digest = hashlib.sha256(transcript).digest()
        prk = mac(bytes(32), digest[16:])  # HKDF without a salt (RFC 5869), one block of it
        keys = mac(prk, b"ConfirmationKeys" + self.context + b"\x01")
        a, b = mac(keys[:16], transcript).hex(), mac(keys[16:], transcript).hex()
        ours, expected = (a, b) if self.client else (b, a)
        return {"key": digest[:16].hex(), "confirmation": ours, "expected": expected}


if __name__ == "__main__":
    for line in sys.stdin:
        wish = json.loads(line)
        if "peer" in wish:
            answer = side.finish(bytes.fromhex(wish["peer"]))
        else:
            side = Side(**wish)
            answer = {"share": side.share.hex()}
        print(json.dumps(answer), flush=True)
