/**
 * What an older runtime lacks: the one list of the tests that need it. An executable is compiled here
 * with a runtime of Deno 2.6's time, for checking only; from {@linkcode OLDEST} on nothing is left out.
 *
 * @module
 */
import { EXECUTABLE } from "./executable.ts";

/** The oldest Deno that labwire needs. */
const OLDEST = "2.9.5";

/** What a runtime lacks, and the tests of `tests/e2e` that need it. */
interface Lack {
  /** What it is; a clause. */
  readonly reason: string;
  /** By file. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** Everything that is left out with an older runtime. */
export const LACKS: readonly Lack[] = [
  {
    reason: "its node:crypto has no chacha20-poly1305, which --secret and --users seal with",
    tests: {
      "capture_test.ts": [
        "who records a session under --secret sees no name, no word, no file",
      ],
      "dash_test.ts": [
        "a secret comes from the first line of standard input, and the conversation from the rest",
      ],
      "examples_test.ts": [
        "examples/accounts.sh shows what it says",
        "examples/secret.sh shows what it says",
      ],
      "trust_bounds_test.ts": [
        "the console shows the bounds in force, and more of who is here",
      ],
      "trust_moderation_test.ts": [
        "a kick ends what the account's other connections do as well",
        "an instructor mutes, kicks, bans and locks from its own client",
        "the audit log has an object a line, for its owner alone, and no secret in it",
      ],
      "trust_prompt_test.ts": [
        "a password is asked for even where lines come from a pipe, a name is not",
        "a server asks for its secret twice, and shows nothing of it",
        "connect is asked for a secret that it was not given, and gets in",
        "connect is asked who one is, where a server wants to know",
        "files are moved with a secret that is asked for, once for all of them",
        "passwd asks twice, and keeps what was typed as a hash only",
      ],
      "trust_reload_test.ts": [
        "accounts are read again: new ones come in, those taken away stay until they leave",
      ],
      "trust_secret_test.ts": [
        "fileserver and echo-reverse keep to those with the secret, too",
        "under the secret files are listed, fetched, put, and passed on",
        "with the secret, from wherever it comes, people talk",
        "without the secret, or with another, a client ends with 4 and one line",
      ],
      "trust_users_test.ts": [
        "an account that comes in again replaces its session from before",
        "guests listen and fetch, students speak and put, and neither moderates",
        "only who has an account and its password comes in, and nobody learns which is wrong",
        "what is handed in goes into the folder of the account, whatever name is wished for",
      ],
      "unix_test.ts": [
        "a secret goes over a path as over TCP",
      ],
    },
  },
  {
    reason: "its node:tls serves and dials no stream but a socket of its own",
    tests: {
      "capture_test.ts": [
        "who records a session over TLS sees no name, no word, no file",
      ],
      "examples_test.ts": [
        "examples/tls.sh shows what it says",
      ],
      "tls_test.ts": [
        "a TLS client says of a plain server that it is none, and of a silent one after its deadline",
        "a browser reads a share over https",
        "a certificate that a server made is trusted by its fingerprint, in every dialect, after a restart",
        "an impostor who has the certificate, and not its key, is refused",
        "files go through TLS: get, put, ls, and the extra connections of a conversation",
        "openssl s_client and ncat --ssl talk to a server over TLS",
        "who is not to be trusted, or speaks in clear, is refused with 4 and one line",
        "with --tls-client-ca only clients with a certificate of that authority come in",
      ],
      "unix_test.ts": [
        "TLS goes over a path as over TCP",
      ],
    },
  },
  {
    reason: "its node:perf_hooks has no createHistogram, which bench measures with",
    tests: {
      "bench_test.ts": [
        "bench: Ctrl-C prints what was measured so far",
        "bench: a server of another make is told of, and the remedy is --dialect",
        "bench: a thousand clients",
        "bench: a wrong server's first faults are shown, and the code is 1",
        "bench: all connections lost is 5",
        "bench: at a terminal a line shows how it goes, and makes way",
        "bench: clients that are refused are counted with the reason",
        "bench: labwire's reverse echo is right in all four dialects",
        "bench: over TLS it is as right as in clear",
        "bench: rooms and acknowledgements are right in all four dialects",
        "bench: sealed and in cipher it is as right as in clear",
        "bench: the courses' programs are right where they are",
        "bench: where nobody stays in the room, nothing was delivered to nobody",
      ],
      "events_test.ts": [
        "bench tells one event, and none of a server that is not there",
      ],
      "examples_test.ts": [
        "examples/bench.sh shows what it says",
      ],
      "unix_test.ts": [
        "bench runs over a path, and names it",
      ],
    },
  },
  {
    reason: "its sockets of node:net have no resetAndDestroy, which --reset ends a connection with",
    tests: {
      "steps_test.ts": [
        "--reset ends with a real reset, and without it the end is clean",
        "--reset is a real reset under TLS, a secret and a record cipher, too",
      ],
    },
  },
  {
    reason:
      "its process.stdin is not read again at a terminal once it was paused, as between two questions",
    tests: {
      "terminal_test.ts": [
        "over raw a terminal is not asked for a name, and nothing is sent that was not typed",
        "without an address, a terminal is asked for host, port and name, with defaults",
      ],
    },
  },
];

/** Whether a test is left out, since the runtime of the executable under test lacks what it needs. */
export function isLeftOut(name: string): boolean {
  return runtimeIsOld() && LACKS.some(({ tests }) => Object.values(tests).flat().includes(name));
}

/** `Deno.test` for a test in the list above. */
export function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: isLeftOut(name) });
}

let old: boolean | undefined;

/** Asks the executable, if there is one; the source is run by the Deno that runs the tests. */
function runtimeIsOld(): boolean {
  if (old === undefined) {
    const version = EXECUTABLE ? runtimeOf(EXECUTABLE.command({})) : Deno.version.deno;
    old = version.localeCompare(OLDEST, "en", { numeric: true }) < 0;
  }
  return old;
}

/** The version of the Deno in an executable, from its own words. */
function runtimeOf([command, ...args]: string[]): string {
  const { stdout } = new Deno.Command(command, { args: [...args, "version", "--json"] })
    .outputSync();
  return JSON.parse(new TextDecoder().decode(stdout).split("\n")[0]).deno;
}
