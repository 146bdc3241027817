/**
 * A listener in front of a server: it passes bytes on and keeps what it saw.
 *
 * @module
 */

/** Stands between clients and a server of this machine, as an eavesdropper does. */
export class Relay implements AsyncDisposable {
  /** What clients sent, as UTF-8. */
  sent = "";
  /** What the server sent, as UTF-8. */
  answered = "";
  /** Where clients connect. */
  readonly port: number;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #sockets: Deno.TcpConn[] = [];
  readonly #tasks: Promise<void>[] = [];

  /** Passes on to the port `to`. */
  constructor(to: number) {
    this.port = this.#listener.addr.port;
    this.#tasks.push(this.#accept(to));
  }

  /** Cuts all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const socket of this.#sockets) socket[Symbol.dispose]();
    await Promise.allSettled(this.#tasks);
  }

  async #accept(to: number): Promise<void> {
    for (;;) {
      const client = await this.#listener.accept();
      const server = await Deno.connect({ hostname: "127.0.0.1", port: to });
      this.#sockets.push(client, server);
      this.#tasks.push(
        pass(client, server, (text) => this.sent += text),
        pass(server, client, (text) => this.answered += text),
      );
    }
  }
}

async function pass(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  keep: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  for (;;) {
    const length = await from.read(buffer);
    if (length === null) return await to.closeWrite();
    keep(decoder.decode(buffer.subarray(0, length), { stream: true }));
    for (let at = 0; at < length;) at += await to.write(buffer.subarray(at, length));
  }
}
