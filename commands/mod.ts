/**
 * The subcommands in the order of the help, each loaded only when it is run.
 *
 * @module
 */
import type { Command } from "../lib/cli/command.ts";

/** A command as the overview shows it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** All of labwire's commands. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "serve",
    summary: "Run a chat room, or another server of the lab, that every client can join",
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "connect",
    summary: "Join a server and talk to it, at a terminal or in a script",
    load: async () => (await import("./connect.ts")).connect,
  },
  {
    name: "echo-reverse",
    summary: "Answer every message with its reverse",
    load: async () => (await import("./echo_reverse.ts")).echoReverse,
  },
  {
    name: "fileserver",
    summary: "Let others list and fetch the files of a folder, or put files there",
    load: async () => (await import("./fileserver.ts")).fileserver,
  },
  {
    name: "get",
    summary: "Fetch files, verified, from a labwire server",
    load: async () => (await import("./get.ts")).get,
  },
  {
    name: "ls",
    summary: "List the files of a labwire server",
    load: async () => (await import("./ls.ts")).ls,
  },
  {
    name: "put",
    summary: "Put files, verified, into the folder of a labwire server",
    load: async () => (await import("./put.ts")).put,
  },
  {
    name: "passwd",
    summary: "Make the accounts that a server lets in (--users)",
    load: async () => (await import("./passwd.ts")).passwd,
  },
  {
    name: "bench",
    summary: "Load a server with many clients, check its answers, and measure them",
    load: async () => (await import("./bench.ts")).bench,
  },
  {
    name: "schema",
    summary: "Print the JSON Schema of the events that --json prints",
    load: async () => (await import("./schema.ts")).schema,
  },
  {
    name: "version",
    summary: "Say which labwire this is, and of what it was made",
    load: async () => (await import("./version.ts")).version,
  },
  {
    name: "completions",
    summary: "Print what a shell needs to complete labwire's command lines",
    load: async () => (await import("./completions.ts")).completions,
  },
  {
    name: "help",
    summary: "Explain a command or a topic",
    load: async () => (await import("./help.ts")).help,
  },
  {
    name: "config",
    summary: "Show what a command's options are in effect, and where that comes from",
    load: async () => (await import("./config.ts")).config,
  },
  {
    name: "man",
    summary: "Print a manual page, of labwire or of one command",
    load: async () => (await import("./man.ts")).man,
  },
];
