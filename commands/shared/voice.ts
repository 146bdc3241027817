/**
 * What the steps of a script speak with, and how what is heard is told.
 *
 * @module
 */
import type { Emit, Event } from "../../lib/base/events.ts";
import type { SafeText } from "../../lib/base/safe_text.ts";
import type { LineKind } from "../../lib/chat/client_events.ts";
import { show } from "./conversation.ts";

/** Something that was said: its lines, what kind of thing it is, and the same for programs. */
export interface Line {
  lines: SafeText[];
  kind: LineKind;
  /** Left out where programs are told by whoever has heard it. */
  event?: Event;
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
export function tell({ lines, kind, event }: Line, emit: Emit | undefined): void {
  show(lines, kind, emit);
  if (event) emit?.(event);
}
