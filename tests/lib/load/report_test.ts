import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { safe } from "../../../lib/base/safe_text.ts";
import { addOne, Figures, quoted } from "../../../lib/load/figures.ts";
import { bars, formatMs, plot } from "../../../lib/load/plot.ts";
import {
  eventReport,
  type Setting,
  statusLine,
  textReport,
  verdict,
} from "../../../lib/load/report.ts";
import { bytesOf } from "../../support/feed.ts";

const SETTING: Setting = {
  target: "127.0.0.1:5000",
  dialect: "text",
  expect: "reverse",
  clients: 3,
  size: 32,
  pipeline: 1,
  interrupted: false,
};

function measured(): Figures {
  const figures = new Figures();
  figures.connected = 3;
  figures.sent = 1000;
  for (let i = 0; i < 1000; i++) figures.right(0.05 * 1.01 ** i);
  figures.began = 1000;
  figures.lastAt = 3000;
  figures.bytesSent = figures.bytesCome = 32_000;
  return figures;
}

Deno.test("the report fits 80 columns, and says what there is to say", () => {
  const figures = measured();
  addOne(figures.unconnected, "connection refused");
  addOne(figures.disconnected, "closed by the server");
  figures.fault("lost", () => ({
    client: 2,
    message: 1017,
    expected: safe`"abc"`,
    came: safe`nothing in 2 s`,
  }), 2);
  const report = textReport(figures, { ...SETTING, clients: 4 }).join("\n");
  for (
    const line of [
      "clients    3 of 4 connected",
      "           1 could not connect: connection refused",
      "           1 lost the connection: closed by the server",
      "messages   1,000 of 32 bytes sent, 1,000 answered, in 2.00 s",
      "rate       500 answers a second; 16.0 kB/s out, 16.0 kB/s in",
      "faults     2",
      "  lost         2; first: client 2, message 1,017",
      '    expected "abc"',
      "    came     nothing in 2 s",
    ]
  ) assertStringIncludes(`${report}\n`, `${line}\n`);
  assertMatch(
    report,
    /^latency {4}p50 [\d.]+ ms, p90 [\d.]+ ms, p99 [\d.,]+ ms, p99\.9 [\d.,]+ ms$/m,
  );
  for (const line of report.split("\n")) assert([...line].length <= 80, line);
});

Deno.test("the plot has every answer in one of a dozen bars or so, and none is left out where it is few", () => {
  const { latency } = measured();
  const found = bars(latency);
  assertEquals(found.reduce((sum, { count }) => sum + count, 0), 1000);
  assert(found.length >= 4 && found.length <= 20, `${found.length}`);
  assertEquals(found.map(({ to }) => to), found.map(({ to }) => to).toSorted((a, b) => a - b));
  const one = new Figures();
  for (let i = 0; i < 99_999; i++) one.right(1.2);
  one.right(900);
  const lines = plot(one.latency);
  assertMatch(lines[0], /^ {2}to +2 ms +100.00 % {2}█+$/);
  assertMatch(lines.at(-1)!, /^ {2}to 1,000 ms +< 0.01 % {2}▏$/);
});

Deno.test("the JSON has the same, in milliseconds and bytes", () => {
  const figures = measured();
  figures.fault("wrong", () => ({ client: 1, message: 2, expected: safe`"a"`, came: safe`"b"` }));
  const json = eventReport(figures, SETTING);
  assertEquals(json.clients, { asked: 3, connected: 3, unconnected: {}, disconnected: {} });
  assertEquals(json.messages, { sent: 1000, answered: 1000, answersEach: 1 });
  assertEquals(json.perSecond, { answers: 500, bytesSent: 16_000, bytesReceived: 16_000 });
  assertEquals(json.faults, {
    wrong: { count: 1, first: { client: 1, message: 2, expected: '"a"', came: '"b"' } },
  });
  assertEquals(JSON.parse(JSON.stringify(json)).latencyMs, json.latencyMs);
});

Deno.test("at a rate, what of the latency is the clients' own is said", () => {
  const figures = measured();
  assertEquals(eventReport(figures, SETTING).ownDelayMs, undefined);
  figures.lag.record(0.1);
  const report = textReport(figures, { ...SETTING, rate: 500 });
  assertStringIncludes(
    report.join("\n"),
    "of that our own delay in sending: p99 0.1 ms, max 0.1 ms",
  );
  assertEquals(eventReport(figures, SETTING).ownDelayMs, { p50: 0.1, p99: 0.1, max: 0.1 });
});

Deno.test("nothing measured is reported, too", () => {
  const figures = new Figures();
  assertStringIncludes(textReport(figures, SETTING).join("\n"), "0 answered");
  assertEquals(eventReport(figures, SETTING).latencyMs, undefined);
});

Deno.test("exit codes: right, faults, nobody connected any more, interrupted", () => {
  const right = measured();
  assertEquals(verdict(right, SETTING), 0);
  assertEquals(verdict(right, { interrupted: true }), 130);
  addOne(right.disconnected, "closed by the server");
  assertEquals(verdict(right, SETTING), 1);
  addOne(right.disconnected, "closed by the server");
  addOne(right.disconnected, "reset by the server");
  assertEquals(verdict(right, SETTING), 5);
  const wrong = measured();
  wrong.fault("wrong", () => ({ client: 1, came: safe`` }));
  assertEquals(verdict(wrong, SETTING), 1);
});

Deno.test("the line while it runs says who is connected, then how fast it goes", () => {
  const figures = new Figures();
  figures.connected = 2;
  assertEquals(statusLine(figures, 3, 0), safe`2 of 3 clients connected`);
  assertMatch(
    statusLine(measured(), 3, 3000),
    /^2\.0 s: 1,000 answers, 500\/s, p50 .* ms$/,
  );
});

Deno.test("what came is shown harmless, and cut where it is long", () => {
  assertEquals(quoted(bytesOf("a\x1b[2J")), safe`"a␛[2J"`);
  assertEquals(
    quoted(bytesOf("a".repeat(40) + "z".repeat(60))),
    safe`"${"a".repeat(32)}…${"z".repeat(32)}"`,
  );
  assertEquals(quoted(new Uint8Array([0xff])), safe`"\ufffd"`);
});

Deno.test("a server that gives ever new and longer reasons cannot fill the report", () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 1000; i++) addOne(counts, `${i}`.padEnd(10_000, "x"));
  assert(counts.size <= 17 && [...counts.keys()].every((reason) => reason.length <= 121));
  assertEquals(counts.get("other reasons"), 1000 - 16);
});

Deno.test("times have the digits that mean something", () => {
  const shown = [0.0834, 0.1, 1.25, 12.34, 100, 2010.4].map(formatMs);
  assertEquals(shown, ["0.083 ms", "0.1 ms", "1.25 ms", "12.3 ms", "100 ms", "2,010 ms"]);
});

Deno.test("the report of nothing has rates of nothing, and nobody heard a broadcast", () => {
  const report = textReport(new Figures(), { ...SETTING, expect: "broadcast" }).join("\n");
  assertStringIncludes(report, "0 deliveries a second; 0.0 kB/s out, 0.0 kB/s in");
});
