/**
 * A server of lines, right or deliberately wrong.
 *
 * @module
 */
import { writeAll } from "../../../support/peer.ts";

/** What is done to an answer, by its number in the connection, from 1. */
export type Deed = "drop" | "swap" | "merge" | "duplicate" | "spoil" | "close" | "add";

/** What becomes of an answer: by its number in the connection, which connection, and the line. */
export type Deeds = (number: number, connection: number, line: string) => Deed | undefined;

/**
 * Answers each line with its reverse, but for the deeds; as a room it sends the line to all others
 * instead. Dispose to stop.
 */
export class WrongServer implements AsyncDisposable {
  readonly port: number;
  readonly #deeds: Deeds;
  readonly #isRoom: boolean;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns = new Set<Deno.Conn>();
  readonly #work: Promise<unknown>[] = [];
  /** Called for each line, before it is answered. */
  onLine?: (number: number) => Promise<void> | void;

  /** `deeds` says what becomes of an answer. */
  constructor(deeds: Deeds = () => undefined, { isRoom = false } = {}) {
    this.#deeds = deeds;
    this.#isRoom = isRoom;
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
        this.#work.push(
          this.#serve(conn, ++count).catch(() => {}).finally(() => {
            this.#conns.delete(conn);
            close(conn);
          }),
        );
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
        const answer = this.#isRoom ? line : [...line].reverse().join("");
        const deed = this.#deeds(number, connection, line);
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
      const bytes = new TextEncoder().encode(answers);
      const to = this.#isRoom ? [...this.#conns].filter((each) => each !== conn) : [conn];
      for (const each of to) await writeAll(each, bytes).catch(() => {}); // it may have gone
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
