import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Credentials, type CredentialValues } from "../../commands/shared/credentials.ts";
import { TurnedAway } from "../../lib/auth/greeting.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import type { RefusalCode } from "../../lib/wire/message.ts";
import { contextOf } from "../support/context.ts";
import { Folder } from "../support/folder.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";

const NONE: CredentialValues = { cipher: "none", secret: false, tls: false };

/** Files for what the tests of a process cannot put into its environment, which they share. */
const FOLDER = { secret: "SECRET words\r\n", password: "SECRET engine\n", empty: "\n" };

/** Reads credentials; what begins with `@` is a file of that name. */
async function read(values: Partial<CredentialValues>, tls = false) {
  await using folder = await Folder.make(FOLDER);
  const inFolder = (value: unknown) =>
    typeof value === "string" ? value.replace(/^@/, `${folder.path}/`) : value;
  const found = Object.fromEntries(
    Object.entries({ ...NONE, tls, ...values }).map(([name, value]) => [name, inFolder(value)]),
  );
  return await Credentials.read(found as unknown as CredentialValues, contextOf());
}

Deno.test("who asks for nothing shows nothing", async () => {
  const { keying, user, password } = (await read({})).shown;
  assertEquals([keying.name, user, password], ["none", undefined, undefined]);
});

Deno.test("a secret comes from a file, and an empty one is none", async () => {
  for (const values of [{}, { secret: true }, { dialect: "native" as const }]) {
    const { keying } = (await read({ "secret-file": "@secret", ...values })).shown;
    assertEquals(keying.name, "chacha20-poly1305");
  }
  const error = await assertRejects(() => read({ "secret-file": "@empty" }), Failure);
  assertEquals([error.exit, error.message], [Exit.usage, "Cannot use the secret: it is empty"]);
});

Deno.test("a user logs in with a password from a file, under a secret or inside TLS", async () => {
  const login = { user: "Ada", "password-file": "@password" };
  const sealed = (await read({ ...login, "secret-file": "@secret" })).shown;
  assertEquals([sealed.user, sealed.password], ["Ada", "SECRET engine"]);
  const tls = (await read(login, true)).shown;
  assertEquals([tls.keying.name, tls.password], ["none", "SECRET engine"]);
});

const LOGIN = { user: "Ada", "password-file": "@password" }, SECRET = { "secret-file": "@secret" };

/** What does not fit together, and what is said of it. */
const MISTAKES: [values: Partial<CredentialValues>, message: string][] = [
  [LOGIN, "Cannot send a password in clear"],
  [{ ...LOGIN, cipher: "vigenere", key: "LEMON" }, "Cannot send a password in clear"],
  [{ ...LOGIN, cipher: "aes-gcm", key: "SECRET" }, "Cannot send a password in clear"],
  [{ "password-file": "@password" }, "Cannot use --password-file without a name"],
  [{ ...SECRET, cipher: "vigenere" }, "Cannot use --cipher with a secret: what is sent is sealed"],
  [{ ...SECRET, cipher: "aes-gcm" }, "Cannot use --cipher with a secret: what is sent is sealed"],
  [{ ...SECRET, dialect: "raw" }, "Cannot use a secret over raw"],
  [{ ...SECRET, dialect: "json" }, "Cannot use a secret over json"],
  [{ secret: true, dialect: "text" }, "Cannot use a secret over text"],
  [{ "secret-file": "@nowhere" }, "there is no such file"],
  [{ "secret-file": "@" }, "it cannot be read"],
  [{ ...SECRET, user: "Ada", "password-file": "@nowhere" }, "there is no such file"],
];

for (const [values, message] of MISTAKES) {
  Deno.test(`${JSON.stringify(values)} is a mistake of usage: ${message}`, async () => {
    const error = await assertRejects(() => read(values), Failure, message);
    assertEquals([error.exit, error.line.includes("SECRET")], [Exit.usage, false]);
  });
}

Deno.test("a refusal that nobody can be asked about is left as it is", async () => {
  const credentials = await read({});
  for (const code of ["secret", "login", "denied", "busy"] as RefusalCode[]) {
    const away = new TurnedAway(
      { type: "refused", code, reason: "no" },
      {},
      credentials.shown.keying,
    );
    // Tests have no terminal, or must not be asked at it.
    if (!Deno.stdin.isTerminal() && !Deno.stderr.isTerminal()) {
      assertEquals(await credentials.supply(away), false);
    }
  }
  assertEquals(await credentials.supply(new Error("no")), false);
});

/** What `labwire connect` says in a session of its own, which has no terminal. */
async function connect(args: string[], env: Record<string, string> = {}): Promise<string> {
  const command = ["-w", Deno.execPath(), "run", "-A", "main.ts", "connect", "127.0.0.1:1"];
  await using program = Program.start("setsid", [...command, ...args], { env });
  const { code, stdout, stderr } = await program.ended();
  assertEquals(stdout, "");
  return `${code} ${stderr}`;
}

peerTest(
  ["setsid"],
  "without a terminal nothing is asked for, and the remedy says how else",
  async () => {
    assertEquals(await Promise.all([connect(["--secret"]), connect(["--user", "Ada"], WORDS)]), [
      "2 labwire: Cannot ask for a secret: there is no terminal " +
      "(give --secret-file FILE or LABWIRE_SECRET)\n",
      "2 labwire: Cannot ask for a secret: there is no terminal " +
      "(give --password-file FILE or LABWIRE_PASSWORD)\n",
    ]);
  },
);

peerTest(["setsid"], "what is in the environment counts as if it had been typed", async () => {
  const [cipher, clear, login] = await Promise.all([
    connect(["--cipher", "caesar"], WORDS),
    connect(["--user", "Ada"], { LABWIRE_PASSWORD: "engine" }),
    connect(["--user", "Ada"], { ...WORDS, LABWIRE_PASSWORD: "engine" }),
  ]);
  assertMatch(cipher, /^2 labwire: Cannot use --cipher with a secret/);
  assertMatch(clear, /^2 labwire: Cannot send a password in clear/);
  assertMatch(login, /^3 labwire: Cannot connect to 127\.0\.0\.1:1/);
});

const WORDS = { LABWIRE_SECRET: "words" };
