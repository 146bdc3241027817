#!/usr/bin/env bash
# A room for labwire, nc and a script: everybody hears everybody else.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

labwire serve 127.0.0.1:7100 --motd 'Welcome to lab 1' 2> server.log &
labwire connect 127.0.0.1:7100 --retry 50 --retry-delay 100ms --name Ron --quiet \
  --expect 'Ada: Where are you?' --send 'In room 12' --expect 'nc user: Me too' & ron=$!
until grep -q Ron server.log; do sleep 0.1; done
labwire connect 127.0.0.1:7100 --name Ada --send 'Where are you?' --expect '/Ron: .*12/' --send '/who'
printf '/nick nc user\nMe too\n' | nc -N 127.0.0.1 7100 > nc.log
wait "$ron"
#> Welcome to lab 1
#> Ron: In room 12
