import type { Emit } from "../base/events.ts";
import type { SafeText } from "../base/safe_text.ts";
import type { LineKind } from "./client_events.ts";
import type { ClientFiles } from "./client_files.ts";

/** What a client is made of. */
export interface ClientOptions {
  /** One's own name; json puts it into every message. */
  name: string;
  /** Milliseconds between messages, 0 for none. */
  paceMs: number;
  /** Shows lines of the conversation. */
  show: (lines: SafeText[], kind: LineKind) => void;
  /** Gets what comes, for programs. */
  emit?: Emit;
  /** We have a new name. */
  renamed: (name: string) => void;
  /** Makes what moves files, when it is first asked for one. */
  files: () => Promise<ClientFiles>;
}
