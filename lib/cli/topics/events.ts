/** `labwire help events`. */
export const events = `Events: what --json prints

With --json every command prints one JSON object a line on standard output, and nothing else there:

  {"v":1,"event":"message","at":"2026-03-01T09:00:00.000Z","from":"Ada","text":"hello"}

  v        the version of the form; within one, events and fields are added, never changed
  event    what happened
  at       when, in UTC (ISO 8601)

The last line is the event "end", with the exit code. Skip what you do not know.

  labwire ls 10.0.0.5:9000 --json | jq -r 'select(.event == "entry") | .name'

labwire schema prints the JSON Schema of all events, labwire schema message of one; docs/events.md
says what each means. LABWIRE_JSON=yes asks for events of every command.
`;
