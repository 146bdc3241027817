import { Exit } from "../../base/errors.ts";

/** What each exit code means, as README and manual have it. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof Exit, string>> = {
  done: "done; a server that was asked to stop, and drained",
  failed: "the work failed: no such file, a transfer that does not verify",
  usage: "usage: unknown command or option, bad value",
  unreachable: "cannot connect, or cannot listen",
  refused: "refused: busy, name taken, wrong key, secret or password, banned, sent away; " +
    "or by us: certificate, fingerprint",
  lost: "connection lost before the work was done",
  timedOut: "timed out",
  interrupted: "interrupted (for a server: a second Ctrl-C, before it had drained)",
};

/** Codes and meanings, in order. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = Object.entries(
  EXIT_MEANINGS,
).map(([name, meaning]) => [Exit[name as keyof typeof Exit], meaning]);

/** `labwire help exit-codes`. */
export const exitCodes = `Exit codes, the same for all commands

${
  EXIT_CODES.map(([code, meaning]) =>
    `  ${String(code).padEnd(5)}${meaning.replace("; or", ";\n       or")}`
  )
    .join("\n")
}

Where a code is not 0, standard error has one line that says why, with a remedy if there is one:

  labwire: Cannot connect to 127.0.0.1:8000: connection refused

Standard output carries results only. With --json the last line of it is the event "end", which
holds the code and the reason.
`;
