import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { dial } from "../../../lib/net/dial.ts";

Deno.test("dialling a listener connects to it", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using conn = await dial(listener.addr as Deno.NetAddr);
  using socket = await listener.accept();
  assertEquals(conn.localAddr.transport === "tcp" && conn.localAddr, socket.remoteAddr);
});

Deno.test("a port where nobody listens is told with a remedy", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = listener.addr as Deno.NetAddr;
  listener.close();
  const error = await assertRejects(() => dial(address), Failure);
  assertEquals(error.exit, Exit.unreachable);
  assertEquals(
    error.line,
    `Cannot connect to 127.0.0.1:${address.port}: connection refused (is a server running there?)`,
  );
});

Deno.test("a host that cannot be is told in words, without numbers of the system", async () => {
  const error = await assertRejects(() => dial({ hostname: "not a host", port: 1 }), Failure);
  assertEquals(error.exit, Exit.unreachable);
  assert(error.line.startsWith("Cannot connect to not a host:1: "));
  assert(!error.line.includes("os error"));
});

Deno.test("dialling that is interrupted says so", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = listener.addr as Deno.NetAddr;
  const error = await assertRejects(() => dial(address, { signal: AbortSignal.abort() }), Failure);
  assertEquals(error.exit, Exit.interrupted);
});
