/**
 * Texts: what is typed, names of people and of files, and what becomes of text that is shown.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { trustOptions } from "../../commands/shared/trust.ts";
import { Accounts } from "../../lib/auth/accounts.ts";
import { ROLES } from "../../lib/base/account.ts";
import { COMMANDS } from "../../commands/mod.ts";
import { parseDuration } from "../../lib/base/duration.ts";
import { NAME_BYTES, NAME_CHARACTERS } from "../../lib/base/limits.ts";
import { safeJson, safeLines, safeText } from "../../lib/base/safe_text.ts";
import { checkedName, nameKey } from "../../lib/base/names.ts";
import { parseCommandLine } from "../../lib/cli/parse.ts";
import { indexName, isPlainName, numbered, partName, partsOf } from "../../lib/files/names.ts";
import { parseAddress } from "../../lib/net/address.ts";
import { Networks } from "../../lib/net/networks.ts";
import { isLoopback, partyOf, plainAddress } from "../../lib/net/party.ts";
import { isExit, parseCommand } from "../../lib/wire/message.ts";
import { reverseText } from "../../lib/wire/reverse.ts";
import { TOKENS } from "../../tests/hostile/support/hostile_names.ts";
import { pure, type Target } from "../campaign.ts";
import * as some from "../support/arbitraries.ts";
import { assertUntouched, attempt, attemptTyped, HARM } from "../support/oracles.ts";

const commands = await Promise.all(COMMANDS.map(({ load }) => load()));

const option = fc.constantFrom(
  ...new Set(commands.flatMap(({ options }) =>
    Object.entries(options).flatMap((
      [name, { letter = "z" }],
    ) => [`--${name}`, `--${name}=`, `--no-${name}`, `-${letter}`])
  )),
);
const value = fc.constantFrom(
  ...["", "0", "1", "-1", "500K", "1.5GiB", "1e9", "50ms", "2s", "text", "raw", "chat", "chatt"],
  ...[":8000", "[::1]:80", "host:80", "--", "-", "=", "true", "false", "__proto__"],
);
const word = fc.oneof(
  { weight: 3, arbitrary: option },
  { weight: 3, arbitrary: value },
  { weight: 1, arbitrary: fc.tuple(option, value).map((both) => both.join("=")) },
  { weight: 1, arbitrary: some.text(3) },
  { weight: 1, arbitrary: some.text(3).map((text) => `--${text}`) },
);
const path = fc.oneof(
  some.text(),
  fc.array(fc.constantFrom(...TOKENS), { maxLength: 8 }).map((tokens) => tokens.join("")),
  fc.array(some.text(2), { maxLength: 5 }).map((parts) => parts.join("/")),
  fc.integer({ min: 240, max: 260 }).map((length) =>
    "é".repeat(length / 2) + "x".repeat(length % 2)
  ),
);

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((address) => `::ffff:${address}`),
  fc.constantFrom(
    "::",
    "::1",
    "127.0.0.1",
    "fe80::1%eth0",
    "::ffff:7f00:1",
    "1::",
    "::1:2:3:4:5:6:7",
  ),
);
const prefix = fc.oneof(fc.nat(140).map(String), some.text(1));
const network = fc.oneof(
  { weight: 3, arbitrary: address },
  { weight: 3, arbitrary: fc.tuple(address, prefix).map((both) => both.join("/")) },
  { weight: 1, arbitrary: some.text(2) },
  { weight: 1, arbitrary: address.map((address) => `[${address}]`) },
);
const list = fc.array(
  fc.tuple(network, fc.constantFrom(",", " ", "\n", ", ", "\r\n", " # words\n", "/", "")),
  { maxLength: 4 },
).map((parts) => parts.flat().join(""));

/**
 * Keys of objects; none begins with a backslash. After an object whose key is a backslash V8 15.0
 * reads that key again in the next object of its shape where an escape such as `\ufeff` stands.
 */
const key = some.text().map((text) => `k${text}`);

