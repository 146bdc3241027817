/**
 * Does steps, one after the other.
 *
 * @module
 */
import { Exit, type ExitCode, Failure, isClosed, reasonOf } from "../base/errors.ts";
import { EXPECT_MS } from "../base/limits.ts";
import { safe, type SafeText } from "../base/safe_text.ts";
import { Deadline, sleep } from "../base/tasks.ts";
import { differenceLines, quoted } from "./difference.ts";
import type { Hearing } from "./hearing.ts";
import { finderOf, type Pattern } from "./pattern.ts";
import type { Step, Until } from "./step.ts";
import { fill } from "./template.ts";

/** The other side, as steps act on it. */
export interface Speaker {
  /** Sends a message. */
  readonly say: (text: Uint8Array) => Promise<void>;
  /** Sends bytes that are no message. */
  readonly put: (bytes: Uint8Array) => Promise<void>;
  /** Bytes that the system has taken from us: it stands still while the other side takes nothing. */
  readonly bytesTaken: number;
  /** Closes our sending side. */
  halfClose(): Promise<void>;
  /** Ends the connection by a reset. */
  reset(): void;
}

/** How steps are done. */
export interface Performance {
  /** Sends. */
  readonly speaker: Speaker;
  /** What comes; whoever hears it feeds this. */
  readonly hearing: Hearing;
  /** What a file holds, in blocks; `-` is standard input. */
  readonly blocksOf: (path: string) => AsyncIterable<Uint8Array>;
  /** Least milliseconds between two sends with nothing heard between them. */
  readonly paceMs: number;
  /** Milliseconds without a byte that are a silence. */
  readonly silenceMs: number;
  /** Ends waiting. */
  readonly signal: AbortSignal;
  /** A step, the first is 1, has found what it expected. */
  readonly matched: (step: number, pattern: string, bytes: Uint8Array) => void;
  /** A value was saved. */
  readonly saved: (name: string, value: Uint8Array) => void;
}

/** A step that did not find what it expected: what to show of that, before the error. */
export class Unmet extends Failure {
  /** `lines`: what was expected, and what came. */
  constructor(message: string, exit: ExitCode, readonly lines: readonly SafeText[]) {
    super(message, exit);
  }
}

/** What was done. */
export interface Done {
  /** What was saved, in the order in which it was saved first. */
  saved: ReadonlyMap<string, Uint8Array>;
  /** How our side was closed, if a step has done that. */
  closed?: "half-close" | "reset";
}

/**
 * Does all steps.
 *
 * @throws {Unmet} exit 6 when what is waited for does not come in time, 1 when the other side ends
 * before, 5 when the connection is lost.
 * @throws {Failure} exit 5 when the other side has closed before all is sent, 6 when it takes nothing.
 */
export async function runSteps(steps: readonly Step[], how: Performance): Promise<Done> {
  const runner = new Runner(how, firstTimeout(steps));
  for (const [i, step] of steps.entries()) await runner.run(step, i + 1);
  return runner;
}

class Runner implements Done {
  readonly saved = new Map<string, Uint8Array>();
  closed?: "half-close" | "reset";
  readonly #how: Performance;
  #timeoutMs: number;
  #kept: Uint8Array = new Uint8Array();
  #sentAt = -Infinity; // if nothing was waited for since

  constructor(how: Performance, timeoutMs: number) {
    this.#how = how;
    this.#timeoutMs = timeoutMs;
  }

