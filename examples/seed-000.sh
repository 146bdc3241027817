#!/usr/bin/env bash
# Seed 000: Vigenere over the wire, and an operator who types each answer. The same line talks to the
# course's Python server and to labwire; the operator's answers come from this script.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
peers=$(cd "$(dirname "$0")/../tests/peers" && pwd)

ask() { # ask PORT: one session of a client
  labwire connect "127.0.0.1:$1" --retry 50 --retry-delay 100ms \
    --dialect raw --cipher vigenere --key LEMON \
    --send 'ATTACK AT DAWN' --expect UNDERSTOOD --send 'Retreat!' --expect 'too late'
}

echo "The course's server:"
python3 "$peers/seed000_server.py" 7000 LEMON <<< $'UNDERSTOOD\ntoo late' > theirs.log &
ask 7000
#> UNDERSTOOD
#> too late

echo "labwire's, whose operator answers when a question is there:"
coproc operator { exec labwire serve 127.0.0.1:7001 --mode operator --cipher vigenere --key LEMON; }
exec 3<&"${operator[0]}" 4>&"${operator[1]}"
ask 7001 & session=$!
for answer in UNDERSTOOD 'too late'; do
  read -r question <&3
  echo "the operator reads: $question"
  echo "$answer" >&4
done
wait "$session"
#> the operator reads: …: ATTACK AT DAWN
#> the operator reads: …: Retreat!
