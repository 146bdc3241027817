#!/usr/bin/env bash
# A passphrase that both sides know: it never crosses the wire, and all that does is sealed.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

echo 'correct horse battery staple' > passphrase
labwire serve 127.0.0.1:7120 --secret-file passphrase --mode ack 2> server.log &
labwire connect 127.0.0.1:7120 --retry 50 --retry-delay 100ms --secret-file passphrase \
  --send hello --expect 'hello ACK'
#> hello ACK

echo 'a guess' > guess
labwire connect 127.0.0.1:7120 --secret-file guess --send hello || echo "exit code $?"
#> exit code 4
