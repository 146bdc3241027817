import { concat } from "../../lib/base/bytes.ts";
import { Exit } from "../../lib/base/errors.ts";
import { LINE_BYTES } from "../../lib/base/limits.ts";
import { foreignEvent, foreignLines } from "../../lib/chat/client_events.ts";
import type { Connection } from "../../lib/net/connection.ts";
import type { Hearing } from "../../lib/steps/hearing.ts";
import type { Line, Voice } from "./voice.ts";

const NEWLINE = 10, RETURN = 13;

/** Steps over raw and text: bytes, in which nothing means anything to us. */
export class BareVoice implements Voice {
  readonly #conn: Connection;
  readonly #hearing: Hearing;
  readonly #show: (line: Line) => void;
  readonly #lines: boolean;
  #rest: Uint8Array[] = []; // not shown yet
  #restBytes = 0;

  /** `show` tells what comes. */
  constructor(conn: Connection, hearing: Hearing, show: (line: Line) => void) {
    this.#conn = conn;
    this.#hearing = hearing;
    this.#show = show;
    this.#lines = conn.dialect === "text";
  }

  /** See {@linkcode Voice}: over text a line, or several. */
  async say(text: Uint8Array): Promise<void> {
    this.#flush(); // what comes next may be the answer
    if (!this.#lines) return await this.#conn.send([text]);
    const lines = [...piecesOf(text)].map(withoutNewline);
    await this.#conn.send(lines.length > 0 ? lines : [text]);
  }

  /** See {@linkcode Voice}: under a cipher each line is sealed by itself over text, all over raw. */
  async put(bytes: Uint8Array): Promise<void> {
    this.#flush();
    const { cipher } = this.#conn;
    if (cipher.name === "none") return await this.#conn.write(bytes);
    const pieces = this.#lines ? [...piecesOf(bytes)] : [bytes];
    await this.#conn.write(concat(pieces.map((piece) => {
      const sealed = cipher.seal(withoutNewline(piece));
      return sealed.length < piece.length ? concat([sealed, Uint8Array.of(NEWLINE)]) : sealed;
    })));
  }

  /** See {@linkcode Voice}. */
  async end(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** See {@linkcode Voice}. */
  async receive(): Promise<void> {
    try {
      if (this.#conn.cipher.name === "none") await this.#receiveBytes();
      else await this.#receivePayloads();
    } finally {
      this.#flush();
    }
  }

  /** See {@linkcode Voice}. */
  done(): Promise<number> {
    return Promise.resolve(Exit.done);
  }

  async #receiveBytes(): Promise<void> {
    for (;;) {
      const quietMs = this.#restBytes > 0 ? this.#conn.framing.restMs : Infinity;
      const chunk = await this.#conn.receiveChunk(quietMs);
      if (chunk === null) return;
      if (chunk === "quiet") {
        this.#flush();
        if (this.#lines) this.#hearing.endMessage();
        continue;
      }
      for (const piece of this.#lines ? piecesOf(chunk) : [chunk]) {
        const whole = !this.#lines || piece.at(-1) === NEWLINE;
        this.#hearing.take(piece);
        if (whole) this.#hearing.endMessage();
        this.#rest.push(piece.slice());
        this.#restBytes += piece.length;
        if (whole && this.#lines || this.#restBytes > LINE_BYTES) this.#flush();
      }
    }
  }

  async #receivePayloads(): Promise<void> {
    for (;;) {
      const batch = await this.#conn.receive();
      if (batch === null) return;
      for (const payload of batch) {
        this.#hearing.take(this.#lines ? concat([payload, Uint8Array.of(NEWLINE)]) : payload);
        this.#hearing.endMessage();
        this.#rest.push(payload.slice());
        this.#flush();
      }
    }
  }

  /** Shows what has come, as far as it was not shown. */
  #flush(): void {
    if (this.#rest.length === 0) return;
    const bytes = concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    const { dialect } = this.#conn;
    this.#show({
      lines: foreignLines(dialect, bytes),
      kind: "message",
      event: foreignEvent(dialect, this.#lines ? withoutEnd(bytes) : bytes),
    });
  }
}

/** The bytes in pieces that end in a newline, but for the last, if it has none. */
function* piecesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

function withoutNewline(piece: Uint8Array): Uint8Array {
  return piece.at(-1) === NEWLINE ? piece.subarray(0, -1) : piece;
}

/** A line without its end, `\n` or `\r\n`. */
function withoutEnd(line: Uint8Array): Uint8Array {
  const bare = withoutNewline(line);
  return bare.length < line.length && bare.at(-1) === RETURN ? bare.subarray(0, -1) : bare;
}
