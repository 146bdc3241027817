/**
 * A real terminal for tests: a screen of tmux, with a server of its own, whose every cell can be seen.
 *
 *     await using terminal = await Terminal.open(["bash", "--norc"], { env: { PS1: "$ " } });
 *     await terminal.shows("$");                    // the whole screen, or a pattern in it
 *     await terminal.type("echo one");              // letters as they are
 *     await terminal.press("Enter");                // keys by tmux's names: Up, C-c, M-b, Tab, BSpace
 *     await terminal.shows("$ echo one\none\n$");
 *     await terminal.paste("two\nthree\n");         // as a terminal pastes; { bracketed: true } with -p
 *     await terminal.resize(40);                    // the program gets SIGWINCH
 *     assertEquals(await terminal.cursor(), { row: 2, column: 2 });
 *     assertEquals(await terminal.ended(), 0);      // its exit code; the screen is still there
 *
 * tmux tells nobody that a screen has changed, so what is waited for is looked for again and again,
 * here alone, for 20 s at most.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";

/** How a terminal is opened. */
export interface TerminalOptions {
  /** Width; 80 unless given. */
  columns?: number;
  /** Height; 24 unless given. */
  rows?: number;
  /** Working directory; the test's unless given. */
  cwd?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
}

/** A place on a screen, from 0. */
export interface Cursor {
  row: number;
  column: number;
}

const LOOK_AGAIN_MS = 20;
const PATIENCE_MS = 20_000;

/** A terminal and the program that runs in it; dispose to end both, and nothing else. */
export class Terminal implements AsyncDisposable {
  readonly #folder: string;
  #size: { columns: number; rows: number };

  private constructor(folder: string, size: { columns: number; rows: number }) {
    this.#folder = folder;
    this.#size = size;
  }

  /** Starts a command at a terminal of its own. */
  static async open(command: string[], options: TerminalOptions = {}): Promise<Terminal> {
    const { columns = 80, rows = 24, cwd = Deno.cwd(), env = {} } = options;
    const terminal = new Terminal(await Deno.makeTempDir(), { columns, rows });
    const variables = { NO_COLOR: "1", RUST_BACKTRACE: "0", LC_ALL: "C.UTF-8", ...env };
    const settings = {
      "status": "off", // or it would take a row
      "default-terminal": "tmux-256color",
      "escape-time": "0",
      "remain-on-exit": "on",
      "remain-on-exit-format": "",
    };
    await terminal.#tmux([
      ...Object.entries(settings).flatMap(([name, value]) => ["set", "-g", name, value, ";"]),
      ...["new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, "-c", cwd, "--", "env"],
      ...[...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ...command]
        .map((word) => word.replace(/;$/, "\\;")),
    ]);
    return terminal;
  }

  /** Types text, as it stands; a newline in it is no Enter, for that is a key. */
  async type(text: string): Promise<void> {
    await this.#tmux(["send-keys", "-l", "--", text.replace(/;$/, "\\;")]);
  }

  /** Presses keys, each by the name that tmux has for it: `Enter`, `Up`, `C-c`, `BSpace`. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux(["send-keys", "--", ...keys]);
  }

  /**
   * Pastes text at once: each newline comes as a carriage return, as terminals have it. `bracketed`
   * says that the terminal can mark a paste, which it does if the program has asked for that.
   */
  async paste(text: string, { bracketed = false } = {}): Promise<void> {
    await this.#tmux(["load-buffer", "-"], text);
    await this.#tmux(["paste-buffer", "-d", ...(bracketed ? ["-p"] : [])]);
  }

  /** Makes the terminal wider or narrower, higher or lower, and waits until the program can know. */
  async resize(columns: number, rows: number = this.#size.rows): Promise<void> {
    this.#size = { columns, rows };
    await this.#tmux(["resize-window", "-x", `${columns}`, "-y", `${rows}`]);
    // tmux wraps its rows anew at once, but waits before it tells the program's side of the terminal.
    const tty = await this.#ask("#{pane_tty}");
    const wanted = `${rows} ${columns}\n`;
    const size = await lookFor(() => run("stty", ["-F", tty, "size"]), (size) => size === wanted);
    assertEquals(size, wanted);
  }

  /** The screen: its rows without the white space at their ends, and without empty rows below. */
  async screen(): Promise<string> {
    const rows = (await this.#tmux(["capture-pane", "-p"])).split("\n");
    return rows.map((row) => row.trimEnd()).join("\n").trimEnd();
  }

  /** The lines that have scrolled off the screen, and the screen; a line that wraps is one. */
  async history(): Promise<string> {
    const rows = (await this.#tmux(["capture-pane", "-p", "-J", "-S", "-"])).split("\n");
    return rows.map((row) => row.trimEnd()).join("\n").trimEnd();
  }

  /** Where the cursor is, from 0. */
  async cursor(): Promise<Cursor> {
    const [row, column] = (await this.#ask("#{cursor_y} #{cursor_x}")).split(" ").map(Number);
    return { row, column };
  }

  /**
   * Waits until the whole screen is `expected`, or matches it, and the cursor is at `cursor`, if that
   * is given; then the screen.
   */
  async shows(expected: string | RegExp, cursor?: Cursor): Promise<string> {
    const [screen, at] = await lookFor(
      async () => [await this.screen(), await this.cursor()] as const,
      ([screen, at]) =>
        (typeof expected === "string" ? screen === expected : expected.test(screen)) &&
        (!cursor || at.row === cursor.row && at.column === cursor.column),
    );
    if (typeof expected === "string") assertEquals(screen, expected);
    else assertMatch(screen, expected);
    if (cursor) assertEquals(at, cursor, `the cursor, on the screen\n${screen}`);
    return screen;
  }

  /** Waits for the program's end; its exit code, or 128 and the number of the signal. */
  async ended(): Promise<number> {
    const format = "#{pane_dead} #{pane_dead_status} #{pane_dead_signal}";
    const answer = await lookFor(() => this.#ask(format), (answer) => answer.startsWith("1"));
    const [dead, status, signal] = answer.split(" ");
    assertEquals(dead, "1", "the program has not ended");
    return status === "" ? 128 + Number(signal) : Number(status);
  }

  /** Ends the program and its terminal, and waits for what it still does, as a shell with its history. */
  async [Symbol.asyncDispose](): Promise<void> {
    const pid = await this.#ask("#{pane_pid}");
    await this.#tmux(["kill-server"]);
    await lookFor(() => runs(pid), (running) => !running);
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #ask(format: string): Promise<string> {
    return (await this.#tmux(["display-message", "-p", format])).replace(/\n$/, "");
  }

  #tmux(args: string[], input = ""): Promise<string> {
    // A server for this terminal alone, whose socket goes with its folder.
    return run("tmux", ["-u", "-f", "/dev/null", "-S", `${this.#folder}/socket`, ...args], input);
  }
}

/** Whether a process is there (Linux, proc(5)). */
function runs(pid: string): Promise<boolean> {
  return Deno.stat(`/proc/${pid}`).then(() => true, () => false);
}

/** Runs a command to its end; what it wrote. */
async function run(command: string, args: string[], input = ""): Promise<string> {
  const child = new Deno.Command(command, {
    args,
    env: { TMUX: "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(input)).then(() => writer.close())
    .catch(() => {}); // it has ended without reading
  const { success, stdout, stderr } = await child.output();
  await written;
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Looks until what is seen is good; what was seen last. */
async function lookFor<T>(look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (good(seen) || performance.now() > deadline) return seen;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
