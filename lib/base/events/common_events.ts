import type { EventTable } from "./shape.ts";

/** What every command can tell, and what the small ones tell. */
export const COMMON_EVENTS = {
  end: {
    about: "The last line of every command: it is over.",
    fields: {
      code: ["integer", "the exit code"],
      "reason?": ["string", "the line on standard error, if it ended in one"],
    },
  },
  page: {
    about: "A page of text that a command prints: help, a manual, completions.",
    fields: { text: ["string", "the page, with its line ends"] },
  },
  version: {
    about: "`labwire version`: what this executable is.",
    fields: {
      version: ["string", "of labwire"],
      "commit?": ["string", "what it was made from"],
      "dirty?": ["boolean", "whether that had been changed since"],
      deno: ["string", "the version of Deno in it"],
      v8: ["string", "the version of V8 in it"],
      os: ["string", "the system it was made for"],
      arch: ["string", "the processor it was made for"],
    },
  },
  setting: {
    about: "`labwire config`: the value that an option has.",
    fields: {
      command: ["string", "whose option"],
      option: ["string", "its name, without dashes"],
      variable: ["string", "the variable that stands for it"],
      "value?": ["string", "as it would be typed; missing if it has none, or it is secret"],
      origin: ["string", "where that comes from: `option`, `environment` or `default`"],
    },
  },
  "unknown-variable": {
    about: "`labwire config`: a variable LABWIRE_… that stands for nothing.",
    fields: {
      variable: ["string", "its name"],
      "meant?": ["string", "the one that may be meant"],
    },
  },
  schema: {
    about: "`labwire schema`: the JSON Schema of all events, or of one.",
    fields: { schema: ["object", "the schema (2020-12)"] },
  },
  account: {
    about: "`labwire passwd`: an account.",
    fields: {
      name: ["string", "whose"],
      "role?": ["string", "`instructor`, `student` or `guest`; missing once it is removed"],
      change: ["string", "`none` when it is listed, else `set` or `removed`"],
      "password?": ["string", "made up by --generate; never another"],
    },
  },
} as const satisfies EventTable;
