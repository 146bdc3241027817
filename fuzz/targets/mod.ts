/**
 * All targets, in the order in which they run.
 *
 * @module
 */
import type { Target } from "../campaign.ts";
import { ciphers } from "./ciphers.ts";
import { detection } from "./detection.ts";
import { framings } from "./framings.ts";
import { handshake } from "./handshake.ts";
import { live } from "./live.ts";
import { messages } from "./messages.ts";
import { texts } from "./texts.ts";

/** What needs no process and no socket. */
export const PURE: readonly Target[] = [framings, messages, detection, ciphers, texts, handshake];

/** All of them. */
export const TARGETS: readonly Target[] = [...PURE, live];