const base64 = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toBase64()),
  some.bytes(20).map((bytes) => bytes.toBase64()),
  some.text(2),
);
const account = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(
      fc.oneof(some.text(2), fc.string({ minLength: 1, maxLength: 5 })),
      fc.constantFrom(...ROLES, ...ROLES, "admin", "__proto__"),
      fc.constantFrom("scrypt", "scrypt", "scrypt", "scrypt", "plain"),
      fc.constantFrom(
        "1024",
        "32768",
        "1048576",
        "2097152",
        "1025",
        "0x400",
        "1e3",
        "-1",
        "",
        " 1024",
      ),
      base64,
      base64,
    ).map((fields) => fields.join(":")),
  },
  { weight: 1, arbitrary: some.text() },
);

const amount = fc.oneof(
  fc.nat().map(String),
  fc.double({ min: 0, noNaN: true }).map(String),
  fc.constantFrom(
    "0",
    "00",
    "1".repeat(400),
    "0." + "0".repeat(400) + "1",
    "1e9",
    "-1",
    "9".repeat(17),
  ),
  some.text(2),
);
const measured = fc.tuple(
  amount,
  fc.constantFrom("", "ms", "s", "m", "h", "d", "K/s", "/s", "M/s", "KiB/s", "T/s", "B"),
).map((both) => both.join(""));

