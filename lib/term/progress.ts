import { safe, type SafeText } from "../base/safe_text.ts";
import { formatBytes } from "../base/size.ts";
import { StatusLine } from "./status.ts";

const EVERY_MS = 100;

/** A line that shows how far a transfer is, on a terminal; elsewhere silent. */
export class Progress implements Disposable {
  #label: SafeText;
  #first?: { bytes: number; at: number }; // what was there when it began does not count in the rate
  #drawn = 0;
  readonly #line = new StatusLine();

  /** `label` names what is under way. */
  constructor(label: SafeText) {
    this.#label = label;
  }

  /** `bytes` have come, of `size` if that is known; `label` is what is under way now. */
  update(bytes: number, size?: number, label: SafeText = this.#label): void {
    this.#label = label;
    const now = performance.now();
    this.#first ??= { bytes, at: now };
    if (now - this.#drawn < EVERY_MS) return;
    this.#drawn = now;
    this.#line.update(() => this.#text(now, bytes, size));
  }

  #text(now: number, bytes: number, size: number | undefined): SafeText {
    const first = this.#first!;
    const rate = (bytes - first.bytes) / Math.max(1, now - first.at) * 1000;
    const share = size ? ` ${Math.min(100, Math.floor(bytes / size * 100))} %` : "";
    const left = size && rate > 0 ? `, ${Math.ceil(Math.max(0, size - bytes) / rate)} s left` : "";
    return safe`${this.#label}${share}  ${formatBytes(bytes)}${
      size ? ` of ${formatBytes(size)}` : ""
    }, ${formatBytes(rate)}/s${left}`;
  }

  /** Takes the line off the screen. */
  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }
}
