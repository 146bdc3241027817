/**
 * Lines that a person or a script types.
 *
 * @module
 */
import { Exit, Failure } from "../base/errors.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { onAbort } from "../base/tasks.ts";
import { keepBelow } from "./screen.ts";

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
  const { default: process } = await import("node:process");
  const editor = readline.createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: true,
    prompt,
    historySize: 1000,
  });
  let closed = false;
  editor.on("close", () => closed = true);
  editor.on("SIGINT", interrupt);
  const kept = keepBelow({
    hide: () => {
      // From wherever the typed text wrapped to, up to its first row, and clear all of it.
      readline.moveCursor(process.stderr, 0, -editor.getCursorPos().rows);
      readline.cursorTo(process.stderr, 0);
      readline.clearScreenDown(process.stderr);
    },
    show: () => {
      // Or readline would move up again by the rows of the last prompt, over what was printed.
      (editor as unknown as { prevRows: number }).prevRows = 0;
      if (!closed) editor.prompt(true);
    },
  });
  const stop = onAbort(signal, () => editor.close());
  return {
    interactive: true,
    async *lines() {
      if (closed) return;
      editor.prompt();
      for await (const line of editor) {
        yield line;
        if (!closed) editor.prompt();
      }
    },
    setPrompt: (text) => {
      editor.setPrompt(text);
      if (!closed) editor.prompt(true);
    },
    [Symbol.dispose]: () => {
      stop[Symbol.dispose]();
      kept[Symbol.dispose]();
      editor.close();
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
