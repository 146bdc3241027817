import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { bench } from "../../commands/bench.ts";
import { Failure } from "../../lib/base/errors.ts";
import { Running } from "../support/running.ts";

async function assertUsage(typed: string[], ...words: string[]): Promise<void> {
  await using running = new Running(bench, ["127.0.0.1:1", ...typed]);
  const failure = await assertRejects(() => running.code, Failure);
  assertEquals(failure.exit, 2);
  for (const each of words) assertStringIncludes(failure.line, each);
}

Deno.test("what cannot go together is refused, with the reason", async () => {
  await assertUsage(["--messages", "5", "--duration", "1s"], "together", "choose one");
  await assertUsage(["--rate", "10", "--pipeline", "2"], "--pipeline with --rate");
  await assertUsage(["--dialect", "raw", "--pipeline", "2"], "no message boundaries", "text");
  await assertUsage(["--expect", "broadcast", "--clients", "1"], "hears nobody");
  await assertUsage(["--expect", "broadcast", "--clients", "501"], "at most 500");
  const cipher = ["--cipher", "caesar", "--key", "3"];
  await assertUsage(["--expect", "broadcast", "--dialect", "raw", ...cipher], "told apart");
  await assertUsage(["--timeout", "0"], "--timeout 0");
  await assertUsage(["--size", "19"], "20 to 65536 bytes");
  await assertUsage(["--size", "65K"], "20 to 65536 bytes");
  await assertUsage(["--secret-file", "deno.json", "--dialect", "raw"], "native");
});

Deno.test("where nobody listens the failure is that of connecting", async () => {
  await using running = new Running(bench, ["127.0.0.1:1", "--clients", "3"]);
  const failure = await assertRejects(() => running.code, Failure);
  assertEquals([failure.exit, failure.message], [
    3,
    "Cannot connect to 127.0.0.1:1: connection refused",
  ]);
});
