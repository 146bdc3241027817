#!/usr/bin/env bash
# TLS with a certificate that the server makes, known by its fingerprint.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

labwire serve 127.0.0.1:7140 --tls-self-signed --mode ack --ready-file ready 2> server.log &
until [ -e ready ]; do sleep 0.1; done
fingerprint=$(grep -o 'sha256:[0-9a-f:]*' server.log | head -n 1)
labwire connect 127.0.0.1:7140 --tls --fingerprint "$fingerprint" --send hello --expect 'hello ACK'
#> hello ACK

wrong=sha256:$(printf '%064d' 0)
labwire connect 127.0.0.1:7140 --tls --fingerprint "$wrong" --send hello || echo "exit code $?"
#> exit code 4
