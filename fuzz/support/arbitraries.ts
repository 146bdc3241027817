/**
 * What cases are made of: bytes, texts, cuts, JSON, and the messages by the table of their fields.
 *
 * @module
 */
import { p256 } from "@noble/curves/nist";
import fc from "fast-check";
import type { Message } from "../../lib/wire/message.ts";
import { FIELDS, type Fields } from "../../lib/wire/native_message.ts";

/** Any bytes. */
export function bytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength });
}

/** Words that mean something to labwire, to JavaScript, to a terminal or to a file system. */
export const WORDS: readonly string[] = [
  ...[
    "",
    " ",
    "Ada",
    "ada",
    "Ron",
    "Server",
    "server",
    "all",
    "guest1",
    "*",
    "/who",
    "exit",
    "EOF",
  ],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "get", "none", "aes-gcm", "files"],
  ...["\x1b[2J", "\x07", "\x9b31m", "\u202ecod", "\u200b", "\ufeff", "\0", "\ud800", "\udc00"],
  ...["\n", "\r\n", "\r", "\t", ":", "Ada: hi", "{", '{"', "e\u0301", "👩‍👩‍👧", "ﬃ", "\u{e0041}"],
  ...["..", ".", "/", "\\", "../secret.txt", "/etc/passwd", "link.txt", ".hidden", "sub/", "a.txt"],
];

/** Text of such words, and of all of Unicode, lone surrogates included. */
export function text(maxLength = 8): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
    { weight: 2, arbitrary: fc.string({ maxLength: 6 }) },
    { weight: 1, arbitrary: fc.nat(0xffff).map((code) => String.fromCharCode(code)) },
  );
  return fc.array(unit, { maxLength }).map((units) => units.join(""));
}

/** Places to cut at, as fractions of a length; none, few, or everywhere. */
export const cuts: fc.Arbitrary<number[]> = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true }),
  { maxLength: 12 },
);

/** `bytes` cut at these fractions of its length. */
export function pieces(bytes: Uint8Array, fractions: readonly number[]): Uint8Array[] {
  const edges = fractions.map((fraction) => Math.floor(fraction * bytes.length));
  const sorted = [0, ...edges.sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((edge, i) => bytes.subarray(sorted[i], edge));
}

/** One change of some bytes, at a fraction of their length. */
export type Change =
  & { readonly at: number }
  & (
    | { readonly kind: "flip"; readonly bit: number }
    | { readonly kind: "insert" | "overwrite"; readonly bytes: Uint8Array }
    | { readonly kind: "drop" | "repeat"; readonly count: number }
    | { readonly kind: "end" }
  );

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Bytes that frames turn on: lengths, kinds, braces, quotes, ends of lines. */
const telling = fc.constantFrom(
  ...[[0], [1], [2], [0x0a], [0x0d], [0x0d, 0x0a], [0x22], [0x5c], [0x7b], [0x7d], [0x5b], [0x5d]],
  ...[[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0, 0x10, 0, 5]],
  ...[[0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf], [0x80]],
).map((values) => Uint8Array.from(values));

/** A change. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constantFrom("insert" as const, "overwrite" as const),
    at,
    bytes: fc.oneof(telling, bytes(8)),
  }),
  fc.record({
    kind: fc.constantFrom("drop" as const, "repeat" as const),
    at,
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ kind: fc.constant("end" as const), at }),
);

/** The bytes after these changes, one by one; a copy. */
export function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let all = Array.from(bytes);
  for (const change of changes) {
    const at = Math.floor(change.at * all.length);
    switch (change.kind) {
      case "flip":
        if (at < all.length) all[at] ^= 1 << change.bit;
        break;
      case "insert":
        all.splice(at, 0, ...change.bytes);
        break;
      case "overwrite":
        all.splice(at, change.bytes.length, ...change.bytes);
        break;
      case "drop":
        all.splice(at, change.count);
        break;
      case "repeat":
        all.splice(at, 0, ...all.slice(at, at + change.count));
        break;
      case "end":
        all = all.slice(0, at);
    }
  }
  return Uint8Array.from(all);
}

/** Numbers at the edges of what is allowed, and beyond. */
export const oddNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 0.5, -1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300, 1e-300),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON value, with the keys that JavaScript knows. */
export const json: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });

