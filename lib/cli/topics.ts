/**
 * What `labwire help` explains beside the commands, each text loaded when it is asked for.
 *
 * @module
 */

/** A topic as the overview shows it. */
export interface Topic {
  /** As typed behind `labwire help`. */
  readonly name: string;
  /** One line, in lower case. */
  readonly summary: string;
  /** Its page, of lines that fit a terminal of 100 columns. */
  load(): Promise<string>;
}

/** All of them, in the order of the overview. */
export const TOPICS: readonly Topic[] = [
  {
    name: "exit-codes",
    summary: "what a command's end tells a script",
    load: async () => (await import("./topics/exit_codes.ts")).exitCodes,
  },
  {
    name: "environment",
    summary: "the variables that stand for options, and others",
    load: async () => (await import("./topics/environment.ts")).environment,
  },
  {
    name: "addresses",
    summary: "how a place to listen or to connect to is written",
    load: async () => (await import("./topics/addresses.ts")).addresses,
  },
  {
    name: "dialects",
    summary: "how peers of all makes speak, and how they are told apart",
    load: async () => (await import("./topics/dialects.ts")).dialects,
  },
  {
    name: "ciphers",
    summary: "what messages can go through on the wire, and what protects",
    load: async () => (await import("./topics/ciphers.ts")).ciphers,
  },
  {
    name: "patterns",
    summary: "what --send, --expect and their kin take",
    load: async () => (await import("./topics/patterns.ts")).patterns,
  },
  {
    name: "idioms",
    summary: "nc, ncat and socat, and labwire's words for the same",
    load: async () => (await import("./topics/idioms.ts")).idioms,
  },
  {
    name: "events",
    summary: "what --json prints, for programs",
    load: async () => (await import("./topics/events.ts")).events,
  },
];
