import { Exit, Failure } from "../base/errors.ts";
import type { Socket } from "./socket.ts";

const ALERT_RECORD = 0x15, TLS_MAJOR = 0x03; // RFC 8446, 5.1: type, and the version's first byte

/**
 * A plain socket that knows the alert by which a TLS server answers a plain client, in any dialect:
 * a read that begins with it fails and says so.
 */
export class AlertWatch implements Socket {
  readonly #socket: Socket;
  #first = true;

  /** Takes over the socket. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * See {@linkcode Socket}.
   *
   * @throws {Failure} exit 4 when the server speaks TLS.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    const count = await this.#socket.read(buffer);
    if (!this.#first || count === null) return count;
    this.#first = false;
    if (buffer[0] !== ALERT_RECORD || count > 1 && buffer[1] !== TLS_MAJOR) return count;
    if (count > 1) throw speaksTls();
    const more = await this.#socket.read(buffer.subarray(1));
    if (more !== null && buffer[1] === TLS_MAJOR) throw speaksTls();
    return count + (more ?? 0);
  }

  /** See {@linkcode Socket}. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#socket.write(bytes);
  }

  /** See {@linkcode Socket}. */
  closeWrite(): Promise<void> {
    return this.#socket.closeWrite();
  }

  /** See {@linkcode Socket}. */
  close(): void {
    this.#socket.close();
  }
}

function speaksTls(): Failure {
  return new Failure("Cannot speak with the server: it speaks TLS", Exit.refused, {
    remedy: "add --tls",
  });
}