/** Ways to write JSON text: a key twice, a number that overflows, too deep, cut short. */
const SPELLINGS: ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => text.replace(/^\{/, '{"__proto__":{"type":"hello","polluted":1},'),
  (text) => text.replace(/^\{/, '{"type":"chat",'),
  (text) => text.replace(/:\d+/, ":1e999"),
  (text) => text.replace(/:"/, ': "\\u0000'),
  (text) => ` ${text}\n`,
  (text) => text.slice(0, -1),
  (text) => "[".repeat(70) + text + "]".repeat(70),
];

/** JSON text of an object with these fields, some of them missing, of another type, or added. */
export function almost(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<string> {
  const loose = Object.fromEntries(
    Object.entries(fields).map(([name, good]) => [
      name,
      fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: json }),
    ]),
  );
  const keys = fc.constantFrom("__proto__", "constructor", "toString", "extra", "id", "from");
  return fc.record({
    known: fc.record(loose, { requiredKeys: [] }),
    all: fc.record(fields),
    more: fc.dictionary(keys, json, { maxKeys: 2 }),
    complete: fc.integer({ min: 0, max: 3 }),
    spelling: fc.nat(SPELLINGS.length - 1),
  }).map(({ known, all, more, complete, spelling }) => {
    const value = complete === 0 ? known : { ...all, ...known, ...more };
    return SPELLINGS[spelling](JSON.stringify(value));
  });
}

const hash = fc.constantFrom(
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "9bc1b2a288b26af7257a36277ae3816a7d4f16e89c1e7e77d0a5c48bad62b360",
  "E3B0",
  "",
);
const number = fc.oneof(fc.nat(3), fc.nat(), fc.double({ min: 0, noNaN: true, max: 1e300 }))
  .map((value) => value + 0); // no -0, which JSON does not carry

function sized(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

const { Point } = p256;

/** Points of P-256: its base, M and N of SPAKE2, in both forms; what is none; and infinity. */
const POINTS: readonly Uint8Array[] = [
  ...[
    Point.BASE,
    Point.fromHex("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f"),
    Point.fromHex("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49"),
  ].flatMap((point) => [point.toBytes(false), point.negate().toBytes(false), point.toBytes(true)]),
  Uint8Array.of(4, ...new Uint8Array(64)),
  Uint8Array.of(4, ...new Uint8Array(64).fill(255)),
  Uint8Array.of(0),
].map((bytes) => new Uint8Array(bytes));

/** Values that a field can well have, by its name, beyond those of its type. */
const LIKELY: Record<string, fc.Arbitrary<unknown>> = {
  version: fc.constantFrom(1, 1, 1, 0, 2, 99),
  cipher: fc.constantFrom("none", "none", "none", "aes-gcm", "xor", "caesar", "chacha20-poly1305"),
  user: fc.constantFrom("Ada", "ada", "\u0410da", "Eve", "nobody"),
  password: fc.constantFrom("", "wrong", "Ada"),
  purpose: fc.constantFrom("files", "relay", "other"),
  random: bytes(40).map((value) => value.toBase64()),
  salt: fc.oneof(sized(16), bytes(20)).map((value) => value.toBase64()),
  share: fc.oneof(fc.constantFrom(...POINTS), sized(65), bytes(70)).map((value) =>
    value.toBase64()
  ),
  mac: fc.oneof(sized(32), bytes(40)).map((value) => value.toBase64()),
  exists: fc.constantFrom("replace", "rename", "other"),
  hash,
};

function fieldOf(name: string, rule: string): fc.Arbitrary<unknown> {
  const type = rule.replace("?", "");
  const entry = fc.record({
    name: text(),
    modified: number,
    size: number,
    executable: fc.boolean(),
  });
  const plain = {
    string: text(),
    number,
    boolean: fc.boolean(),
    list: fc.array(text(), { maxLength: 3 }),
    entries: fc.array(entry, { maxLength: 3 }),
  }[type]!;
  return Object.hasOwn(LIKELY, name) ? fc.oneof(LIKELY[name], plain) : plain;
}

/** The fields of one type of message, each with values it may have. */
function fieldsOf(type: string, fields: Fields): Record<string, fc.Arbitrary<unknown>> {
  const values = Object.entries(fields).map(([name, rule]) => [name, fieldOf(name, rule)]);
  return { type: fc.constant(type), ...Object.fromEntries(values) };
}

/** The types of control messages. */
export const TYPES = Object.keys(FIELDS) as (keyof typeof FIELDS)[];

/** A good message of a type. */
export function messageOf(type: keyof typeof FIELDS): fc.Arbitrary<Message> {
  const required = Object.keys(FIELDS[type]).filter((name) => {
    return !FIELDS[type][name].endsWith("?");
  });
  const record = fc.record(fieldsOf(type, FIELDS[type]), { requiredKeys: ["type", ...required] });
  return record as fc.Arbitrary<unknown> as fc.Arbitrary<Message>;
}

const block: fc.Arbitrary<Message> = fc.record({
  type: fc.constant("block" as const),
  id: fc.oneof(fc.nat(3), fc.nat()),
  bytes: bytes(64),
});

/** A good message of any type. */
export const message: fc.Arbitrary<Message> = fc.oneof(block, ...TYPES.map(messageOf));

/** JSON text that is almost a control message. */
export const almostMessage: fc.Arbitrary<string> = fc.oneof(
  ...TYPES.map((type) => almost(fieldsOf(type, FIELDS[type]))),
);

/** JSON text that is almost a message of the json dialect. */
export const almostJson: fc.Arbitrary<string> = almost({
  username: text(),
  timestamp: oddNumber,
  message: fc.oneof(text().map((value) => new TextEncoder().encode(value).toBase64()), text()),
});
