/**
 * Resident memory of a server without clients and with many that are connected and say nothing.
 *
 * @module
 */

import { Clients, sleep } from "./measure.ts";
import { type Peer, Server } from "./servers.ts";

export interface MemorySample {
  readonly emptyKiB: number;
  readonly fullKiB: number;
}

/** After this the server has started what it starts late, and holds its clients for readers. */
const SETTLE_MS = 1500;

export async function memoryWith(peer: Peer, clientCount: number): Promise<MemorySample> {
  await using server = await Server.start(peer);
  await sleep(SETTLE_MS);
  const emptyKiB = server.residentKiB();
  const listening = server.sockets();
  using _clients = await Clients.connect(server.port, clientCount);
  await server.untilAccepted(listening, clientCount);
  await sleep(SETTLE_MS);
  return { emptyKiB, fullKiB: server.residentKiB() };
}
