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
import { type Context, text } from "../../lib/cli/command.ts";
import { askSecret, canAsk } from "../../lib/term/secret.ts";
import { readKeying } from "./cipher.ts";
import { asking, readSecret, SECRET, type SecretValues } from "./secret.ts";
import { readSecretFile } from "./secret_file.ts";
import { type TlsClientValues, wantsTls } from "./tls_client.ts";

/** Who one is, where the server has accounts. */
export const loginOptions = {
  user: text("NAME", "log in; the password is asked for, or LABWIRE_PASSWORD"),
  "password-file": text("FILE", "read the password from a file; - is a line of standard input"),
};

/** All that is read of a client's options. */
export interface CredentialValues extends SecretValues, TlsClientValues {
  user?: string;
  "password-file"?: string;
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
