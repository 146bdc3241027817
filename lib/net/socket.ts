/**
 * What a connection needs of a socket: the part of `Deno.Conn` that an in-memory pair has, too.
 *
 * @module
 */
import { isClosed } from "../base/errors.ts";
import type { Address } from "./address.ts";

/** A stream of bytes in both directions, whose sending side can be closed on its own. */
export interface Socket {
  /** Reads into `buffer`; the number of bytes, or null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes`; the number of bytes taken, which may be short. */
  write(bytes: Uint8Array): Promise<number>;
  /** Half-close: the peer reads an end, and may still write. */
  closeWrite(): Promise<void>;
  /** Closes both directions, ending what is pending. */
  close(): void;
}

/** A socket that says where its peer is. */
export interface PeerSocket extends Socket {
  /** The peer's address. */
  readonly remoteAddr: Address;
}

/** Closes a socket that may be closed already. */
export function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}
