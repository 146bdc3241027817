/**
 * What a connection of a case does to a server: its first words, more words, and its end.
 *
 * @module
 */
import fc from "fast-check";
import { COMMANDS } from "../../lib/chat/commands.ts";
import { encodeNative } from "../../lib/wire/native_message.ts";
import { bytesOf } from "../../tests/support/feed.ts";
import { frame, hello } from "../../tests/support/native.ts";
import { rootOf } from "../../tests/support/transfer.ts";
import { TOKENS } from "../../tests/hostile/support/hostile_names.ts";
import * as some from "./arbitraries.ts";

/** One thing that a connection does. */
export type Action =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  /** The same in clear, though there are keys. */
  | { readonly kind: "clear"; readonly bytes: Uint8Array }
  /** Until something comes that was not there before, or for so long. */
  | { readonly kind: "wait"; readonly ms: number };

/** How a connection ends. */
export type Ending = "half-close" | "close" | "reset" | "stay";

/** All that a connection does. */
export interface Part {
  readonly actions: readonly Action[];
  readonly ending: Ending;
  /** Set on one who knows the secret, where there is one: all it sends is sealed, in one record each. */
  readonly insider?: Login;
}

/** What an insider shows of an account, and asks for. */
export interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly purpose?: "files" | "relay";
  /** Set where it is not to be taken in. */
  readonly refused?: true;
}

/** What stands for the last ticket that somebody was given, and is as long. */
export const TICKET: string = "TICKET".padEnd(32, "-");

const path = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("a.txt", "sub/b.txt", "sub", "empty", "big.bin", "none.txt"),
  },
  { weight: 2, arbitrary: fc.constantFrom(...TOKENS) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...TOKENS, "/"), { maxLength: 5 }).map(joined) },
  { weight: 1, arbitrary: some.text(4) },
);
const argument = fc.oneof(
  path,
  fc.constantFrom(
    "",
    "1",
    "2",
    "0",
    "99999999999",
    "-1",
    "Ada",
    "Ron hi",
    "Ada  hi\nthere",
    "all x",
  ),
  some.text(),
);
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...Object.keys(COMMANDS).filter((name) => name !== "exit")),
  },
  { weight: 1, arbitrary: some.text(2) },
  { weight: 1, arbitrary: fc.constantFrom("exit", "EXIT", "__proto__") },
);

function joined(parts: readonly string[]): string {
  return parts.join("");
}

function control(message: Record<string, unknown>): Uint8Array {
  return frame(bytesOf(`\x01${JSON.stringify(message)}`));
}

const id = fc.nat(3);
const size = fc.constantFrom(0, 1, 5, 2 ** 20, 2 ** 20 + 1, 1e15);
const hash = fc.constantFrom(
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "9bc1b2a288b26af7257a36277ae3816a7d4f16e89c1e7e77d0a5c48bad62b360",
  "no hash",
);

/** Messages that mean something to a server with files and offers. */
const asked = fc.oneof(
  fc.record({ type: fc.constant("command"), name: command, argument, id }, {
    requiredKeys: ["type", "name", "argument"],
  }),
  fc.record({
    type: fc.constant("command"),
    name: fc.constant("get"),
    argument: path,
    id,
    from: fc.nat(3),
    hash,
    strict: fc.boolean(),
  }, { requiredKeys: ["type", "name", "argument", "id"] }),
  fc.record({ type: fc.constant("command"), name: fc.constant("list"), argument: path, id }),
  fc.record({
    type: fc.constant("put"),
    id,
    name: fc.oneof(path, path.map((folder) => `${folder}/`)),
    size,
    exists: fc.constantFrom("replace", "rename"),
  }, { requiredKeys: ["type", "id", "name", "size"] }),
  fc.record({ type: fc.constant("want"), id, from: fc.nat(2), hash }),
  fc.record({ type: fc.constant("file"), id, name: path, size, from: fc.nat(1) }),
  fc.record({ type: fc.constant("end"), id, hash }),
  fc.record({ type: fc.constant("error"), text: some.text(), id }),
  fc.record({
    type: fc.constant("offer"),
    id,
    name: path,
    size,
    to: fc.constantFrom("all", "Ron", "Ada", "Eve", "nobody"),
  }),
).map(control);

/** An upload as it should be, whole; the end may be another file's. */
const upload = fc.record({
  id,
  name: fc.oneof(path, fc.constantFrom("new.txt", "new.txt", "sub/new.txt", "a.txt")),
  content: some.bytes(40),
  other: fc.oneof(fc.constant(undefined), fc.constant(undefined), hash),
  exists: fc.constantFrom(undefined, "replace", "rename"),
}).map(
  ({ id, name, content, other, exists }) => [
    control({ type: "put", id, name, size: content.length, exists }),
    control({ type: "file", id, name: "x", size: content.length, from: 0 }),
    frame(encodeNative({ type: "block", id, bytes: content })),
    control({ type: "end", id, hash: other ?? rootOf(content) }),
  ],
);