  async run(step: Step, number: number): Promise<void> {
    const { action } = step;
    const { speaker, blocksOf, signal } = this.#how;
    signal.throwIfAborted();
    const where = safe`step ${number}, ${step.label}`;
    switch (action.type) {
      case "send":
        return await this.#send([fill(action.text, this.saved)], where, speaker.say);
      case "send-file":
        return await this.#send(blocksOf(action.path), where, speaker.put);
      case "send-hex":
        return await this.#send([action.bytes], where, speaker.put);
      case "expect":
        return await this.#expect(action.pattern, where, number, step.text);
      case "wait":
        return await this.#wait(action.until, where);
      case "timeout":
        this.#timeoutMs = action.ms;
        return;
      case "save":
        this.saved.set(action.name, this.#kept);
        return this.#how.saved(action.name, this.#kept);
      case "half-close":
        this.closed = "half-close";
        return await speaker.halfClose();
      case "reset":
        this.closed = "reset";
        return speaker.reset();
    }
  }

  async #send(
    blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    where: SafeText,
    send: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const early = this.#sentAt + this.#how.paceMs - performance.now();
    if (early > 0) await sleep(early, this.#how.signal);
    for await (const block of blocks) await this.#sendBlock(block, where, send);
    this.#sentAt = performance.now();
  }

  /** Sends, unless the other side has gone; gives up when it takes nothing for too long. */
  async #sendBlock(
    block: Uint8Array,
    where: SafeText,
    send: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const { hearing, speaker } = this.#how;
    this.#checkOpen(where);
    const sending = send(block).then(() => true);
    for (let taken = -1; taken < speaker.bytesTaken;) {
      taken = speaker.bytesTaken;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const stop = () => resolve(false);
      using _deadline = new Deadline(this.#timeoutMs, stop).start();
      hearing.over.opened.then(stop);
      if (await Promise.race([sending, promise])) return;
      this.#checkOpen(where);
    }
    const time = seconds(this.#timeoutMs);
    throw new Failure(`Cannot send: ${where}: the server took nothing for ${time}`, Exit.timedOut);
  }

  #checkOpen(where: SafeText): void {
    const { over, fault } = this.#how.hearing;
    if (!over.isOpen) return;
    throw fault ??
      new Failure(`Cannot send: ${where}: the server closed the connection`, Exit.lost);
  }

  async #expect(pattern: Pattern, where: SafeText, step: number, text: string): Promise<void> {
    const { hearing, matched } = this.#how;
    const finder = finderOf(pattern, this.saved);
    const deadline = performance.now() + this.#timeoutMs;
    for (;;) {
      const began = performance.now();
      const found = hearing.intake.find(finder);
      if (found) {
        this.#kept = found.group;
        this.#sentAt = -Infinity;
        return matched(step, text, found.match);
      }
      const now = performance.now();
      if (hearing.over.isOpen || now >= deadline) {
        const { rest, dropped } = hearing.intake;
        const wanted = finder.bytes
          ? safe`what was expected: "${quoted(finder.bytes)}" (${finder.bytes.length} bytes)`
          : safe`what was expected: ${text}`;
        const lines = [wanted, ...differenceLines(finder.bytes, rest, dropped)];
        throw this.#unmet("find what was expected", where, lines);
      }
      // A search through much that came takes its time: what comes meanwhile is searched at once.
      if (now - began > 1) await sleep(Math.min(now - began, deadline - now));
      else await hearing.changed(deadline - now);
    }
  }

  async #wait(until: Until, where: SafeText): Promise<void> {
    const { hearing, silenceMs, signal } = this.#how;
    const { intake } = hearing;
    this.#sentAt = -Infinity;
    if (until.kind === "time") {
      await sleep(until.ms, signal);
      return signal.throwIfAborted();
    }
    const began = performance.now();
    const patience = this.#timeoutMs + (until.kind === "silence" ? silenceMs : 0);
    for (;;) {
      const now = performance.now();
      const quiet = Math.max(began, hearing.activeAt) + silenceMs - now;
      if (until.kind === "messages" && intake.waiting >= until.count) {
        return intake.count(until.count);
      }
      if (until.kind === "silence" && quiet <= 0) return;
      if (hearing.over.isOpen && hearing.fault === undefined && until.kind !== "messages") return;
      const left = began + patience - now;
      if (hearing.over.isOpen || left <= 0) {
        const lines = until.kind === "messages"
          ? [safe`what was expected: ${until.count} messages; what came: ${intake.waiting}`]
          : [];
        throw this.#unmet("wait to the end", where, lines);
      }
      await hearing.changed(until.kind === "silence" ? Math.min(left, quiet) : left);
    }
  }

  #unmet(act: string, where: SafeText, lines: readonly SafeText[]): Failure {
    const { hearing } = this.#how;
    if (!hearing.over.isOpen) {
      const state = `it did not come in ${seconds(this.#timeoutMs)}`;
      return new Unmet(`Cannot ${act}: ${where}: ${state}`, Exit.timedOut, lines);
    }
    const { fault } = hearing;
    if (fault === undefined) {
      return new Unmet(
        `Cannot ${act}: ${where}: the server closed the connection`,
        Exit.failed,
        lines,
      );
    }
    const exit = fault instanceof Failure ? fault.exit : Exit.lost;
    const state = isClosed(fault)
      ? `the connection was lost (${reasonOf(fault)})`
      : reasonOf(fault);
    return new Unmet(`Cannot ${act}: ${where}: ${state}`, exit, lines);
  }
}

/** The first timeout holds from the beginning: whoever gives one alone means all steps. */
function firstTimeout(steps: readonly Step[]): number {
  for (const { action } of steps) if (action.type === "timeout") return action.ms;
  return EXPECT_MS;
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
