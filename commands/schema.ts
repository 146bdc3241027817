import { allSchema, EVENT_NAMES, oneSchema } from "../lib/base/events/schema.ts";
import { Exit, Failure } from "../lib/base/errors.ts";
import { safeText } from "../lib/base/safe_text.ts";
import { defineCommand } from "../lib/cli/command.ts";
import { print } from "../lib/term/screen.ts";

/** `labwire schema`. */
export const schema = defineCommand({
  name: "schema",
  summary: "Print the JSON Schema of the events that --json prints",
  args: ["[EVENT]"],
  about:
    "Every command takes --json, and then prints one JSON object a line, and nothing else, on\n" +
    "standard output; the last is the event `end`. The schema (2020-12) is of each line. Events\n" +
    "and fields are added in time, so skip what you do not know; what is there does not change.",
  options: {},
  examples: [
    ["labwire schema", "of all events"],
    ["labwire schema message", "of one"],
    ["labwire schema end --json", "the same as an event"],
  ],
  async run(_values, [name], { emit }) {
    const known = EVENT_NAMES.find((each) => each === name);
    if (name !== undefined && known === undefined) {
      const { suggest } = await import("../lib/cli/parse.ts");
      throw new Failure(
        `Cannot print the schema of "${name}": there is no such event`,
        Exit.usage,
        {
          remedy: suggest(name, EVENT_NAMES, "") ?? "labwire schema prints all",
        },
      );
    }
    const schema = known === undefined ? allSchema() : oneSchema(known);
    if (emit) emit({ event: "schema", schema });
    else print(JSON.stringify(schema, null, 2).split("\n").map(safeText));
    return Exit.done;
  },
});
