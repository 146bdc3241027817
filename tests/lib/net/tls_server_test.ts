import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { AlertWatch } from "../../../lib/net/tls_alert.ts";
import { TlsServer } from "../../../lib/net/tls_server.ts";
import { certificate } from "../../support/certificates.ts";
import { ScriptedSocket, socketPair } from "../../support/sockets.ts";

const identity = await certificate();

Deno.test("a plain client gets the alert by which it knows a TLS server", async () => {
  const [near, far] = await socketPair();
  using _near = near;
  using _far = far;
  const server = new TlsServer({ identity, signal: new AbortController().signal });
  const securing = assertRejects(() => server.secure(far), ProtocolError, "does not speak TLS");
  const client = new AlertWatch(near);
  await client.write(new TextEncoder().encode("hello\n"));
  const why = await client.read(new Uint8Array(99)).catch((error) => error);
  assertEquals([why.exit, why.remedy], [4, "add --tls"]);
  await client.closeWrite();
  await securing;
});

Deno.test("the alert is known in pieces, and nothing else is taken for it", async () => {
  const read = (...chunks: number[][]) =>
    new AlertWatch(new ScriptedSocket(chunks.map((chunk) => new Uint8Array(chunk))))
      .read(new Uint8Array(99)).catch((error) => error.exit);
  assertEquals(await read([0x15, 3, 3, 0, 2, 2, 10]), 4);
  assertEquals(await read([0x15], [3, 1]), 4);
  assertEquals(await read([0x15], [4, 1]), 3);
  assertEquals([await read([0x15]), await read([0x15, 4])], [1, 2]);
  assertEquals([await read([0x16, 3]), await read([65]), await read()], [2, 1, null]);
});

Deno.test("a client that leaves before its handshake is over is no trouble", async () => {
  const server = new TlsServer({ identity, signal: new AbortController().signal });
  for (const said of [[], [0x16], [0x16, 3, 1, 0, 200, 1]]) {
    const [near, far] = await socketPair();
    using _far = far;
    await near.write(new Uint8Array(said));
    near.close();
    const came = await server.secure(far).catch((error) => error);
    if (said.length === 0) assertEquals(came, null);
    else assert(came instanceof ProtocolError, `${came}`);
  }
});

Deno.test("what is no handshake is told so, and ended", async () => {
  const [near, far] = await socketPair();
  using _near = near;
  using _far = far;
  const server = new TlsServer({ identity, signal: new AbortController().signal });
  const securing = server.secure(far).catch((error) => error);
  await near.write(new Uint8Array([0x16, 3, 1, 0, 4, 9, 9, 9, 9]));
  assertMatch((await securing).message, /^TLS: /);
});

Deno.test("a server that stops ends the handshakes of silent clients", async () => {
  const stop = new AbortController();
  const server = new TlsServer({ identity, signal: stop.signal });
  for (const said of [[], [0x16, 3, 1]]) {
    const [near, far] = await socketPair();
    using _near = near;
    using _far = far;
    await near.write(new Uint8Array(said));
    const securing = assertRejects(() => server.secure(far), Deno.errors.Interrupted);
    if (said.length > 0) stop.abort();
    else far.close();
    await securing;
  }
});
