/**
 * The cipher that a user asks for, and its key.
 *
 * @module
 */
import { type Keying, makeKeying } from "../../lib/auth/keying.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { choice, type Context, hidden, text } from "../../lib/cli/command.ts";
import type { CipherChoice } from "../../lib/wire/ciphers/cipher.ts";
import { CIPHER_NAMES } from "../../lib/wire/ciphers/mod.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";
import { readSecretFile } from "./secret_file.ts";

/** The cipher and where its key comes from. */
export const cipherOptions = {
  cipher: choice(CIPHER_NAMES, "what messages go through on the wire", "none"),
  key: hidden(text("KEY", "the cipher's key (other users of this machine can see it)")),
  "key-file": text(
    "FILE",
    "read the key from a file, or - (standard input), else LABWIRE_KEY",
  ),
};

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
