/**
 * What a client shows to be let in: a shared secret, a name and a password; asked for at the
 * terminal where they are not given, and never taken from the command line.
 *
 * @module
 */
import { TurnedAway } from "../../lib/auth/greeting.ts";
import { type Keying, makeSecret } from "../../lib/auth/keying.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { type Context, flag, text } from "../../lib/cli/command.ts";
import { type AskOptions, askSecret, askTwice, canAsk } from "../../lib/term/secret.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";
import { type CipherValues, readKeying, readSecretFile } from "./options.ts";
import { type TlsClientValues, wantsTls } from "./tls.ts";

/** A passphrase that both sides know. */
export const secretOptions = {
  secret: flag("a passphrase that both sides know; asked for, or LABWIRE_SECRET"),
  "secret-file": text("FILE", "read the passphrase from a file"),
};

/** Who one is, where the server has accounts. */
export const loginOptions = {
  user: text("NAME", "log in; the password is asked for, or LABWIRE_PASSWORD"),
  "password-file": text("FILE", "read the password from a file"),
};

/** The values of {@linkcode secretOptions}. */
export interface SecretValues extends CipherValues {
  secret: boolean;
  "secret-file"?: string;
  dialect?: Dialect;
}

/** The values of both tables. */
export interface CredentialValues extends SecretValues, TlsClientValues {
  user?: string;
  "password-file"?: string;
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

const SECRET = safe`Secret: `;

function asking({ signal }: Context): AskOptions {
  return { remedy: "give --secret-file FILE or LABWIRE_SECRET", signal };
}

/** What one process shows to a server. */
export class Credentials {
  readonly #context: Context;
  readonly #tls: boolean;
  #keying: Keying;
  #user?: string;
  #password?: string;

  private constructor(keying: Keying, tls: boolean, context: Context) {
    this.#keying = keying;
    this.#tls = tls;
    this.#context = context;
  }

  /**
   * Reads what the options say.
   *
   * @throws {Failure} with the usage exit code when they do not fit together, or a password would be
   * sent in clear.
   */
  static async read(values: CredentialValues, context: Context): Promise<Credentials> {
    const { user, "password-file": file } = values;
    const secret = await readSecret(values, context);
    const keying = secret === undefined
      ? await readKeying(values, context.log)
      : await makeSecret(secret);
    const credentials = new Credentials(keying, wantsTls(values), context);
    if (user === undefined) {
      if (file === undefined) return credentials;
      throw new Failure("Cannot use --password-file without a name", Exit.usage, {
        remedy: "add --user NAME",
      });
    }
    if (!credentials.#sealed) {
      throw new Failure("Cannot send a password in clear", Exit.usage, {
        remedy: "add --secret or --tls, as the server has it",
      });
    }
    credentials.#user = user;
    credentials.#password = file === undefined
      ? Deno.env.get("LABWIRE_PASSWORD") ?? await credentials.#askPassword(user)
      : await readSecretFile("password", file);
    return credentials;
  }

  /** What a greeting shows. */
  get shown(): { keying: Keying; user?: string; password?: string } {
    return { keying: this.#keying, user: this.#user, password: this.#password };
  }

  /** Whether a server's refusal could be met by what was now typed: then it is worth another try. */
  async supply(error: unknown): Promise<boolean> {
    if (!(error instanceof TurnedAway) || !canAsk()) return false;
    if (error.code === "secret" && this.#keying.name === "none") {
      this.#keying = await makeSecret(await askSecret(SECRET, asking(this.#context)));
      return true;
    }
    // A server that asks for a password in clear is not given one.
    if (error.code !== "login" || this.#user !== undefined || !this.#sealed) return false;
    if (!Deno.stdin.isTerminal()) return false; // what comes in a pipe is to be said
    const { ask } = await import("../../lib/term/input.ts");
    const user = await ask(safe`User`, Deno.env.get("USER") ?? "");
    this.#password = await this.#askPassword(user);
    this.#user = user;
    return true;
  }

  get #sealed(): boolean {
    return this.#tls || this.#keying.name === "chacha20-poly1305";
  }

  #askPassword(user: string): Promise<string> {
    const remedy = "give --password-file FILE or LABWIRE_PASSWORD";
    return askSecret(safe`Password of ${user}: `, { remedy, signal: this.#context.signal });
  }
}
