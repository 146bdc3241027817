/**
 * What a command runs in, for tests of what is behind it.
 *
 * @module
 */
import type { Context } from "../../lib/cli/command.ts";

/** A context nobody stops; what was logged, and a way to hang up. */
export function contextOf(): Context & { lines: string[]; hangUp(): void } {
  const lines: string[] = [];
  const acts = new Set<() => void>();
  const { signal } = new AbortController();
  return {
    lines,
    signal,
    cut: signal,
    stop: () => {},
    log: (line) => void lines.push(line),
    onReload: (act) => {
      acts.add(act);
      return { [Symbol.dispose]: () => acts.delete(act) };
    },
    hangUp: () => acts.forEach((act) => act()),
  };
}
