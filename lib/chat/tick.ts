import { concat } from "../base/bytes.ts";
import type { Cipher } from "../wire/ciphers/cipher.ts";
import type { Dialect } from "../wire/dialect.ts";
import type { Message } from "../wire/message.ts";
import { packMessages, roughSize } from "../wire/pack.ts";
import type { Entry, Seat } from "./seat.ts";

/** What one sender (null: the server) said without another in between. */
interface Run {
  sender: Seat | null;
  messages: Message[];
}

/**
 * What the room said in one turn of the event loop. Each dialect's bytes are made once, on first use,
 * run by run, and shared by all receivers; a sender's own copy leaves out its own runs.
 */
export class Tick implements Entry {
  /** Characters and envelopes: bytes, roughly. */
  size = 0;
  /** Everybody gets the same bytes. */
  readonly shared = true;
  readonly #seconds = Date.now() / 1000;
  readonly #cipher: Cipher;
  readonly #runs: Run[] = [];
  readonly #senders = new Set<Seat | null>();
  readonly #pieces = new Map<Dialect, Uint8Array[]>();
  readonly #chunks = new Map<Dialect, Uint8Array>();

  /** `cipher`: what the server's clients share, `none` if they share none. */
  constructor(cipher: Cipher) {
    this.#cipher = cipher;
  }

  /** Adds what `sender` says to all others. */
  add(message: Message, sender: Seat | null): void {
    const run = this.#runs[this.#runs.length - 1];
    if (run && run.sender === sender) run.messages.push(message);
    else {
      this.#runs.push({ sender, messages: [message] });
      this.#senders.add(sender);
    }
    this.size += roughSize(message);
  }

  /** The bytes for one receiver. */
  encode(seat: Seat): Uint8Array {
    // What the room says ends in a newline for everybody, so text and raw share a chunk.
    const dialect = seat.dialect === "raw" ? "text" : seat.dialect;
    if (this.#senders.has(seat)) {
      return concat(this.#piecesOf(dialect).filter((_, i) => this.#runs[i].sender !== seat));
    }
    let chunk = this.#chunks.get(dialect);
    if (!chunk) this.#chunks.set(dialect, chunk = concat(this.#piecesOf(dialect)));
    return chunk;
  }

  #piecesOf(dialect: Dialect): Uint8Array[] {
    let pieces = this.#pieces.get(dialect);
    if (!pieces) {
      pieces = this.#runs.map(({ messages }) =>
        packMessages(dialect, messages, this.#cipher, this.#seconds)
      );
      this.#pieces.set(dialect, pieces);
    }
    return pieces;
  }
}
