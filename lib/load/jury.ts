import { safe, type SafeText } from "../base/safe_text.ts";

/** Who looks at what a client gets, answer by answer. */
export interface Jury {
  /** Bytes of the answer that is due; 0 where that cannot be known. */
  readonly length: number;
  /** When what is looked at came, by `performance.now()`. */
  now: number;
  /** Messages that wait for their answers. */
  readonly outstanding: number;
  /** Whether nothing is to come any more. */
  readonly isSettled: boolean;
  /** Whether the answer that is due begins at `start`, where at least `length` bytes are. */
  isDue(bytes: Uint8Array, start: number): boolean;
  /** The answer that is due has come. */
  right(): void;
  /** An answer has come that has to be looked at. */
  judge(frame: Uint8Array): void;
  /** Whether the bytes are exactly an answer to any of the client's messages. */
  exact(bytes: Uint8Array): boolean;
  /** Bytes came that do not end as an answer does, and nothing follows. */
  unfinished(rest: Uint8Array): void;
  /** An exact answer has come, without its line end. */
  unended(answer: Uint8Array): void;
  /** Gives up what was sent before a time. */
  expire(before: number, why: SafeText): void;
  /** Gives up all that is to come. */
  abandon(why: SafeText): void;
}

/** What came of an answer that was given up, and came after all. */
export const LATE: SafeText = safe`when nobody waited for it any more`;
