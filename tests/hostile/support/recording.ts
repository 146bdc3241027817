/**
 * What a recorder between a client and a server keeps: every frame of one connection, both ways.
 *
 * @module
 */
import { writeAll } from "../../support/peer.ts";

/** Frames as they went over the wire, lengths included. */
export interface Recording {
  /** What the client said. */
  client: Uint8Array[];
  /** What the server said. */
  server: Uint8Array[];
}

/** Lets `converse` have a port that leads to the port `to`, for one connection: what went through. */
export async function record(
  to: number,
  converse: (port: number) => Promise<void>,
): Promise<Recording> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conversing = converse(listener.addr.port);
  using client = await listener.accept();
  using server = await Deno.connect({ hostname: "127.0.0.1", port: to });
  const [said, answered] = await Promise.all([pass(client, server), pass(server, client)]);
  await conversing;
  return { client: framesOf(said), server: framesOf(answered) };
}

async function pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<Uint8Array> {
  const buffer = new Uint8Array(65536), all: number[] = [];
  for (;;) {
    const count = await from.read(buffer).catch(() => null);
    if (count === null) break;
    all.push(...buffer.subarray(0, count));
    await writeAll(to, buffer.subarray(0, count)).catch(() => {});
  }
  await to.closeWrite().catch(() => {});
  return Uint8Array.from(all);
}

function framesOf(bytes: Uint8Array): Uint8Array[] {
  const frames = [], view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length;) {
    const length = 4 + view.getUint32(at);
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  return frames;
}