const native = fc.oneof(
  { weight: 16, arbitrary: asked },
  { weight: 1, arbitrary: some.message.map((message) => frame(encodeNative(message))) },
  { weight: 1, arbitrary: some.almostMessage.map((json) => frame(bytesOf(`\x01${json}`))) },
  { weight: 1, arbitrary: some.bytes(20).map(frame) },
);
const line = fc.oneof(
  some.text(),
  fc.tuple(command, argument).map(([name, argument]) => `/${name} ${argument}`),
  fc.tuple(fc.constantFrom("status", "list", "get"), argument).map((words) => words.join(" ")),
);
const object = fc.oneof(
  some.almostJson,
  fc.tuple(some.text(3), line).map(([username, text]) =>
    JSON.stringify({ username, timestamp: 1, message: bytesOf(text).toBase64() })
  ),
);
const request = fc.record({
  method: fc.constantFrom(
    "GET",
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "get",
    "",
  ),
  target: fc.oneof(
    path,
    path.map(encodeURI_),
    fc.constantFrom("*", "http://x/", "//x", "/?a", "/#"),
  ),
  version: fc.constantFrom("1.1", "1.1", "1.1", "1.0", "2.0"),
  headers: fc.array(
    fc.constantFrom(
      ...[
        "Host: x",
        "Host: x",
        "Host:",
        "Accept: application/json",
        "Range: bytes=0-0",
        "Range: bytes=9-1",
      ],
      ...["Range: bytes=-5,0-", "If-None-Match: *", 'If-Range: "x"', "If-Modified-Since: never"],
      ...[
        "Content-Length: 5",
        "Content-Length: -1",
        "Transfer-Encoding: chunked",
        "Connection: close",
      ],
      ...["Upgrade: websocket", "Expect: 100-continue", "x", "Accept-Encoding: gzip"],
    ),
    { maxLength: 5 },
  ),
}).map(({ method, target, version, headers }) =>
  `${method} /${target} HTTP/${version}\r\n${
    ["Host: x", ...headers].map((each) => `${each}\r\n`).join("")
  }\r\n`
);

function encodeURI_(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** What a client says in its dialect, without end. */
const VOICES: Record<string, fc.Arbitrary<Uint8Array>> = {
  native,
  text: line.map((text) => bytesOf(`${text}\n`)),
  raw: line.map(bytesOf),
  json: object.map(bytesOf),
  http: request.map(bytesOf),
  garbage: some.bytes(60),
};

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(undefined, "Eve", "Mal", "Bob", "Zoë", "Kim") },
  { weight: 1, arbitrary: fc.constantFrom("Ada", "Server", "guest1", "x".repeat(33)) },
  { weight: 1, arbitrary: some.text(3) },
);
const first: Record<string, fc.Arbitrary<Uint8Array>> = {
  ...VOICES,
  native: fc.oneof(
    { weight: 8, arbitrary: name.map(hello) },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant("hello"),
        version: fc.constant(1),
        cipher: fc.constant("none"),
        name: fc.constantFrom("Eve", "Mal"),
        purpose: fc.constantFrom("files", "files", "files", "relay", "relay", "other"),
        ticket: fc.constantFrom(TICKET, TICKET, "", "x"),
      }).map(control),
    },
    {
      weight: 1,
      arbitrary: some.messageOf("hello").map((message) => frame(encodeNative(message))),
    },
    { weight: 1, arbitrary: native },
  ),
  garbage: fc.oneof(
    some.bytes(60),
    fc.constantFrom("\x16\x03\x01\0\x05", "\0h\0i", "\0\0\xff\xff", "{", "GET /").map((text) =>
      Uint8Array.from(text, (unit) => unit.charCodeAt(0))
    ),
  ),
};

const wait: fc.Arbitrary<Action> = fc.constantFrom(1, 5, 30).map((ms) => ({ kind: "wait", ms }));
const ending = fc.constantFrom<Ending>("half-close", "half-close", "close", "reset", "stay");

function sent(bytes: Uint8Array): Action {
  return { kind: "send", bytes };
}

/** What one connection does: mostly one dialect, whole or cut in the middle, with odd words between. */
export const part: fc.Arbitrary<Part> = fc.oneof(
  ...Object.entries({ native: 6, text: 2, raw: 2, json: 2, http: 2, garbage: 1 }).map((
    [dialect, weight],
  ) => {
    const said = fc.oneof(
      { weight: 8, arbitrary: VOICES[dialect].map((bytes) => [sent(bytes)]) },
      { weight: 2, arbitrary: wait.map((one) => [one]) },
      { weight: dialect === "native" ? 3 : 0, arbitrary: upload.map((frames) => frames.map(sent)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...Object.values(VOICES)).chain((voice) => voice)
          .map((bytes) => [sent(bytes)]),
      },
    );
    const arbitrary = fc.record({
      first: first[dialect].map(sent),
      patient: fc.integer({ min: 0, max: 5 }),
      more: fc.array(said, { maxLength: 6 }),
      changes: fc.oneof(
        { weight: 5, arbitrary: fc.constant<some.Change[]>([]) },
        { weight: 1, arbitrary: fc.array(some.change, { minLength: 1, maxLength: 2 }) },
      ),
      ending,
    }).map(({ first, patient, more, changes, ending }) => {
      const actions = [first, ...patient > 0 ? [ANSWER] : [], ...more.flat()];
      return { actions: withLast(actions, changes), ending };
    });
    return { weight, arbitrary };
  }),
);

