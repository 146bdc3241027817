import type { Failure } from "../../lib/base/errors.ts";
import { formatBytes } from "../../lib/base/size.ts";
import type { Told } from "../../lib/chat/client_files.ts";
import { baseName } from "../../lib/files/local.ts";
import { type Outcome, startedOver, type Watcher } from "../../lib/files/outcome.ts";
import { fileEvent, type Moved, summaryOf } from "../../lib/files/summary.ts";

/** How often it is shown how far files are. */
const STATUS_MS = 250;

/** How files are spoken of: `Saved a.txt: …`, and `sent` or `fetched` of their bytes. */
export type Words = readonly [verb: string, moved: Moved];

/** What is told, in a conversation, of the files of one command. */
export class Telling implements Watcher, Disposable {
  readonly #words: Words;
  readonly #status: (of: Telling, text: string) => void;
  readonly #outcomes: Outcome[] = [];
  readonly #told: Told[] = [];
  readonly #start = performance.now();
  #shownAt = 0;

  /** `status` shows how far they are; "" once that is over. */
  constructor(words: Words, status: (of: Telling, text: string) => void) {
    this.#words = words;
    this.#status = status;
  }

  /** See {@linkcode Watcher}. */
  progress(path: string, bytes: number, size?: number): void {
    const now = performance.now();
    if (now - this.#shownAt < STATUS_MS) return;
    this.#shownAt = now;
    const share = size ? `${Math.floor(bytes / size * 100)} %` : formatBytes(bytes);
    this.#status(this, `${baseName(path)} ${share}`);
  }

  /** See {@linkcode Watcher}. */
  done(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    if (outcome.startedOver) this.#told.push({ line: startedOver(outcome), failed: false });
  }

  /** See {@linkcode Watcher}. */
  failed(path: string, why: Failure): void {
    const { line } = why;
    this.#told.push({ line, failed: true, events: [{ event: "failed", path, reason: line }] });
  }

  /** All that there is to tell. */
  end(): Told[] {
    const [verb, moved] = this.#words;
    if (this.#outcomes.length > 0) {
      const seconds = (performance.now() - this.#start) / 1000;
      const line = `${verb} ${summaryOf(this.#outcomes, moved, seconds)}`;
      const events = this.#outcomes.map((outcome) => fileEvent(outcome, moved));
      this.#told.push({ line, failed: false, events });
    }
    return this.#told;
  }

  /** Nothing is under way any more. */
  [Symbol.dispose](): void {
    this.#status(this, "");
  }
}
