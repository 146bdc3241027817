#!/usr/bin/env bash
# Seed 002: a name first, then acknowledgements, status, list and files; a fourth client is too many.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
peers=$(cd "$(dirname "$0")/../tests/peers" && pwd)
mkdir -p handouts && echo 'read me' > handouts/notes.txt
raw() { labwire connect "127.0.0.1:$1" --retry 50 --retry-delay 100ms --dialect raw "${@:2}"; }

python3 "$peers/seed002_server.py" 7020 handouts 3 > theirs.log &
labwire serve 127.0.0.1:7021 --mode ack --max-clients 3 --files handouts 2> ours.log &
for port in 7020 7021; do
  echo "On port $port:"
  raw "$port" --send Ben --expect successfully. --send hello --expect 'hello ACK' \
    --send status --expect 'Client 1: Ben' --send list --expect notes.txt \
    --send 'get nothing' --expect 'File not found.' --send 'get notes.txt' --expect '/read me\s*EOF/' \
    --send exit --wait close
  for name in One Two Three; do # each stays until its input ends
    raw "$port" --send "$name" --expect successfully. --wait close > /dev/null &
  done
  until [ "$(cat theirs.log ours.log | grep -c 'as Client . *: Three')" = $((port - 7019)) ]; do
    sleep 0.1
  done
  raw "$port" --send Four --expect '/[Ss]erver is busy/'
done
#> On port 7020:
#> hello ACK
#> File not found.
#> Server is busy. Please try again later.
#> On port 7021:
#> hello ACK
#> File not found.
#> the server is busy, please try again later
