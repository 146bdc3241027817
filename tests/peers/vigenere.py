"""The Vigenere cipher of seed 000 (COE817 lab 1), used by seed000_server.py and seed000_client.py."""


class Vigenere:
    def __init__(self, key):
        if not (key.isascii() and key.isalpha()):
            raise ValueError("the key must consist of letters A-Z")
        self.shifts = [ord(letter) - ord("A") for letter in key.upper()]

    def encrypt(self, text):
        return self._shift(text, +1)

    def decrypt(self, text):
        return self._shift(text, -1)

    def _shift(self, text, direction):
        """Case is kept; what is not a letter passes through and uses up no letter of the key."""
        result = ""
        used = 0  # the key starts again with each message
        for char in text:
            if char.isascii() and char.isalpha():
                first = ord("A") if char.isupper() else ord("a")
                shift = direction * self.shifts[used % len(self.shifts)]
                char = chr((ord(char) - first + shift) % 26 + first)
                used += 1
            result += char
        return result
