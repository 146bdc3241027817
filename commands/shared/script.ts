/**
 * A conversation by steps in place of what is typed.
 *
 * @module
 */
import { Exit, Failure, whyUnreadable } from "../../lib/base/errors.ts";
import { READ_BUFFER_BYTES } from "../../lib/base/limits.ts";
import { safe } from "../../lib/base/safe_text.ts";
import { onAbort } from "../../lib/base/tasks.ts";
import type { Context } from "../../lib/cli/command.ts";
import type { Open } from "../../lib/net/dial.ts";
import { ResetDial } from "../../lib/net/reset_dial.ts";
import type { Socket } from "../../lib/net/socket.ts";
import { Hearing } from "../../lib/steps/hearing.ts";
import { runSteps, Unmet } from "../../lib/steps/run.ts";
import { checkOrder, parseScript, parseStep, type Step } from "../../lib/steps/step.ts";
import { note, print } from "../../lib/term/screen.ts";
import type { Dialect } from "../../lib/wire/dialect.ts";
import { decodeText, encodeText } from "../../lib/wire/utf8.ts";
import type { Reached, Talk } from "./conversation.ts";
import { BareVoice } from "./bare_voice.ts";
import { ClientVoice } from "./client_voice.ts";
import type { GivenStep, StepValues } from "./steps.ts";
import { type Line, tell } from "./voice.ts";

/** Steps that have been read and fit together. */
export class Script {
  /** Opens connections that a step resets; undefined where any connection will do. */
  readonly open?: Open<Socket>;
  readonly #steps: readonly Step[];
  readonly #quiet: boolean;
  readonly #reset?: ResetDial;

  private constructor(steps: readonly Step[], quiet: boolean) {
    this.#steps = steps;
    this.#quiet = quiet;
    if (!steps.some(({ action }) => action.type === "reset")) return;
    this.#reset = new ResetDial();
    this.open = this.#reset.open;
  }

  /**
   * Reads steps, and the files that hold steps.
   *
   * @throws {Failure} with the usage exit code.
   */
  static async read(given: readonly GivenStep[], { dialect, quiet }: StepValues): Promise<Script> {
    const steps: Step[] = [];
    for (const { word, text } of given) {
      if (word === "script") steps.push(...await parseScript(text, await readScript(text)));
      else steps.push(await parseStep("--", word, text));
    }
    checkOrder(steps, { input: given.some(({ word, text }) => word === "script" && text === "-") });
    for (const step of steps) await checkStep(step, dialect);
    return new Script(steps, quiet);
  }

  /**
   * Does the steps, and ends as at the end of input; the exit code.
   *
   * @throws {Failure} exit 1, 5 or 6 when a step cannot be done.
   */
  async perform(
    server: Reached,
    talk: Talk,
    { signal, emit }: Context,
  ): Promise<number> {
    const { name, greeting = [] } = server;
    using conn = server.conn;
    using _stop = onAbort(signal, () => conn.close());
    const { dialect } = conn;
    const hearing = new Hearing();
    for (const line of greeting) hearing.take(encodeText(`${line}\n`));
    const show = (line: Line) => {
      if (!this.#quiet && !signal.aborted) tell(line, emit);
    };
    const bare = dialect === "raw" || dialect === "text";
    const voice = bare ? new BareVoice(conn, hearing, show) : new ClientVoice(server, hearing, {
      show,
      emit: this.#quiet ? undefined : emit,
      files: talk.files,
    });
    const heard = voice.receive().then(() => hearing.end(), (error) => hearing.end(error));
    if (bare && name !== undefined) await voice.say(encodeText(name));
    try {
      const done = await runSteps(this.#steps, {
        speaker: {
          say: (text) => voice.say(text),
          put: (bytes) => voice.put(bytes),
          halfClose: () => voice.end(),
          reset: () => this.#reset?.reset(),
          get bytesTaken() {
            return conn.bytesTaken;
          },
        },
        hearing,
        blocksOf: (path) => blocksOf(path, dialect === "text" && conn.cipher.name !== "none"),
        paceMs: dialect === "raw" || dialect === "json" ? talk.paceMs : 0,
        silenceMs: talk.lingerMs,
        signal,
        matched: (step, pattern, bytes) =>
          emit?.({ event: "matched", step, pattern, text: decoded(bytes) }),
        saved: (name, value) => emit?.({ event: "saved", name, value: decoded(value) }),
      });
      if (done.closed !== "reset") {
        if (done.closed === undefined) await voice.end();
        if (dialect === "native") await heard;
        else await silence(hearing, talk.lingerMs, signal);
        signal.throwIfAborted();
        if (hearing.fault !== undefined) throw hearing.fault;
      }
      const code = await voice.done();
      conn.close();
      await heard; // and with it shown
      if (!emit) print([...done.saved].map(([name, value]) => safe`${name}=${decoded(value)}`));
      return code;
    } catch (error) {
      conn.close();
      await heard;
      if (error instanceof Unmet && !signal.aborted) error.lines.forEach((line) => note(line));
      throw error;
    }
  }
}

/** Bytes as text, as far as they are any. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Until the other side ends, or nothing has come or gone for so long. */
async function silence(hearing: Hearing, ms: number, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  while (!hearing.over.isOpen && !signal.aborted) {
    const left = Math.max(began, hearing.activeAt) + ms - performance.now();
    if (left <= 0) return;
    await hearing.changed(left);
  }
}

/** Whether a step can be done at all over a dialect, and its file is there. */
async function checkStep({ action, label }: Step, dialect: Dialect): Promise<void> {
  const refuse = (why: string, remedy?: string) =>
    new Failure(`Cannot use ${label}: ${why}`, Exit.usage, { remedy });
  const messages = dialect === "native" || dialect === "json";
  if (messages && (action.type === "send-file" || action.type === "send-hex")) {
    throw refuse(`${dialect} carries messages only`, "it is for --dialect raw or text");
  }
  if (messages && action.type === "send") {
    for (const part of action.text) {
      if (!(part instanceof Uint8Array)) continue;
      try {
        decodeText(part);
      } catch {
        throw refuse(`it is no UTF-8, and ${dialect} carries text`);
      }
    }
  }
  if (action.type !== "send-file" || action.path === "-") return;
  try {
    const { isDirectory } = await Deno.stat(action.path);
    if (isDirectory) throw refuse("it is a folder");
  } catch (error) {
    throw error instanceof Failure ? error : refuse(whyUnreadable(error));
  }
}

async function readScript(file: string): Promise<string> {
  try {
    if (file === "-") return await new Response(Deno.stdin.readable).text();
    return await Deno.readTextFile(file);
  } catch (cause) {
    const why = whyUnreadable(cause);
    throw new Failure(`Cannot read the script "${file}": ${why}`, Exit.usage, { cause });
  }
}

/** What a file holds, in blocks; `lines`: blocks end where lines do, as far as there are such ends. */
async function* blocksOf(path: string, lines: boolean): AsyncIterable<Uint8Array> {
  using file = path === "-" ? undefined : await Deno.open(path);
  const source = file ?? Deno.stdin;
  const buffer = new Uint8Array(READ_BUFFER_BYTES);
  for (let start = 0;;) {
    const count = await source.read(buffer.subarray(start));
    const end = start + (count ?? 0);
    const newline = lines && count !== null ? buffer.subarray(0, end).lastIndexOf(10) + 1 : end;
    const whole = newline > 0 || end < buffer.length ? newline : end;
    if (whole > 0) yield buffer.slice(0, whole); // a write that is cut short may look at it later
    if (count === null) return;
    buffer.copyWithin(0, whole, end);
    start = end - whole;
  }
}
