/**
 * Framings: frames as they were sent, changed bytes, any cuts; against models over whole text.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../lib/base/errors.ts";
import { JSON_DEPTH } from "../../lib/base/limits.ts";
import { frameAll, type Framing } from "../../lib/wire/framing.ts";
import { JsonFraming } from "../../lib/wire/json_framing.ts";
import { LengthFraming } from "../../lib/wire/length_framing.ts";
import { LineFraming } from "../../lib/wire/line_framing.ts";
import { RawFraming } from "../../lib/wire/raw_framing.ts";
import { concat, follow } from "../../tests/support/feed.ts";
import { type Check, pure, type Target } from "../campaign.ts";
import { almostMessage, bytes, change, changed, cuts, pieces } from "../support/arbitraries.ts";

/** What a stream must become, as Latin-1 text: one character a byte. */
interface Model {
  readonly frames: string[];
  /** Whether the stream cannot be followed to its end. */
  readonly fault: boolean;
}

interface Kind {
  readonly name: string;
  make(limit: number): Framing;
  /** What can be sent as one frame, but for the limit. */
  readonly payload: fc.Arbitrary<Uint8Array>;
  model(stream: string, limit: number): Model;
}

const encoded = almostMessage.map((text) => new TextEncoder().encode(text));
const line = fc.oneof(bytes(40), encoded).map((bytes) => {
  const line = bytes.filter((byte) => byte !== 0x0a);
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
});
const object = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }).map((value) =>
    new TextEncoder().encode(JSON.stringify(value))
  ),
  encoded,
);

/** All framings, each as it is made for one kind of peer. */
const KINDS: Kind[] = [
  { name: "line", make: (limit) => new LineFraming({ limit }), payload: line, model: lineModel },
  {
    name: "line-guessed",
    make: (limit) => new LineFraming({ limit, endsLines: false }),
    payload: line,
    model: lineModel,
  },
  { name: "raw", make: (limit) => new RawFraming(limit), payload: bytes(40), model: rawModel },
  {
    name: "native",
    make: (limit) => new LengthFraming(limit),
    payload: fc.oneof(bytes(40), encoded),
    model: lengthModel,
  },
  {
    name: "json",
    make: (limit) => new JsonFraming({ limit }),
    payload: object,
    model: (stream, limit) => jsonModel(stream, limit, false),
  },
  {
    name: "json-client",
    make: (limit) => new JsonFraming({ limit, skipOutside: true }),
    payload: object,
    model: (stream, limit) => jsonModel(stream, limit, true),
  },
];

/** The same frames as the model has, and a fault where it has one, whatever was changed and cut. */
function check({ name, make, payload, model }: Kind): Check {
  return pure(
    name,
    fc.array(payload, { maxLength: 6 }),
    fc.oneof(fc.constant([]), fc.array(change, { maxLength: 4 })),
    cuts,
    fc.constantFrom(64, 300, 1 << 16),
    (payloads, changes, cuts, limit) => {
      const sent = changed(frameAll(make(limit), payloads), changes);
      const { frames, fault } = follow(make(limit), pieces(sent, cuts));
      assert(fault === undefined || fault instanceof ProtocolError, String(fault));
      const got = { frames: frames.map(latin1), fault: fault !== undefined };
      assertEquals(got, model(latin1(sent), limit));
    },
  );
}

/** A client's raw framing cuts where it must, and loses nothing. */
const rawClient: Check = pure("raw-client", bytes(300), cuts, fc.constantFrom(8, 64), (
  sent,
  cuts,
  limit,
) => {
  const { frames, fault } = follow(new RawFraming(limit, { cuts: true }), pieces(sent, cuts));
  assertEquals(fault, undefined);
  assertEquals(latin1(concat(frames)), latin1(sent));
});

/** See {@linkcode KINDS}. */
export const framings: Target = { name: "framings", checks: [...KINDS.map(check), rawClient] };

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function lineModel(stream: string, limit: number): Model {
  const frames: string[] = [];
  const lines = stream.split("\n");
  const rest = lines.pop()!;
  for (const line of lines) {
    if (line.length > limit) return { frames, fault: true };
    frames.push(line.replace(/\r$/, ""));
  }
  if (rest.length > limit) return { frames, fault: true };
  return { frames: rest === "" ? frames : [...frames, rest], fault: false };
}

function rawModel(stream: string, limit: number): Model {
  if (stream.length > limit) return { frames: [], fault: true };
  return { frames: stream === "" ? [] : [stream], fault: false };
}

function lengthModel(stream: string, limit: number): Model {
  const frames: string[] = [];
  for (let at = 0;;) {
    if (at === stream.length) return { frames, fault: false };
    if (stream.length - at < 4) return { frames, fault: true };
    const length = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + stream.charCodeAt(at + i), 0);
    at += 4;
    if (length > limit || at + length > stream.length) return { frames, fault: true };
    frames.push(stream.slice(at, at += length));
  }
}

function jsonModel(stream: string, limit: number, skips: boolean): Model {
  const frames: string[] = [];
  for (let at = 0;;) {
    const outside = (skips ? /[^{]*/y : /[ \t\r\n]*/y).exec(stream.slice(at))![0];
    at += outside.length;
    if (at === stream.length) return { frames, fault: false };
    if (stream[at] !== "{") return { frames, fault: true };
    const { length, deep } = objectAt(stream.slice(at));
    const seen = length ?? stream.length - at;
    if (deep || seen > limit || (length === undefined && !skips)) return { frames, fault: true };
    if (length === undefined) return { frames, fault: false };
    frames.push(stream.slice(at, at += length));
  }
}

/** How long the object is that a text begins with, if it ends, and whether it nests too deep. */
function objectAt(text: string): { length?: number; deep: boolean } {
  let depth = 0;
  for (const token of text.matchAll(/"(?:\\[^]|[^"\\])*(?:"|\\?$(?![^]))|[{}[\]]/g)) {
    if (/[{[]/.test(token[0][0]) && ++depth > JSON_DEPTH) return { deep: true };
    if (/[}\]]/.test(token[0][0]) && --depth === 0) return { length: token.index + 1, deep: false };
  }
  return { deep: false };
}
