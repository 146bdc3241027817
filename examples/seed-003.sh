#!/usr/bin/env bash
# Seed 003: JSON objects with a name, a time and a message in base64, which the server prints.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
peers=$(cd "$(dirname "$0")/../tests/peers" && pwd)

python3 "$peers/seed003_server.py" 7030 > theirs.log &
labwire serve 127.0.0.1:7031 --mode log > ours.log &
for port in 7030 7031; do
  labwire connect "127.0.0.1:$port" --retry 50 --retry-delay 100ms --dialect json --name Ada \
    --send 'Hello, lab' --send 'It has "quotes" and {braces}'
done
for log in theirs.log ours.log; do
  echo "$log:"
  until grep 'braces' "$log" > /dev/null; do sleep 0.1; done
  grep Ada "$log"
done
#> theirs.log:
#> [Ada @ …]: Hello, lab
#> [Ada @ …]: It has "quotes" and {braces}
#> ours.log:
#> [Ada @ …]: Hello, lab
#> [Ada @ …]: It has "quotes" and {braces}
