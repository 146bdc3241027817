/**
 * Options that several commands share, and what becomes of them.
 *
 * @module
 */
import { type Keying, makeKeying } from "../../lib/auth/keying.ts";
import { Door, type Errand, type Visitor } from "../../lib/auth/door.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import {
  ANSWER_MS,
  DRAIN_MS,
  MAX_CLIENTS,
  MAX_UPLOAD_BYTES,
  QUOTA_BYTES,
} from "../../lib/base/limits.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { Deadline, onAbort } from "../../lib/base/tasks.ts";
import {
  choice,
  type Context,
  count,
  duration,
  flag,
  short,
  size,
  text,
} from "../../lib/cli/command.ts";
import { type Address, formatAddress, parseAddress } from "../../lib/net/address.ts";
import { addressOf, listen, serveConnections } from "../../lib/net/listen.ts";
import type { CipherChoice } from "../../lib/wire/ciphers/cipher.ts";
import { CIPHER_NAMES } from "../../lib/wire/ciphers/mod.ts";
import type { Exists } from "../../lib/wire/file_message.ts";
import { type Dialect, DIALECTS } from "../../lib/wire/dialect.ts";

/** The cipher and where its key comes from. */
export const cipherOptions = {
  cipher: choice(CIPHER_NAMES, "what messages go through on the wire", "none"),
  key: text("KEY", "the cipher's key (other users of this machine can see it)"),
  "key-file": text("FILE", "read the key from a file; LABWIRE_KEY is looked at last"),
};

/** Options of every server. */
export const serverOptions = {
  ...cipherOptions,
  dialect: choice<Dialect, undefined>(DIALECTS, "serve one dialect, without guessing", undefined),
  "max-clients": count("N", "clients served at once; one more is told to come later", {
    initial: MAX_CLIENTS,
  }),
};

/** Options of the servers that have files. */
export const fileOptions = {
  writable: flag("let clients put files there, too"),
  dropbox: flag("clients put files, each in a folder of its name, and see none"),
  "max-upload": size("SIZE", "the largest file that is taken", MAX_UPLOAD_BYTES),
  quota: size("SIZE", "all that the folder may hold; beyond that nothing is taken", QUOTA_BYTES),
  "no-http": flag("do not answer browsers"),
};

/** Options of the commands that move files. */
export const transferOptions = {
  overwrite: flag("replace files that exist"),
  rename: flag("number files whose name is taken: a (2).txt"),
  quiet: short("q", flag("no progress, and no summary")),
  json: flag("print a JSON object for each file"),
  sha256: flag("print the SHA-256 of each file, as sha256sum does; it is read for that"),
  timeout: duration("TIME", "give up when nothing moves for so long", ANSWER_MS),
  name: text("NAME", "your name; a dropbox puts your files in a folder of it"),
};

/**
 * What becomes of files that exist.
 *
 * @throws {Failure} with the usage exit code when several things are asked for.
 */
export function existsOf(
  values: { overwrite: boolean; rename: boolean; resume?: boolean },
): Exists | undefined {
  const { overwrite, rename, resume = false } = values;
  if (Number(overwrite) + Number(rename) + Number(resume) > 1) {
    throw new Failure("Cannot use --overwrite, --rename and --resume together", Exit.usage, {
      remedy: "choose one",
    });
  }
  return overwrite ? "replace" : rename ? "rename" : undefined;
}

/** The values of {@linkcode cipherOptions}. */
export interface CipherValues {
  cipher: CipherChoice;
  key?: string;
  "key-file"?: string;
}

/**
 * Makes the cipher that was asked for, and says once what there is to know about it.
 *
 * @throws {Failure} with the usage exit code when key, cipher and dialect do not fit together.
 */
export async function readKeying(
  values: CipherValues & { dialect?: Dialect },
  log: Context["log"],
): Promise<Keying> {
  const { cipher, key, dialect } = values;
  if (cipher === "none") {
    if (key !== undefined || values["key-file"] !== undefined) {
      throw new Failure("Cannot use the key: no cipher was named", Exit.usage, {
        remedy: "add --cipher vigenere, for example",
      });
    }
    return await makeKeying("none");
  }
  if (key !== undefined) log(safe`labwire: a key on the command line can be seen by other users`);
  const keying = await makeKeying(cipher, key ?? await keyFromFile(values["key-file"]));
  if (!keying.sealing) log(safe`labwire: ${cipher} is for learning; it protects nothing`);
  const binary = keying.sealing !== undefined || keying.cipher.binary;
  if (binary && dialect !== undefined && dialect !== "native") {
    throw new Failure(
      `Cannot use ${cipher} over ${dialect}: its output is binary, and ${dialect} carries text`,
      Exit.usage,
      { remedy: "use --dialect native, or vigenere or caesar" },
    );
  }
  return keying;
}

async function keyFromFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return Deno.env.get("LABWIRE_KEY");
  try {
    return (await Deno.readTextFile(file)).replace(/\r?\n$/, "");
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : "it cannot be read";
    throw new Failure(`Cannot read the key file "${file}": ${why}`, Exit.usage, { cause });
  }
}

/** The values of {@linkcode serverOptions}. */
export interface ServerValues extends CipherValues {
  dialect?: Dialect;
  "max-clients": number;
}

/** A server about to run. */
export interface ServerPlan {
  address: Address;
  keying: Keying;
  values: ServerValues;
  /** Serves one connection; `signal` aborts when it should say goodbye. */
  serve: (visitor: Visitor, door: Door) => Promise<void>;
  /** Serves a connection for files alone of somebody who is in, though all places are taken. */
  errand?: Errand;
  /** Called once clients can come. */
  ready?: () => void;
}

/**
 * Listens, serves until asked to stop, drains and ends: the life of every server command. Its
 * ready line is the first thing on standard error that begins with `labwire: listening on`.
 */
export async function runServer(plan: ServerPlan, context: Context): Promise<number> {
  const { address, keying, values, serve, errand } = plan;
  const { signal, log } = context;
  const cut = new AbortController();
  using _cut = onAbort(context.cut, () => cut.abort());
  using drain = new Deadline(DRAIN_MS + 500, () => cut.abort());
  using _drain = onAbort(signal, () => drain.start());
  const door = new Door({
    keying,
    dialect: values.dialect,
    maxClients: values["max-clients"],
    log,
    cut: cut.signal,
  });
  const listener = listen(address);
  log(safe`labwire: listening on ${formatAddress(addressOf(listener))}`);
  plan.ready?.();
  await serveConnections(listener, {
    handle: (socket) => door.admit(socket, (visitor) => serve(visitor, door), errand),
    signal,
    log,
  });
  return Exit.done;
}

/** Where to listen: the address among the arguments, or the command's own. */
export function listenAddress(argument: string | undefined, port: number): Address {
  const fallback = { hostname: "127.0.0.1", port };
  return argument === undefined ? fallback : parseAddress(argument, fallback);
}
