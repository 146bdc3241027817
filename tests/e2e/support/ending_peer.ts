/**
 * A server for one client that does with the connection what a test tells it to, a reset included.
 *
 * @module
 */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { control, jsonChat } from "../../support/native.ts";

/** What it says, as a client that understands it shows it. */
export const WORDS = "bye then\n";

/** A peer whose end of the connection a test holds. */
export class EndingPeer implements AsyncDisposable {
  /** All that the client has sent so far, as UTF-8. */
  heard = "";
  readonly #server: Server;
  #socket?: Socket;
  #heardEnd = false;
  #changed = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#socket = socket;
      socket.setEncoding("utf8");
      socket.on("data", (text: string) => {
        this.heard += text;
        this.#wake();
      });
      socket.on("error", () => {}); // the client went away: of no interest
      socket.on("end", () => {
        this.#heardEnd = true;
        this.#wake();
      });
      this.#wake();
    });
  }

  /** Listens on a port of this machine. */
  static async listen(): Promise<EndingPeer> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new EndingPeer(server);
  }

  /** Where it listens. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits for the client. */
  async met(): Promise<void> {
    while (!this.#socket) await this.#changed.promise;
  }

  /** Waits until the client has sent `text`. */
  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) await this.#changed.promise;
  }

  /**
   * Waits until the client has closed its sending side. Where it does so it must be waited for before
   * anything is said: in Deno 2.9 `node:net` refuses to write while a client's end is on its way in.
   */
  async hearsEnd(): Promise<void> {
    while (!this.#heardEnd) await this.#changed.promise;
  }

  /** Takes the hello of a native client, and welcomes it. */
  async welcomes(): Promise<void> {
    await this.hears("}");
    const welcome = { type: "welcome", version: 1, name: "Ada", mode: "chat", features: [] };
    await this.#write(control(welcome));
  }

  /** Says {@linkcode WORDS}; json clients see whose they are. */
  async says(dialect: string): Promise<void> {
    const encoded = dialect === "native"
      ? control({ type: "reply", text: WORDS.trimEnd() })
      : dialect === "json"
      ? jsonChat("Bea", WORDS.trimEnd())
      : WORDS;
    await this.#write(encoded);
  }

  /** Closes both directions, once all that it said has gone. */
  closes(): void {
    this.#socket!.destroySoon();
  }

  /** Closes its sending side, and reads on. */
  halfCloses(): void {
    this.#socket!.end();
  }

  /** Resets the connection. */
  resets(): void {
    this.#socket!.resetAndDestroy();
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #write(data: string | Uint8Array): Promise<void> {
    await new Promise((resolve) => this.#socket!.write(data, resolve));
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
