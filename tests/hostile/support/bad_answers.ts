/**
 * All that a server may do to a client that asks it for a file.
 *
 * @module
 */
import { block, frame } from "../../e2e/support/fake.ts";
import { Exit } from "../../../lib/base/errors.ts";
import { type Answer, blocks, CLOSE, end, head } from "./bad_server.ts";

const MiB = 1024 * 1024;
const { done, failed, lost } = Exit;

/** What the server does, how the client ends, and what it says. */
export interface BadAnswer {
  what: string;
  code: number;
  words: RegExp;
  answer: Answer;
}

const RULES = /"(size|from)" of "file" must be a number|(frame|block) .*(over|where)/;

function bad(what: string, code: number, words: RegExp, answer: Answer): BadAnswer {
  return { what, code, words, answer };
}

/** One for each way; what is right is sent as far as it goes. */
export const BAD_ANSWERS: readonly BadAnswer[] = [
  ...["../../evil", "/tmp/evil", ".bashrc", "notes.txt", "a\\b", "a\0b"].map((name) =>
    bad(`calls the file ${JSON.stringify(name)}`, done, /^/, ({ id, from = 0 }) => {
      return [head(id, { name, from }), ...blocks(id, from), end(id)];
    })
  ),
  bad("dates the file far away", done, /^/, ({ id, from = 0 }) => {
    return [head(id, { modified: 1e300, executable: true, from }), ...blocks(id, from), end(id)];
  }),
  ...[-1, 1e999, "3", null, undefined].map((size) =>
    bad(`says that the size is ${size}`, lost, RULES, ({ id }) => [head(id, { size })])
  ),
  ...[1e300, 2 ** 53, 0.5].map((size) =>
    bad(`says that the size is ${size}`, lost, /no whole number/, ({ id }) => [head(id, { size })])
  ),
  bad("says that the size is nearly endless", lost, /where 1048576 are due/, ({ id }) => {
    return [head(id, { size: 2 ** 53 - 1 }), ...blocks(id), block(id, new Uint8Array(1))];
  }),
  ...[2, 4, 1e300, 2 ** 53, 0.5].map((from) =>
    bad(`goes on from block ${from}`, lost, /nobody asked/, ({ id }) => [head(id, { from })])
  ),
  ...[-1, "0", true].map((from) =>
    bad(`goes on from block ${from}`, lost, RULES, ({ id }) => [head(id, { from })])
  ),
  bad("sends a block more", lost, /where 0 are due/, ({ id, from = 0 }) => {
    return [head(id, { from }), ...blocks(id, from), ...blocks(id, 0, 1)];
  }),
  bad("sends a byte less", lost, /where 1048576 are due/, ({ id, from = 0 }) => {
    return [head(id, { from }), block(id, new Uint8Array(MiB - 1))];
  }),
  bad("sends a byte more", lost, RULES, ({ id, from = 0 }) => {
    return [head(id, { from }), block(id, new Uint8Array(MiB + 1))];
  }),
  bad("sends an empty block", lost, /a block has 0 bytes/, ({ id, from = 0 }) => {
    return [head(id, { from }), block(id, new Uint8Array())];
  }),
  bad("ends the file early", failed, /2097152 bytes came of 3145728/, ({ id, from = 0 }) => {
    return [head(id, { from }), ...blocks(id, from, 2), end(id)];
  }),
  ...["", "0".repeat(64), "F".repeat(64), "\x1b[2J"].map((hash) =>
    bad(`says that the hash is "${hash}"`, failed, /not the announced one/, (asked) => {
      const { id, from = 0 } = asked;
      return [head(id, { from }), ...blocks(id, from), end(id, hash)];
    })
  ),
  bad("sends other bytes", failed, /not the announced one/, ({ id }) => {
    return [head(id), ...blocks(id, 0, 2), block(id, new Uint8Array(MiB)), end(id)];
  }),
  bad("begins the file twice", lost, /a file began twice/, ({ id, from = 0 }) => {
    return [head(id, { from }), head(id, { from })];
  }),
  bad("begins another file", lost, /"file" out of turn/, ({ id }) => [head(id + 1)]),
  bad("sends a block of another file", lost, /"block" out of turn/, ({ id, from = 0 }) => {
    return [head(id, { from }), ...blocks(id + 1, 0, 1)];
  }),
  bad("sends a block before the file", lost, /before its file/, ({ id }) => blocks(id, 0, 1)),
  bad("ends the file before it began", lost, /before it began/, ({ id }) => [end(id)]),
  bad("says that it was saved", lost, /"saved" out of turn/, ({ id }) => {
    return [frame({ type: "saved", id, name: "../x" })];
  }),
  bad("lists instead", lost, /"listing" out of turn/, ({ id }) => {
    return [frame({ type: "listing", id, entries: [], more: false })];
  }),
  bad("asks for a file instead", lost, /"command" out of turn/, ({ id }) => {
    return [frame({ type: "command", name: "get", argument: ".bashrc", id })];
  }),
  bad("wants a file instead", lost, /"want" out of turn/, ({ id }) => {
    return [frame({ type: "want", id, from: 0, hash: "" })];
  }),
  bad("is of no use, with colours", failed, /: ␛\[2Jno␊/, ({ id }) => {
    return [frame({ type: "error", id, text: "\x1b[2Jno\n" })];
  }),
  bad("gives the file up", failed, /on fire/, ({ id, from = 0 }) => {
    return [
      head(id, { from }),
      ...blocks(id, from, 2),
      frame({ type: "error", id, text: "on fire" }),
    ];
  }),
  bad("says goodbye", lost, /Cannot go on: Bye/, () => [
    frame({ type: "bye", code: "kicked", reason: "Bye" }),
  ]),
  bad("closes at once", lost, /Cannot go on: /, () => [CLOSE]),
  bad("closes behind the head", lost, /Cannot go on: /, ({ id }) => [head(id), CLOSE]),
  bad("closes in a block", lost, /Cannot go on: /, ({ id, from = 0 }) => {
    return [head(id, { from }), blocks(id, from)[0].subarray(0, 5000), CLOSE];
  }),
  bad("closes before the end", lost, /Cannot go on: /, ({ id, from = 0 }) => {
    return [head(id, { from }), ...blocks(id, from), CLOSE];
  }),
];
