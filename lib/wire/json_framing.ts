import { ProtocolError } from "../base/errors.ts";
import { JSON_BYTES, JSON_DEPTH } from "../base/limits.ts";
import { BareFraming } from "./bare_framing.ts";

const QUOTE = 0x22, BACKSLASH = 0x5c;
const OPEN = 0x7b, CLOSE = 0x7d, OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d;

/**
 * A frame is one JSON object; one follows another without a separator. A scanner counts braces and
 * brackets outside strings (RFC 8259), and remembers where it stands, so any cut is survived.
 */
export class JsonFraming extends BareFraming {
  /** See {@linkcode Framing}. */
  override readonly restMs: number = Infinity;
  readonly #limit: number;
  readonly #skipOutside: boolean;
  #scanned = 0; // bytes of the rest that were looked at
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** `skipOutside`: skip what stands between objects (a client does) instead of refusing it. */
  constructor({ skipOutside = false, limit = JSON_BYTES } = {}) {
    super();
    this.#skipOutside = skipOutside;
    this.#limit = limit;
  }

  /** See {@linkcode Framing}. */
  override take(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): number {
    for (let i = start + this.#scanned; i < end; i++) {
      const byte = bytes[i];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (this.#depth === 0) {
        if (byte === OPEN) this.#depth = 1;
        else if (!this.#skipOutside && !isBlank(byte)) {
          throw new ProtocolError("malformed JSON: an object begins with {");
        }
        start = byte === OPEN ? i : i + 1;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) {
        if (++this.#depth > JSON_DEPTH) {
          throw new ProtocolError(`JSON nested deeper than ${JSON_DEPTH}`);
        }
      } else if ((byte === CLOSE || byte === CLOSE_LIST) && --this.#depth === 0) {
        this.#check(i + 1 - start);
        out.push(bytes.subarray(start, i + 1));
        start = i + 1;
      }
    }
    this.#scanned = end - start;
    this.#check(this.#scanned);
    return start;
  }

  /** See {@linkcode Framing}. */
  override takeRest(_bytes: Uint8Array, start: number, end: number): void {
    if (start < end && !this.#skipOutside) {
      throw new ProtocolError("malformed JSON: the stream ended inside an object");
    }
  }

  #check(length: number): void {
    if (length > this.#limit) {
      throw new ProtocolError(`a JSON value is over the limit of ${this.#limit} bytes`);
    }
  }
}

/** White space of JSON (RFC 8259, 2). */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
