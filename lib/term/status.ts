import { safe, type SafeText } from "../base/safe_text.ts";
import { draw, keepBelow } from "./screen.ts";

/** One line of standard error that changes in place, on a terminal; elsewhere silent. */
export class StatusLine implements Disposable {
  #line = safe``;
  #kept?: Disposable;

  /** Takes a place below all else that is written. */
  constructor() {
    if (!Deno.stderr.isTerminal()) return;
    this.#kept = keepBelow({
      hide: () => draw("\r\x1b[K"),
      show: () => draw(this.#line),
    });
  }

  /** Shows another line; `line` is asked only where somebody sees it. */
  update(line: () => SafeText): void {
    if (!this.#kept) return;
    this.#line = safe`${line().slice(0, Deno.consoleSize().columns - 1)}`; // a second line would stay
    draw(`\r\x1b[K${this.#line}`);
  }

  /** Takes the line off the screen. */
  [Symbol.dispose](): void {
    this.#kept?.[Symbol.dispose]();
    this.#kept = undefined;
  }
}