/** Functions of one text, or a few. */
export const texts: Target = {
  name: "texts",
  checks: [
    pure("address", fc.oneof(value, some.text(4)), some.text(2), (text, more) => {
      const read = attemptTyped(() => parseAddress(text + more, { hostname: "h", port: 1 }));
      if ("declined" in read) return;
      if ("path" in read.value) return assert(read.value.path !== "");
      const { hostname, port } = read.value;
      assert(hostname !== "" && Number.isInteger(port) && port >= 0 && port <= 65535);
    }),
    pure("networks", list, address, (text, address) => {
      const read = attemptTyped(() => new Networks(text));
      if ("declined" in read) return;
      const { entries } = read.value;
      // As the entries say: each alone holds what it holds among others.
      const alone = entries.some((entry) => new Networks(entry).has(address));
      assertEquals(read.value.has(address), alone);
      assertEquals(new Networks(entries.join()).has(address), alone);
      assertEquals(read.value.has(plainAddress(address)), alone);
      for (const entry of entries) {
        assert(
          new Networks(entry).has(entry.replace(/\/.*$/, "").replace(/^\[(.*)\]$/, "$1")),
          entry,
        );
      }
    }),
    pure("party", address, fc.nat(3), (address, more) => {
      const party = partyOf(address);
      assertEquals(partyOf(party.replace(/\/64$/, "")), party, "a party is its own");
      assert(/^[\d.]+$|^(?:(?:0|[1-9a-f][\da-f]{0,3}):){4}:\/64$/.test(party), party);
      if (isLoopback(address)) assert(party === "0:0:0:0::/64" || party.startsWith("127."));
      if (party.includes(":")) {
        // What the last 64 bits say is no matter, nor how zeros are written.
        const network = new Networks(party);
        assert(network.has(address), party);
        assertEquals(partyOf(`${party.replace("::/64", "")}:${more}:0:0:${more}`), party);
      } else assertEquals(partyOf(`::ffff:${party}`), party);
    }),
    pure("measured", measured, (text) => {
      const ms = parseDuration(text);
      if (ms !== undefined) assert(ms >= 0 && Number.isFinite(ms), `${text} is ${ms} ms`);
      for (const text of [`${ms}ms`, `${ms}`]) {
        if (ms !== undefined && ms < 1e20 && (ms > 1e-6 || ms === 0)) {
          assertEquals(parseDuration(text), ms);
        }
      }
    }),
    pure(
      "rate",
      fc.array(measured, { minLength: 1, maxLength: 3 }).map((all) => all.join()),
      (text) => {
        const limit = trustOptions.rate.read(text);
        if (limit === undefined) return;
        const { messages, bytes } = limit;
        assert(messages !== undefined || bytes !== undefined, "a rate that bounds nothing");
        for (const each of [messages, bytes]) {
          if (each !== undefined) assert(each >= 1, `${text}: ${each}`);
        }
      },
    ),
    pure("accounts", fc.array(account, { maxLength: 4 }).map((all) => all.join("\n")), (text) => {
      const read = attemptTyped(() => new Accounts(text));
      if ("declined" in read) return;
      const { all } = read.value;
      for (const { name, role } of all) {
        assertEquals(checkedName(name), name);
        assert(ROLES.includes(role));
        assertEquals(read.value.find(name)?.name, name);
      }
      assertEquals(new Set(all.map(({ name }) => nameKey(name))).size, all.length);
      const again = new Accounts(`${read.value}`);
      assertEquals(`${again}`, `${read.value}`);
      assertEquals(again.all, all);
    }),
    pure(
      "json-line",
      fc.oneof(some.json, some.text(), fc.dictionary(key, some.text())),
      (value) => {
        const line = safeJson(value);
        assertEquals(JSON.parse(line), JSON.parse(JSON.stringify(value)));
        assert(!HARM.test(line) && !line.includes("\n") && line.isWellFormed(), line);
        assertEquals<string>(safeText(line), line);
      },
    ),
    pure("command-line", fc.constantFrom(...commands.keys()), fc.array(word, { maxLength: 6 }), (
      which,
      args,
    ) => {
      const command = commands[which];
      const read = attemptTyped(() => parseCommandLine(command, args));
      if ("value" in read) {
        assertEquals(Object.keys(read.value.values), Object.keys(command.options));
        assert(read.value.args.every((arg) => typeof arg === "string"));
      }
      assertUntouched();
    }),
    pure("name", some.text(), (wish) => {
      const checked = attempt(() => checkedName(wish));
      if ("declined" in checked) return;
      const name = checked.value;
      assertEquals(checkedName(name), name);
      assert([...name].length <= NAME_CHARACTERS && nameKey(name) !== "" && !HARM.test(name));
      assert(!/[:\t\n]|^[*/]/.test(name) && !/^server$/i.test(name));
    }),
    pure("path", path, (path) => {
      const parts = partsOf(path);
      if (parts === undefined) return;
      assertEquals(parts.join("/"), path);
      for (const part of parts) {
        assert(isPlainName(part) && part !== "" && !part.startsWith("."));
        assert(!/[/\\\0:]/.test(part) && !HARM.test(part) && part.isWellFormed());
        const utf8 = (name: string) => new TextEncoder().encode(name).length;
        assert(utf8(part) <= NAME_BYTES && utf8(indexName(partName(part))) <= NAME_BYTES);
        assert(!partsOf(partName(part)), "nobody asks for a part");
        assertEquals(numbered(part, 1), part);
      }
    }),
    pure("shown", some.text(), (text) => {
      const safe = safeText(text);
      assert(!HARM.test(safe) && !safe.includes("\n") && safe.isWellFormed(), JSON.stringify(safe));
      assertEquals(safeText(safe), safe);
      for (const line of safeLines(text)) assertEquals(safeText(line), line);
    }),
    pure("typed", some.text(), (line) => {
      const { name, argument } = parseCommand(line);
      assert(!/\s/.test(name), "a name is one word");
      assert(line.includes(argument));
      if (isExit(line)) assertEquals([name, argument], ["exit", ""]);
    }),
    pure("reversed", fc.oneof(some.bytes(40), some.text().map(utf8)), (bytes) => {
      const before = bytes.slice();
      const reversed = attempt(() => reverseText(bytes));
      if ("declined" in reversed) return;
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        reversed.value,
      );
      assertEquals(reversed.value.toSorted(), before.toSorted(), "the same bytes in another order");
      assert(!/\n$/.test(new TextDecoder().decode(before)) || text.endsWith("\n"));
    }),
  ],
};

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
