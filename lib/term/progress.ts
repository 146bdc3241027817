import { safe, type SafeText } from "../base/safe_text.ts";
import { formatBytes } from "../base/size.ts";
import { draw, keepBelow } from "./screen.ts";

const EVERY_MS = 100;

/** A line that shows how far a transfer is, on a terminal; elsewhere silent. */
export class Progress implements Disposable {
  #label: SafeText;
  #first?: { bytes: number; at: number }; // what was there when it began does not count in the rate
  #drawn = 0;
  #line = safe``;
  #kept?: Disposable;

  /** `label` names what is under way. */
  constructor(label: SafeText) {
    this.#label = label;
    if (!Deno.stderr.isTerminal()) return;
    this.#kept = keepBelow({
      hide: () => draw("\r\x1b[K"),
      show: () => draw(this.#line),
    });
  }

  /** `bytes` have come, of `size` if that is known; `label` is what is under way now. */
  update(bytes: number, size?: number, label: SafeText = this.#label): void {
    this.#label = label;
    const now = performance.now();
    this.#first ??= { bytes, at: now };
    if (!this.#kept || now - this.#drawn < EVERY_MS) return;
    this.#drawn = now;
    const rate = (bytes - this.#first.bytes) / Math.max(1, now - this.#first.at) * 1000;
    const share = size ? ` ${Math.min(100, Math.floor(bytes / size * 100))} %` : "";
    const left = size && rate > 0 ? `, ${Math.ceil(Math.max(0, size - bytes) / rate)} s left` : "";
    this.#line = safe`${this.#label}${share}  ${formatBytes(bytes)}${
      size ? ` of ${formatBytes(size)}` : ""
    }, ${formatBytes(rate)}/s${left}`;
    draw(`\r\x1b[K${this.#line}`);
  }

  /** Takes the line off the screen. */
  [Symbol.dispose](): void {
    this.#kept?.[Symbol.dispose]();
  }
}
