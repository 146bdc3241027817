import { greet, type GreetingOptions } from "../../lib/auth/greeting.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import type { Emit } from "../../lib/base/events.ts";
import { onAbort } from "../../lib/base/tasks.ts";
import type { Context } from "../../lib/cli/command.ts";
import type { Address } from "../../lib/net/address.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { Open } from "../../lib/net/dial.ts";
import type { Welcome } from "../../lib/wire/message.ts";
import type { Socket } from "../../lib/net/socket.ts";
import { cipherOptions } from "./cipher.ts";
import { Credentials, type CredentialValues, loginOptions } from "./credentials.ts";
import { mayPass, Patience, patienceOptions } from "./patience.ts";
import { secretOptions } from "./secret.ts";
import { type Dial, type DialValues, makeDial, tlsClientOptions } from "./tls_client.ts";

/** Options of every client: how a connection is sealed, and what is shown to the server. */
export const reachOptions = {
  ...cipherOptions,
  ...secretOptions,
  ...tlsClientOptions,
  ...loginOptions,
  ...patienceOptions,
};

/** The values of {@linkcode reachOptions}. */
export interface ReachValues extends CredentialValues, DialValues {
  retry?: number;
  "retry-delay": number;
}

/** Where to go, how, and what to show there. */
export interface Destination {
  target: Address;
  dial: Dial;
  /** For each connection anew: how often to try to open it. */
  patience: () => Patience;
  credentials: Credentials;
  signal: AbortSignal;
  /** Gets what is heard on the way, for programs. */
  emit?: Emit;
}

/**
 * Reads what the options say of any target, and asks for what is missing.
 *
 * @throws {Failure} with the usage exit code when they do not fit together, or a file is no good.
 */
export async function prepare(
  values: ReachValues,
  context: Context,
  open?: Open<Socket>,
): Promise<Omit<Destination, "target">> {
  const dial = await makeDial(values, open);
  const credentials = await Credentials.read(values, context);
  const { retry: times = 0, "retry-delay": delay } = values;
  const options = { times, delayMs: [delay, delay], worth: mayPass } as const;
  const patience = () => new Patience(options, context);
  return { dial, patience, credentials, signal: context.signal, emit: context.emit };
}

/** What a client asks for. */
export type Wishes = Omit<GreetingOptions, "keying" | "user" | "password">;

/**
 * Opens a connection and greets the server, once more where that wants to be shown something that can
 * be asked for at the terminal, and as often as `--retry` says while it is not there; closing it is
 * the caller's.
 *
 * @throws {Failure} exit 3 or 6 when the server cannot be reached, 4 when it refuses, 130 at Ctrl-C.
 */
export async function reach(
  { patience, ...where }: Destination,
  wishes: Wishes,
): Promise<{ conn: Connection; welcome: Welcome }> {
  return await patience().persist(() => reachOnce(where, wishes), where.signal);
}

/** The same, without another try. */
export async function reachOnce(
  { target, dial, credentials, signal }: Omit<Destination, "patience">,
  wishes: Wishes,
): Promise<{ conn: Connection; welcome: Welcome }> {
  for (;;) {
    const conn = new Connection(await dial(target, signal));
    using _stop = onAbort(signal, () => conn.close());
    try {
      return { conn, welcome: await greet(conn, { ...wishes, ...credentials.shown }) };
    } catch (error) {
      conn.close();
      if (signal.aborted) throw new Failure("Interrupted", Exit.interrupted);
      if (!await credentials.supply(error)) throw error;
    }
  }
}

/**
 * The same for a connection that is for files alone.
 *
 * @throws {Failure} exit 3 or 6 when the server cannot be reached, 4 when it refuses, or has no files.
 */
export async function reachFiles(where: Destination, wishes: Wishes): Promise<Connection> {
  const { conn, welcome: { features } } = await reach(where, wishes);
  if (wishes.purpose === "relay" || features.includes("files")) return conn;
  conn.close();
  throw new Failure("Cannot move files: this server shares none", Exit.refused);
}
