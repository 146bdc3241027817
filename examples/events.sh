#!/usr/bin/env bash
# What happens, for a program: one JSON object a line. Here Python reads what a room says.
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

labwire serve 127.0.0.1:7190 --json --port-file port > events.jsonl 2> server.log &
until [ -e port ]; do sleep 0.1; done
labwire connect "127.0.0.1:$(cat port)" --name Ada --send 'hello, all' --json > ada.jsonl
python3 - <<'PYTHON'
import json
for name in "events.jsonl", "ada.jsonl":
    for line in open(name):
        event = json.loads(line)
        if event["event"] in ("listening", "message", "end"):
            print(name, *(event[field] for field in ("event", "from", "text", "code") if field in event))
PYTHON
#> events.jsonl listening
#> events.jsonl message Ada hello, all
#> ada.jsonl end 0
