#!/usr/bin/env bash
# A variable stands for every option: set once for a whole lab, and outdone by what is typed.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

export LABWIRE_DIALECT=text LABWIRE_RETRY=50 LABWIRE_RETRY_DELAY=100ms
labwire config connect --retry 60 | grep -E '^(dialect|retry|pace)'
#> dialect … text … LABWIRE_DIALECT
#> retry … 60 … option
#> retry-delay … 100ms … LABWIRE_RETRY_DELAY
#> pace … 50ms … default

labwire echo-reverse 127.0.0.1:7230 --dialect=raw 2> server.log &
labwire connect 127.0.0.1:7230 --send stressed --expect desserts
#> desserts

LABWIRE_DIALCET=raw labwire config 2>&1 | grep DIALCET
#> labwire: LABWIRE_DIALCET stands for nothing (did you mean LABWIRE_DIALECT?)
