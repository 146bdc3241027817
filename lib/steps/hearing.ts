import { Deadline, Gate } from "../base/tasks.ts";
import { Intake } from "./intake.ts";

/** What comes from the other side, as a step waits for it: more, a silence, or the end. */
export class Hearing {
  /** What has come. */
  readonly intake = new Intake();
  /** When something last came, by `performance.now()`. */
  activeAt: number = performance.now();
  /** Opens when nothing can come any more. */
  readonly over: Gate = new Gate();
  /** Why, if not because the other side has ended. */
  fault: unknown;
  #changed?: PromiseWithResolvers<void>;

  /** Takes what has come. */
  take(bytes: Uint8Array): void {
    this.intake.add(bytes);
    this.activeAt = performance.now();
    this.#wake();
  }

  /** A message has come to its end. */
  endMessage(): void {
    this.intake.endMessage();
    this.#wake();
  }

  /** Nothing more will come. */
  end(fault?: unknown): void {
    this.fault = fault;
    this.over.open();
    this.#wake();
  }

  /** Resolves when something is different, or after `ms` milliseconds. */
  async changed(ms: number): Promise<void> {
    this.#changed ??= Promise.withResolvers<void>();
    using _deadline = new Deadline(ms, () => this.#wake()).start();
    await this.#changed.promise;
  }

  #wake(): void {
    this.#changed?.resolve();
    this.#changed = undefined;
  }
}
