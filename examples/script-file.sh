#!/usr/bin/env bash
# A conversation in a file: what to send, what must come, in which order; a variable between them.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

cat > talk.txt <<'STEPS'
timeout 5s
expect /Welcome, your number is (\d+)/
save number
send My number is ${number}
expect ${number} rebmun
STEPS
cat > server.py <<'PYTHON'
import socket
with socket.create_server(("127.0.0.1", 7200)) as server:
    conn, _ = server.accept()
    conn.sendall(b"Welcome, your number is 42\n")
    conn.sendall(b"Reversed: 24 si 42 rebmun yM\n" if b"42" in conn.recv(1024) else b"No\n")
    conn.close()
PYTHON
python3 server.py &
labwire connect 127.0.0.1:7200 --retry 50 --retry-delay 100ms --dialect text --script talk.txt
#> Welcome, your number is 42
#> number=42
