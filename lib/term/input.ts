/**
 * Lines that a person or a script types.
 *
 * @module
 */
import type { Interface, Key } from "node:readline";
import { Exit, Failure } from "../base/errors.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { onAbort } from "../base/tasks.ts";
import { type Measure, PromptLine } from "./prompt_line.ts";

/** Where lines come from. */
export interface LineSource extends Disposable {
  /** Whether a person types at a terminal. */
  readonly interactive: boolean;
  /** Every line, until the end of input. */
  lines(): AsyncIterable<string>;
  /** Changes the prompt, if there is one. */
  setPrompt(prompt: SafeText): void;
}

/** How to open standard input. */
export interface InputOptions {
  /** Ends the lines. */
  signal: AbortSignal;
  /** Stands before what is typed, at a terminal. */
  prompt: SafeText;
  /** Called on Ctrl-C at a terminal in editing mode, where it is a key and no signal. */
  interrupt: () => void;
}

/** Opens standard input: with line editing and history at a terminal, else as a stream of lines. */
export async function openInput(options: InputOptions): Promise<LineSource> {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal()
    ? await openTerminal(options)
    : await openPipe(options);
}

async function openPipe({ signal }: InputOptions): Promise<LineSource> {
  const { TextLineStream } = await import("@std/streams/text-line-stream");
  const reader = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .getReader();
  // A cancelled reader is done at once, though the read behind it goes on: the process may end with it.
  const cancel = () => void reader.cancel().catch(() => {});
  const stop = onAbort(signal, cancel);
  return {
    interactive: false,
    async *lines() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    },
    setPrompt: () => {},
    [Symbol.dispose]: () => {
      stop[Symbol.dispose]();
      cancel();
    },
  };
}

async function openTerminal({ signal, prompt, interrupt }: InputOptions): Promise<LineSource> {
  const readline = await import("node:readline");
  const { Writable } = await import("node:stream");
  const { default: process } = await import("node:process");
  // The editor knows keys and history. What it would draw goes nowhere: it cannot tell what a wide
  // character at the edge, or another width of the terminal, has made of what it drew before.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const columns = () => Deno.consoleSize().columns || 80;
  Object.defineProperty(nowhere, "columns", { get: columns });
  const editor = readline.createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: true,
    historySize: 1000,
  }) as Interface & { _getDisplayPos: Measure };
  const shown = new PromptLine(prompt, (text) => editor._getDisplayPos(text), columns);
  const typed = editor[Symbol.asyncIterator](); // from here on no line is lost
  const update = (_text: string, key: Key) => {
    if (key.ctrl && key.name === "l") shown.clear();
    shown.update(editor.line, editor.cursor);
  };
  const resized = () => shown.resized();
  editor.on("line", (line) => shown.enter(line));
  editor.on("SIGINT", interrupt);
  editor.on("SIGTSTP", () => {
    shown.hide();
    process.stdin.setRawMode(false);
    process.once("SIGCONT", () => {
      process.stdin.setRawMode(true);
      shown.redraw(); // what came in meanwhile may have drawn it already
    });
    process.kill(process.pid, "SIGTSTP");
  });
  process.stdin.on("keypress", update); // after the editor has acted on it
  process.stderr.on("resize", resized);
  editor.on("close", () => {
    process.stdin.off("keypress", update);
    process.stderr.off("resize", resized);
    shown[Symbol.dispose]();
  });
  const close = () => editor.close();
  const stop = onAbort(signal, close);
  return {
    interactive: true,
    lines: () => ({ [Symbol.asyncIterator]: () => typed }),
    setPrompt: (text) => shown.setPrompt(text),
    [Symbol.dispose]: () => {
      stop[Symbol.dispose]();
      close();
    },
  };
}

/**
 * Asks a question at the terminal; the answer, or `fallback` when it is empty or input has ended.
 *
 * @throws {Failure} exit 130 at Ctrl-C.
 */
export async function ask(question: SafeText, fallback: string): Promise<string> {
  const readline = await import("node:readline/promises");
  const { default: process } = await import("node:process");
  const editor = readline.createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve, reject) => {
    editor.once("SIGINT", () => reject(new Failure("Interrupted", Exit.interrupted)));
    editor.once("close", () => resolve(""));
  });
  const prompt = fallback === "" ? safe`${question}: ` : safe`${question} [${fallback}]: `;
  try {
    const answer = await Promise.race([editor.question(prompt), ended]);
    return answer.trim() || fallback;
  } finally {
    editor.close();
  }
}
