import { ProtocolError } from "../base/errors.ts";
import { type SafeText, safeText } from "../base/safe_text.ts";
import { type Dialect, readMessage } from "../wire/dialect.ts";
import type { Message } from "../wire/message.ts";
import { encodeText } from "../wire/utf8.ts";
import type { Intake } from "./intake.ts";
import type { Jury } from "./jury.ts";

const NATIVE_ANSWERS = ["chat", "reply"].map((type) => encodeText(`\x01{"type":"${type}"`));

/**
 * Answers are messages of a dialect. A right one shows how the server wraps its answers: what is
 * wrapped alike is compared where it lies, all else is decoded.
 */
export class FrameIntake implements Intake {
  /** What the server said before it closed the connection, if it did. */
  goodbye?: SafeText;
  readonly #jury: Jury;
  readonly #dialect: Dialect;
  #wrapped?: Uint8Array;
  #at = 0; // where the answer lies in it

  /** Gives the text of each message to `jury`. */
  constructor(jury: Jury, dialect: Dialect) {
    this.#jury = jury;
    this.#dialect = dialect;
  }

  /** See {@linkcode Intake}. */
  take(payload: Uint8Array): void {
    const jury = this.#jury;
    if (this.#isWrapped(payload) && jury.isDue(payload, this.#at)) return jury.right();
    // Where a number is looked for, or nothing, an answer need not be unwrapped.
    if (jury.length === 0 && isNativeAnswer(payload)) return jury.judge(payload);
    const text = this.#textOf(payload);
    if (text === undefined) return;
    if (jury.length > 0 && text.length === jury.length && jury.isDue(text, 0)) {
      this.#learn(payload);
      jury.right();
    } else jury.judge(text);
  }

  /** See {@linkcode Intake}. */
  rest(): void {}

  /** See {@linkcode Intake}. */
  flush(): void {}

  #textOf(payload: Uint8Array): Uint8Array | undefined {
    const message = this.#read(payload);
    if (!message) return payload; // no message of this dialect is an answer, too, and a wrong one
    switch (message.type) {
      case "chat":
      case "reply":
      case "error":
        return encodeText(message.text);
      case "bye":
      case "refused":
        this.goodbye = safeText(message.reason);
        return undefined;
      default:
        return undefined;
    }
  }

  #read(payload: Uint8Array): Message | undefined {
    try {
      return readMessage(this.#dialect, payload);
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }

  #learn(payload: Uint8Array): void {
    const most = payload.length - this.#jury.length;
    for (let at = 0; at <= most; at++) {
      if (!this.#jury.isDue(payload, at)) continue;
      this.#wrapped = payload.slice();
      this.#at = at;
      return;
    }
  }

  #isWrapped(payload: Uint8Array): boolean {
    const wrapped = this.#wrapped;
    if (!wrapped || wrapped.length !== payload.length) return false;
    for (let i = 0; i < this.#at; i++) {
      if (payload[i] !== wrapped[i]) return false;
    }
    for (let i = this.#at + this.#jury.length; i < payload.length; i++) {
      if (payload[i] !== wrapped[i]) return false;
    }
    return true;
  }
}

function isNativeAnswer(payload: Uint8Array): boolean {
  return NATIVE_ANSWERS.some((start) => start.every((byte, i) => payload[i] === byte));
}
