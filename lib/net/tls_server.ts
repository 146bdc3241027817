import {
  createSecureContext,
  createServer,
  type SecureContext,
  type TlsOptions,
  TLSSocket,
} from "node:tls";
import { ProtocolError, reasonOf } from "../base/errors.ts";
import {
  HANDSHAKE_END_MS,
  HANDSHAKE_MS,
  READ_BUFFER_FIRST_BYTES,
  TLS_HANDSHAKES,
} from "../base/limits.ts";
import { Deadline, onAbort } from "../base/tasks.ts";
import type { Address } from "./address.ts";
import { Connection } from "./connection.ts";
import { sayGoodbye } from "./farewell.ts";
import { closeQuietly, type PeerSocket } from "./socket.ts";
import type { TlsIdentity } from "./tls_certificate.ts";
import { SocketDuplex } from "./tls_duplex.ts";
import { TlsSocket } from "./tls_socket.ts";

/** The first byte of every TLS client: a record of type handshake (RFC 8446, 5.1). */
const HANDSHAKE_RECORD = 0x16;

/** What a client that does not speak TLS is told: fatal alert, unexpected_message (RFC 8446, 6). */
const UNEXPECTED_MESSAGE = new Uint8Array([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a]);

/** What a TLS server is made of. */
export interface TlsServerOptions {
  /** What it shows to clients. */
  identity: TlsIdentity;
  /** PEM of the authorities, one of which must have signed the certificate of every client. */
  clientCa?: string;
  /** Cuts handshakes that are under way. */
  signal: AbortSignal;
}

/**
 * The server's side of TLS, over sockets that somebody else accepts. At most {@linkcode TLS_HANDSHAKES}
 * are in their handshake at once, each for at most {@linkcode HANDSHAKE_MS}.
 */
export class TlsServer {
  readonly #options: TlsOptions;
  readonly #context: SecureContext;
  readonly #signal: AbortSignal;
  #handshakes = 0;

  /** Nothing has been accepted yet. */
  constructor({ identity, clientCa, signal }: TlsServerOptions) {
    this.#signal = signal;
    this.#options = {
      ...identity,
      allowHalfOpen: true,
      minVersion: "TLSv1.2",
      // Ours ends it before, by closing the socket; Deno lets this timer run on, which holds the
      // memory of what has failed (30 KiB) until then.
      handshakeTimeout: HANDSHAKE_MS,
      ...(clientCa === undefined
        ? {}
        : { ca: [clientCa], requestCert: true, rejectUnauthorized: true }),
    };
    this.#context = createSecureContext(this.#options);
  }

  /**
   * Takes a client through its handshake; null when it leaves without a word. Closing the socket
   * when this fails is the caller's.
   *
   * @throws {ProtocolError} when there is no handshake: the client speaks something else, stays
   * silent, has no certificate that is wanted here, or one too many came.
   */
  async secure(socket: PeerSocket): Promise<PeerSocket | null> {
    if (this.#handshakes >= TLS_HANDSHAKES) {
      throw new ProtocolError(`over ${TLS_HANDSHAKES} TLS handshakes are under way`);
    }
    this.#handshakes++;
    const { promise: over, reject } = Promise.withResolvers<never>();
    const end = (why: Error) => {
      reject(why);
      closeQuietly(socket);
    };
    const late = new ProtocolError(`no TLS handshake in ${HANDSHAKE_MS / 1000} s`);
    using _deadline = new Deadline(HANDSHAKE_MS, () => end(late)).start();
    using _stop = onAbort(this.#signal, () => end(new Deno.errors.Interrupted("the server stops")));
    try {
      return await Promise.race([this.#begin(socket), over]);
    } finally {
      this.#handshakes--;
    }
  }

  async #begin(socket: PeerSocket): Promise<PeerSocket | null> {
    const buffer = new Uint8Array(READ_BUFFER_FIRST_BYTES);
    const count = await socket.read(buffer);
    if (count === null) return null;
    if (buffer[0] === HANDSHAKE_RECORD) return await this.#shake(socket, buffer.slice(0, count));
    await socket.write(UNEXPECTED_MESSAGE);
    await sayGoodbye(new Connection(socket));
    throw new ProtocolError("the client does not speak TLS");
  }

  /**
   * A bare socket of Node is enough to encipher, and shares its context with all others. Judging a
   * client's certificate is a server's work, of which one is made for each connection, since it has
   * none for a stream that is no socket of Node.
   */
  #shake(socket: PeerSocket, head: Uint8Array): Promise<PeerSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<PeerSocket>();
    const duplex = new SocketDuplex(socket, head);
    const ended = new Deadline(HANDSHAKE_END_MS, () => duplex.destroy());
    const atEnd = () => void ended.start();
    const dispose = () => {
      duplex.off("end", atEnd);
      ended[Symbol.dispose]();
    };
    const done = (tls: TLSSocket) => resolve(new RemoteTlsSocket(tls, duplex, socket.remoteAddr));
    let why = leftEarly();
    const failed = (error: Error) => why = new ProtocolError(`TLS: ${whyNot(error)}`);
    duplex.on("error", () => {}); // it closes then
    duplex.on("close", () => reject(why)); // an alert is out by then
    duplex.on("end", atEnd);
    promise.then(dispose, dispose);
    if (this.#options.requestCert) {
      const server = createServer(this.#options, done);
      server.on("tlsClientError", failed);
      server.emit("connection", duplex); // documented for any Duplex
    } else {
      const tls = new TLSSocket(duplex, { isServer: true, secureContext: this.#context });
      tls.on("secure", () => done(tls));
      tls.on("error", failed);
    }
    return promise;
  }
}

class RemoteTlsSocket extends TlsSocket implements PeerSocket {
  readonly remoteAddr: Address;

  constructor(tls: TLSSocket, below: SocketDuplex, remoteAddr: Address) {
    super(tls, below);
    this.remoteAddr = remoteAddr;
  }
}

function leftEarly(): ProtocolError {
  return new ProtocolError("TLS: the client left during the handshake");
}

function whyNot(error: Error & { code?: string }): string {
  if (error.code === "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE") {
    return "the client showed no certificate";
  }
  // Node ends the connection of a client whose certificate does not verify, and says no more.
  if (error.code === "ECONNRESET") return "the client left, or its certificate is not trusted";
  return reasonOf(error);
}
