#!/usr/bin/env bash
# What crosses the wire: a room in Vigenere, where a course's cipher can be seen at work, and one in
# aes-gcm, where the same word never looks the same.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

for cipher in vigenere aes-gcm; do
  port=$([ $cipher = vigenere ] && echo 7110 || echo 7111)
  labwire serve "127.0.0.1:$port" --mode ack --cipher $cipher --key LEMON 2> server.log &
  labwire connect "127.0.0.1:$port" --retry 50 --retry-delay 100ms --cipher $cipher --key LEMON \
    --send ATTACK --expect 'ATTACK ACK' 2> notes.log
done
#> ATTACK ACK
#> ATTACK ACK

echo "Raw bytes, as nobody has deciphered them:"
labwire connect 127.0.0.1:7110 --dialect raw --send Ben --expect . --send LXFOPV --wait 1
#> LXFOPV EOY

echo "With another key nobody gets in:"
labwire connect 127.0.0.1:7111 --cipher aes-gcm --key MELON --send ATTACK || echo "exit code $?"
#> exit code 4
