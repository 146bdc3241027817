import type { Event } from "../base/events.ts";
import { formatBytes } from "../base/size.ts";
import type { Outcome } from "./outcome.ts";

/** What the bytes that travelled are called. */
export type Moved = "fetched" | "sent";

/**
 * Files that have come, on one line: `a.txt: 5 bytes in 0.01 s, 500 B/s, hash … verified`. `seconds`
 * is how long several took together.
 */
export function summaryOf(outcomes: readonly Outcome[], moved: Moved, seconds: number): string {
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((all, each) => all + of(each), 0);
  const one = outcomes.length === 1 ? outcomes[0] : undefined;
  if (one) seconds = one.seconds;
  const size = sum(({ size }) => size), travelled = sum((outcome) => outcome.moved);
  const parts = [
    `${size} bytes${size < 1024 ? "" : ` (${formatBytes(size)})`} in ${seconds.toFixed(2)} s`,
    `${formatBytes(travelled / Math.max(seconds, 1e-6))}/s`,
  ];
  if (travelled < size) {
    parts.push(`${moved} ${travelled} bytes`, `hashed ${sum(({ hashed }) => hashed)} bytes`);
  }
  parts.push(one ? `hash ${one.hash} verified` : "all verified");
  return `${one ? one.name : `${outcomes.length} files`}: ${parts.join(", ")}`;
}

/** A file that has come, for programs. */
export function fileEvent(outcome: Outcome, moved: Moved): Event<"file"> {
  const { path, name, size, hashed, hash, startedOver } = outcome;
  const seconds = Number(outcome.seconds.toFixed(6));
  return {
    event: "file",
    ...{ path, name, size, [moved]: outcome.moved, hashed, seconds, hash },
    startedOver: startedOver || undefined,
  };
}
