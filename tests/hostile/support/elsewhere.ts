/**
 * Connections from other addresses of this machine: all of 127.0.0.0/8 is its own (Linux).
 *
 * @module
 */
import { connect } from "node:net";
import type { Socket } from "../../../lib/net/socket.ts";
import { Peer } from "../../support/peer.ts";

/** Connects to a port of 127.0.0.1 from `address`. */
export async function connectFrom(address: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const node = connect({ host: "127.0.0.1", port, localAddress: address, allowHalfOpen: true });
  node.once("error", reject).once("connect", resolve).setNoDelay(true);
  await promise;
  let chunks: Uint8Array[] = [], over = false, changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const end = () => {
    over = true;
    wake();
  };
  node.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    wake();
  }).on("end", end).on("close", end).on("error", end);
  return {
    async read(buffer) {
      while (chunks.length === 0) {
        if (over) return null;
        await changed.promise;
      }
      const [first, ...rest] = chunks;
      const part = first.subarray(0, buffer.length);
      buffer.set(part);
      chunks = part.length < first.length ? [first.subarray(part.length), ...rest] : rest;
      return part.length;
    },
    write(bytes) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      node.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
      return promise;
    },
    closeWrite() {
      const { promise, resolve } = Promise.withResolvers<void>();
      node.end(resolve);
      return promise;
    },
    close() {
      node.destroy();
      end();
    },
  };
}

/** The same for somebody who reads what comes. */
export async function peerFrom(address: string, port: number): Promise<Peer> {
  return Peer.over(await connectFrom(address, port));
}
