import type { Framing } from "./framing.ts";

/** What framings share that put nothing around a payload, and cannot tell how much is to come. */
export abstract class BareFraming implements Framing {
  abstract readonly restMs: number;

  abstract take(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): number;

  abstract takeRest(bytes: Uint8Array, start: number, end: number, out: Uint8Array[]): void;

  need(_bytes: Uint8Array, start: number, end: number): number {
    return end - start + 1;
  }

  size(payload: Uint8Array): number {
    return payload.length;
  }

  put(payload: Uint8Array, target: Uint8Array, at: number): number {
    target.set(payload, at);
    return at + payload.length;
  }
}
