import { Exit, Failure } from "../../lib/base/errors.ts";
import { onAbort } from "../../lib/base/tasks.ts";
import type { Context } from "../../lib/cli/command.ts";
import { FileClient } from "../../lib/files/client.ts";
import { parseAddress } from "../../lib/net/address.ts";
import { prepare, reachFiles, type ReachValues } from "./reach.ts";

/** What it takes to speak to the files of a server. */
export interface FileValues extends ReachValues {
  timeout: number;
  name?: string;
}

/**
 * Does something with the files of a server.
 *
 * @throws {Failure} 3 or 6 when it cannot be reached, 4 when it refuses or has no files, 130 when
 * interrupted, and what `work` throws.
 */
export async function withFiles(
  address: string,
  values: FileValues,
  context: Context,
  work: (client: FileClient) => Promise<number>,
): Promise<number> {
  const way = await prepare(values, context);
  const target = parseAddress(address, { hostname: "127.0.0.1", port: 9000 }, "127.0.0.1");
  const name = values.name ?? Deno.env.get("USER");
  const { signal } = context;
  try {
    using conn = await reachFiles({ target, ...way }, { name, purpose: "files" });
    using _stop = onAbort(signal, () => conn.close());
    using client = new FileClient(conn, values.timeout);
    return await work(client);
  } catch (error) {
    throw signal.aborted ? new Failure("Interrupted", Exit.interrupted) : error;
  }
}
