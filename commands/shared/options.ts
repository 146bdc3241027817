/**
 * Options that several commands share, and what becomes of them.
 *
 * @module
 */
import { type Keying, makeKeying } from "../../lib/auth/keying.ts";
import { Exit, Failure, whyUnreadable } from "../../lib/base/errors.ts";
import { ANSWER_MS, MAX_UPLOAD_BYTES, QUOTA_BYTES } from "../../lib/base/limits.ts";
import { safe } from "../../lib/base/safe_text.ts";
import type { RateLimit } from "../../lib/base/rate.ts";
import {
  choice,
  type Context,
  duration,
  flag,
  type Option,
  short,
  size,
  text,
} from "../../lib/cli/command.ts";
import type { CipherChoice } from "../../lib/wire/ciphers/cipher.ts";
import { CIPHER_NAMES } from "../../lib/wire/ciphers/mod.ts";
import type { Exists } from "../../lib/wire/file_message.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";

/** The cipher and where its key comes from. */
export const cipherOptions = {
  cipher: choice(CIPHER_NAMES, "what messages go through on the wire", "none"),
  key: text("KEY", "the cipher's key (other users of this machine can see it)"),
  "key-file": text("FILE", "read the key from a file; LABWIRE_KEY is looked at last"),
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

/** So many messages, or bytes, in a second. */
export function rateOption(help: string): Option<RateLimit | undefined> {
  const bytes = size("", "", 0);
  return {
    help,
    value: "RATE",
    initial: undefined,
    read: (text) => {
      const limit: RateLimit = {};
      for (const part of text.split(",")) {
        if (/^\d+$/.test(part) && Number(part) > 0) limit.messages = Number(part);
        else if (/[a-z]\/s$/i.test(part) && (bytes.read(part.slice(0, -2)) ?? 0) > 0) {
          limit.bytes = bytes.read(part.slice(0, -2));
        } else return undefined;
      }
      return limit;
    },
    wanted: "a rate such as 20 (messages), 64K/s or 20,64K/s",
  };
}

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
  const keying = await makeKeying(cipher, key ?? await keyOf(values["key-file"]));
  if (!keying.exchange) log(safe`labwire: ${cipher} is for learning; it protects nothing`);
  const binary = keying.exchange !== undefined || keying.cipher.binary;
  if (binary && dialect !== undefined && dialect !== "native") {
    throw new Failure(
      `Cannot use ${cipher} over ${dialect}: its output is binary, and ${dialect} carries text`,
      Exit.usage,
      { remedy: "use --dialect native, or vigenere or caesar" },
    );
  }
  return keying;
}

async function keyOf(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? Deno.env.get("LABWIRE_KEY") : await readSecretFile("key", file);
}

/**
 * What a file holds, without the end of its last line; `what` says what it is to be.
 *
 * @throws {Failure} with the usage exit code when it cannot be read.
 */
export async function readSecretFile(what: string, file: string): Promise<string> {
  try {
    return (await Deno.readTextFile(file)).replace(/\r?\n$/, "");
  } catch (cause) {
    const why = whyUnreadable(cause);
    throw new Failure(`Cannot read the ${what} file "${file}": ${why}`, Exit.usage, { cause });
  }
}
