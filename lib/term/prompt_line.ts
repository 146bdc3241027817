import { type SafeText, safeText } from "../base/safe_text.ts";
import { draw, keepBelow } from "./screen.ts";

const TAB = 8;

/** Where text ends that begins in the first column of a terminal, counted from 0. */
export type Measure = (text: string) => { rows: number; cols: number };

/**
 * The line that is being typed, behind its prompt and below all that is written. It alone knows what
 * stands on the screen. Where that has come to is worked out when it is taken away again, for by then
 * the terminal may have another width and have wrapped the line anew.
 */
export class PromptLine implements Disposable {
  #prompt: SafeText;
  #line = "";
  #cursor = 0;
  #before = ""; // what was drawn, up to the cursor
  #after = ""; // and from there
  #width = 0; // of the terminal when it was drawn
  readonly #measure: Measure;
  readonly #columns: () => number;
  readonly #kept: Disposable;
  #over = false;

  /** Shows an empty line; `columns` is the width of the terminal. */
  constructor(prompt: SafeText, measure: Measure, columns: () => number) {
    this.#prompt = prompt;
    this.#measure = measure;
    this.#columns = columns;
    this.#kept = keepBelow({ hide: () => this.hide(), show: () => this.show() });
    this.show();
  }

  /** Shows another prompt. */
  setPrompt(prompt: SafeText): void {
    this.#prompt = prompt;
    this.redraw();
  }

  /** Shows what is typed, with the cursor before the code unit `cursor`. */
  update(line: string, cursor: number): void {
    if (line === this.#line && cursor === this.#cursor) return;
    this.#line = line;
    this.#cursor = cursor;
    const [before, after] = this.#texts();
    if (this.#after === "" && after === "" && before.startsWith(this.#before)) {
      draw(before.slice(this.#before.length) + this.#wrap(before));
      this.#before = before;
    } else {
      this.redraw();
    }
  }

  /** Leaves a whole line where it is, and shows an empty one below. */
  enter(line: string): void {
    this.update(line, line.length);
    draw("\r\n");
    this.#line = "";
    this.#cursor = 0;
    this.show();
  }

  /**
   * Draws it anew if the terminal's width is another than when it was drawn. Word of that may come late,
   * when the screen is already on its way to the next width, and what was drawn need not be touched.
   */
  resized(): void {
    if (this.#columns() !== this.#width) this.redraw();
  }

  /** Draws it anew. */
  redraw(): void {
    if (this.#over) return;
    this.hide();
    this.show();
  }

  /** Draws it anew at the top of an empty screen. */
  clear(): void {
    draw("\x1b[H\x1b[2J");
    this.show();
  }

  /** Takes it off the screen; the cursor is where it began. Safe to repeat. */
  hide(): void {
    // The first row by itself, whole, so that it is no longer one that wraps; the others not from the
    // first column on: tmux takes into its history what is cleared from the screen's first cell.
    draw(`${up(this.#measure(this.#before).rows)}\r\x1b[K\x1b[C\x1b[J\r`);
    this.#before = this.#after = "";
  }

  /** Draws it from the cursor on, which is in the first column. */
  show(): void {
    const [before, after] = this.#texts();
    this.#width = this.#columns();
    this.#before = before;
    this.#after = after;
    const text = before + after;
    let back = ""; // at the end the cursor is already, however wide the terminal takes the text to be
    if (after !== "") {
      const [end, at] = [this.#measure(text), this.#measure(before)];
      back = `${up(end.rows - at.rows)}\r${at.cols > 0 ? `\x1b[${at.cols}C` : ""}`;
    }
    draw(text + this.#wrap(text) + back);
  }

  /** Takes it off for good. Safe to repeat. */
  [Symbol.dispose](): void {
    this.#over = true;
    this.#kept[Symbol.dispose]();
  }

  #texts(): [before: string, after: string] {
    const prompt = this.#prompt;
    const before = this.#expand(prompt + safeText(this.#line.slice(0, this.#cursor)));
    return [before, this.#expand(prompt + safeText(this.#line)).slice(before.length)];
  }

  /** Tabs as spaces: a tab moves the cursor by what depends on the terminal, and never wraps. */
  #expand(text: string): string {
    const [first, ...others] = text.split("\t");
    return others.reduce((text, part) => {
      return text + " ".repeat(TAB - this.#measure(text).cols % TAB) + part;
    }, first);
  }

  /** After a full row the terminal holds the cursor back until more comes: let it go on. */
  #wrap(text: string): string {
    const { rows, cols } = this.#measure(text);
    return cols === 0 && rows > 0 ? " \r" : "";
  }
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}
