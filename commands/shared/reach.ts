import { greet, type GreetingOptions } from "../../lib/auth/greeting.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { onAbort } from "../../lib/base/tasks.ts";
import type { Address } from "../../lib/net/address.ts";
import { Connection } from "../../lib/net/connection.ts";
import { dial } from "../../lib/net/dial.ts";

/**
 * Opens a connection that is for files alone, and greets the server; closing it is the caller's.
 *
 * @throws {Failure} exit 3 or 6 when the server cannot be reached, 4 when it refuses, or has no files.
 */
export async function reachFiles(
  target: Address,
  greeting: GreetingOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const conn = new Connection(await dial(target, signal));
  using _stop = onAbort(signal, () => conn.close());
  try {
    const { features } = await greet(conn, greeting);
    if (greeting.purpose === "relay" || features.includes("files")) return conn;
    throw new Failure("Cannot move files: this server shares none", Exit.refused);
  } catch (error) {
    conn.close();
    throw error;
  }
}
