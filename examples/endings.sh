#!/usr/bin/env bash
# Each way of ending has an exit code that a script can rely on.
set -u
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
code() { "$@" > out.log 2> err.log; echo "$?: $(tail -n 1 err.log)"; }
connect() { labwire connect 127.0.0.1:7210 --retry 50 --retry-delay 100ms "$@"; }

labwire serve 127.0.0.1:7210 --mode ack --max-clients 1 2> server.log &
code connect --send hello --expect 'hello ACK'
#> 0: …
code connect --send hello --half-close --expect something
#> 1: labwire: Cannot find what was expected: …
code connect --sned hello
#> 2: labwire: Cannot read the options: unknown option --sned (did you mean --send?)
code labwire connect 127.0.0.1:7219
#> 3: labwire: Cannot connect to 127.0.0.1:7219: connection refused …

labwire connect 127.0.0.1:7210 --retry 50 --retry-delay 100ms --name Bob \
  --expect never --timeout 1m > bob.log 2>&1 & bob=$!
until grep -q Bob server.log; do sleep 0.1; done
code labwire connect 127.0.0.1:7210
#> 4: labwire: Cannot join: …busy…
kill "$bob"
code connect --expect never --timeout 200ms
#> 6: labwire: Cannot find what was expected: …
