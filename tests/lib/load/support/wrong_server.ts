/**
 * A server of lines, right or deliberately wrong.
 *
 * @module
 */
import { writeAll } from "../../../support/peer.ts";

/** What is done to an answer, by its number in the connection, from 1. */
export type Deed = "drop" | "swap" | "merge" | "duplicate" | "spoil" | "close" | "add";

/** Answers each line with its reverse, but for the deeds; dispose to stop. */
export class WrongServer implements AsyncDisposable {
  readonly port: number;
  /** Settles when `count` lines have come over one connection. */
  readonly #deeds: (number: number, connection: number) => Deed | undefined;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns = new Set<Deno.Conn>();
  readonly #work: Promise<unknown>[] = [];
  /** Called for each line, before it is answered. */
  onLine?: (number: number) => Promise<void> | void;

  /** `deeds` says what becomes of an answer. */
  constructor(deeds: (number: number, connection: number) => Deed | undefined = () => undefined) {
    this.#deeds = deeds;
    this.port = this.#listener.addr.port;
    this.#work.push(this.#accept());
  }

  /** Where it listens. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await Promise.all(this.#work);
  }

  async #accept(): Promise<void> {
    let count = 0;
    try {
      for await (const conn of this.#listener) {
        conn.setNoDelay(true);
        this.#conns.add(conn);
        this.#work.push(this.#serve(conn, ++count).catch(() => {}).finally(() => close(conn)));
      }
    } catch {
      // it was closed
    }
  }

  async #serve(conn: Deno.Conn, connection: number): Promise<void> {
    const buffer = new Uint8Array(65536), decoder = new TextDecoder();
    let rest = "", held = "", number = 0;
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) return;
      const lines = (rest + decoder.decode(buffer.subarray(0, count))).split("\n");
      rest = lines.pop()!;
      let answers = "";
      for (const line of lines) {
        number++;
        await this.onLine?.(number);
        const answer = [...line].reverse().join("");
        const deed = this.#deeds(number, connection);
        if (deed === "close") return;
        if (deed === "swap") held = `${answer}\n`;
        else if (deed === "merge") answers += answer;
        else if (deed === "duplicate") answers += `${answer}\n${answer}\n`;
        else if (deed === "spoil") answers += `${answer.replace("fed", "f_d")}\n`;
        else if (deed === "add") answers += `${answer}\nWho are you?\n`;
        else if (deed !== "drop") {
          answers += `${answer}\n${held}`;
          held = "";
        }
      }
      await writeAll(conn, new TextEncoder().encode(answers));
    }
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // it was
  }
}