/** What a greeting takes at most before the case goes on. */
const ANSWER: Action = { kind: "wait", ms: 50 };

/** The same with the last words changed, so that a connection can end in mid-frame. */
function withLast(actions: Action[], changes: readonly some.Change[]): Action[] {
  const at = actions.findLastIndex(({ kind }) => kind === "send");
  const last = actions[at];
  if (last?.kind !== "send") return actions;
  return actions.with(at, sent(some.changed(last.bytes, changes)));
}

/** Orders of an operator, which nobody here has the right to give. */
const order = fc.oneof(
  fc.tuple(fc.constantFrom("kick", "ban", "mute"), fc.constantFrom("Ada", "Ron", "Ron 1h")),
  fc.tuple(
    fc.constantFrom("kick", "ban", "lock", "limits", "reload", "say", "bans", "who", "stop"),
    fc.constantFrom("", "Ada", "127.0.0.1", "127.0.0.1 1d", "-v"),
  ),
).map(([name, argument]) => control({ type: "command", name, argument }));

/** Messages by which keys come about, in any order. */
const keyTalk = fc.oneof(
  { weight: 3, arbitrary: some.messageOf("share") },
  { weight: 2, arbitrary: some.messageOf("confirm") },
  { weight: 1, arbitrary: some.messageOf("keys") },
  { weight: 1, arbitrary: some.messageOf("hello") },
).map((message) => frame(encodeNative(message)));

const SECRET_HELLO = control({ type: "hello", version: 1, cipher: "chacha20-poly1305" });

/** Who does not know the secret, and talks of it. */
const outsider: fc.Arbitrary<Part> = fc.record({
  first: fc.oneof({ weight: 8, arbitrary: fc.constant(SECRET_HELLO) }, keyTalk),
  more: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: keyTalk.map((bytes) => [sent(bytes), ANSWER]) },
      { weight: 2, arbitrary: keyTalk.map((bytes) => [sent(bytes)]) },
      { weight: 1, arbitrary: native.map((bytes) => [sent(bytes)]) },
    ),
    { maxLength: 4 },
  ),
  changes: fc.oneof(
    { weight: 5, arbitrary: fc.constant<some.Change[]>([]) },
    { weight: 1, arbitrary: fc.array(some.change, { minLength: 1, maxLength: 2 }) },
  ),
  ending,
}).map(({ first, more, changes, ending }) => {
  return { actions: withLast([sent(first), ANSWER, ...more.flat()], changes), ending };
});

/** Who may come in by one of these, and misbehaves inside. */
function insiderOf(logins: readonly Login[]): fc.Arbitrary<Part> {
  const word = fc.oneof(
    { weight: 6, arbitrary: native.map((bytes) => [sent(bytes)]) },
    { weight: 3, arbitrary: order.map((bytes) => [sent(bytes)]) },
    { weight: 1, arbitrary: some.text().map((text) => [sent(control({ type: "chat", text }))]) },
    { weight: 2, arbitrary: upload.map((frames) => frames.map(sent)) },
    { weight: 1, arbitrary: keyTalk.map((bytes) => [sent(bytes)]) },
    { weight: 1, arbitrary: some.bytes(40).map((bytes) => [sent(bytes)]) },
    {
      weight: 1,
      arbitrary: fc.oneof(native, some.bytes(40).map(frame))
        .map((bytes) => [{ kind: "clear" as const, bytes }]),
    },
    { weight: 2, arbitrary: wait.map((one) => [one]) },
  );
  return fc.record({
    insider: fc.tuple(
      fc.constantFrom(...logins),
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: fc.constant("files" as const) },
        { weight: 1, arbitrary: fc.constant("relay" as const) },
      ),
    ).map(([login, purpose]) => ({ ...login, purpose })),
    words: fc.array(word, { maxLength: 8 }),
    changes: fc.oneof(
      { weight: 5, arbitrary: fc.constant<some.Change[]>([]) },
      { weight: 1, arbitrary: fc.array(some.change, { minLength: 1, maxLength: 2 }) },
    ),
    ending,
  }).map(({ insider, words, changes, ending }) => {
    return { insider, actions: withLast(words.flat(), changes), ending };
  });
}

/** What one connection does to a server with a secret; insiders log in by one of `logins`. */
export function partBehind(logins: readonly Login[]): fc.Arbitrary<Part> {
  return fc.oneof(
    { weight: 2, arbitrary: part },
    { weight: 2, arbitrary: outsider },
    { weight: 3, arbitrary: insiderOf(logins) },
  );
}
