/**
 * HTTP requests as bytes: what `fetch` would never send.
 *
 * @module
 */

/** What came back. */
export interface RawAnswer {
  status: number;
  /** The header lines. */
  head: string;
  /** As UTF-8. */
  body: string;
}

/** Asks one port, over one connection for as long as the server lets it live. */
export class RawHttp implements Disposable {
  readonly #port: number;
  #conn?: Deno.TcpConn;

  /** Nothing is connected yet. */
  constructor(port: number) {
    this.#port = port;
  }

  /** Asks for a target, whose characters are its bytes. */
  async get(target: string, method = "GET"): Promise<RawAnswer> {
    const line = Uint8Array.from(
      `${method} ${target} HTTP/1.1`,
      (character) => character.charCodeAt(0),
    );
    return await this.ask(line, method === "HEAD");
  }

  /** Asks with a first line of bytes. */
  async ask(line: Uint8Array, headOnly = false): Promise<RawAnswer> {
    const rest = new TextEncoder().encode("\r\nHost: 127.0.0.1\r\n\r\n");
    for (;;) {
      const fresh = this.#conn === undefined;
      const conn = this.#conn ??= await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      try {
        const request = new Uint8Array(line.length + rest.length);
        request.set(line);
        request.set(rest, line.length);
        for (let at = 0; at < request.length;) at += await conn.write(request.subarray(at));
        return await this.#read(conn, headOnly);
      } catch (error) {
        this[Symbol.dispose]();
        if (fresh) throw error; // else the server had closed it after its last answer
      }
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#conn?.[Symbol.dispose]();
    this.#conn = undefined;
  }

  async #read(conn: Deno.TcpConn, headOnly: boolean): Promise<RawAnswer> {
    const buffer = new Uint8Array(16384), decoder = new TextDecoder("latin1");
    let all = "", ended = false;
    const more = async () => {
      const count = await conn.read(buffer);
      if (count === null) ended = true;
      else all += decoder.decode(buffer.subarray(0, count));
      return !ended;
    };
    while (!all.includes("\r\n\r\n")) {
      if (!await more()) throw new Error(`no answer: ${JSON.stringify(all)}`);
    }
    const [head] = all.split("\r\n\r\n", 1);
    const start = head.length + 4;
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? NaN);
    if (!headOnly && status >= 200 && status !== 304) {
      while (Number.isNaN(length) ? !ended : all.length < start + length) {
        if (!await more() && !Number.isNaN(length)) throw new Error("an answer is cut short");
      }
    }
    if (ended || /^connection: close/im.test(head)) this[Symbol.dispose]();
    const body = Uint8Array.from(all.slice(start), (character) => character.charCodeAt(0));
    return { status, head, body: new TextDecoder().decode(body) };
  }
}
