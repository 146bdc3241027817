/**
 * What the steps of a script speak with, and how what is heard is told.
 *
 * @module
 */
import type { Emit } from "../../lib/base/events.ts";
import type { SafeText } from "../../lib/base/safe_text.ts";
import type { LineKind } from "../../lib/chat/client.ts";
import { show } from "./conversation.ts";

/** Something that was said: its lines, and what kind of thing it is. */
export interface Line {
  lines: SafeText[];
  kind: LineKind;
}

/** The sending and the receiving side of a conversation. */
export interface Voice {
  /** Sends a message; resolves when it is out. */
  say(text: Uint8Array): Promise<void>;
  /** Sends bytes that are no message. */
  put(bytes: Uint8Array): Promise<void>;
  /** Closes our sending side, once what goes beside the messages is done. */
  end(): Promise<void>;
  /** Hears to the end. */
  receive(): Promise<void>;
  /** Waits for what goes beside the messages; the exit code. */
  done(): Promise<number>;
}

/** Tells what was heard: lines to people, events to programs. */
export function tell({ lines, kind }: Line, emit: Emit | undefined): void {
  if (!emit) show(lines, kind);
  else emit({ event: kind === "result" ? "reply" : kind, text: lines.join("\n") });
}
