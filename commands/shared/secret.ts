/**
 * The passphrase that both sides know (`--secret`), on either side.
 *
 * @module
 */
import { Exit, Failure } from "../../lib/base/errors.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { type Context, flag, hidden, text } from "../../lib/cli/command.ts";
import { type AskOptions, askSecret, askTwice } from "../../lib/term/secret.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";
import type { CipherValues } from "./cipher.ts";
import { readSecretFile } from "./secret_file.ts";

/** How it is given. */
export const secretOptions = {
  secret: hidden(flag("a passphrase that both sides know; asked for, or LABWIRE_SECRET")),
  "secret-file": text("FILE", "read the passphrase from a file; - is a line of standard input"),
};

/** The values of {@linkcode secretOptions}. */
export interface SecretValues extends CipherValues {
  secret: boolean;
  "secret-file"?: string;
  dialect?: Dialect;
}

/**
 * The secret that was asked for with an option or by `LABWIRE_SECRET`; undefined if none was. Whoever
 * makes one up (`twice`) types it twice.
 *
 * @throws {Failure} with the usage exit code when there is none to be had.
 */
export async function readSecret(
  values: SecretValues,
  context: Context,
  twice = false,
): Promise<string | undefined> {
  const file = values["secret-file"];
  const known = file === undefined
    ? Deno.env.get("LABWIRE_SECRET")
    : await readSecretFile("secret", file);
  const asked = values.secret || file !== undefined;
  // A variable that stands for all calls does not keep a client from those that cannot use it; a
  // server would go on in clear.
  const foreign = values.dialect !== undefined && values.dialect !== "native";
  if (!asked && (known === undefined || (foreign && !twice))) return undefined;
  if (values.cipher !== "none") {
    throw new Failure(
      "Cannot use --cipher with a secret: what is sent is sealed already",
      Exit.usage,
      {
        remedy: "leave out one of them",
      },
    );
  }
  if (foreign) {
    throw new Failure(`Cannot use a secret over ${values.dialect}`, Exit.usage, {
      remedy: "it needs the native dialect",
    });
  }
  if (known !== undefined) return known;
  const secret = twice
    ? await askTwice(SECRET, asking(context))
    : await askSecret(SECRET, asking(context));
  if (secret !== undefined) return secret;
  throw new Failure("Cannot use the secret: you typed two different ones", Exit.usage);
}

/** What is asked. */
export const SECRET = safe`Secret: `;

/** How it is asked for. */
export function asking({ signal }: Context): AskOptions {
  return { remedy: "give --secret-file FILE or LABWIRE_SECRET", signal };
}
