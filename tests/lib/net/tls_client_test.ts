import { assert, assertEquals, assertMatch } from "@std/assert";
import { Failure } from "../../../lib/base/errors.ts";
import { memoryPair } from "../../../lib/net/memory_pair.ts";
import { fingerprintOf } from "../../../lib/net/tls_certificate.ts";
import { secureClient, type TlsClientOptions } from "../../../lib/net/tls_client.ts";
import { certificate, type Wish } from "../../support/certificates.ts";
import { ScriptedSocket } from "../../support/sockets.ts";
import { shakeHands } from "../../support/tls.ts";

const HERE = { hostname: "127.0.0.1", port: 8000 };

/** The exit code and the line with which a client refuses; the server sees no byte of it. */
async function refusal(
  wish: Wish,
  options: (cert: string) => TlsClientOptions,
): Promise<[number, string]> {
  const identity = await certificate(wish);
  using met = await shakeHands(identity, options(identity.cert));
  assert(met.client instanceof Failure, "the client trusts it");
  if (met.server && "read" in met.server) {
    assertEquals(await met.server.read(new Uint8Array(9)).catch(() => null), null);
  }
  return [met.client.exit, met.client.line];
}

Deno.test("a client trusts a certificate by its authority, by itself, or by its fingerprint", async () => {
  const authority = await certificate({ ca: true });
  const signed = await certificate({ by: authority });
  const own = await certificate();
  const elsewhere = await certificate({ dns: "elsewhere.example" });
  const pin = ({ cert }: { cert: string }) => ({ fingerprint: fingerprintOf(cert) });
  const ways: [typeof own, TlsClientOptions][] = [
    [signed, { ca: authority.cert }],
    [own, { ca: own.cert }],
    [own, pin(own)],
    [own, { ca: own.cert, ...pin(own) }],
    [signed, pin(signed)],
    [elsewhere, pin(elsewhere)],
  ];
  for (const [identity, options] of ways) {
    using met = await shakeHands(identity, options);
    assert(!(met.client instanceof Error), `${met.client}`);
  }
});

Deno.test("a client refuses every other certificate, in one line, before it says a word", async () => {
  const stranger = await certificate({ ca: true });
  const pin = (cert: string) => ({ fingerprint: fingerprintOf(cert) });
  const self = (cert: string) => ({ ca: cert });
  const cases: [Wish, (cert: string) => TlsClientOptions, RegExp][] = [
    [{}, () => ({}), /nobody that is trusted here has signed.*--ca.*--fingerprint/],
    [{}, () => ({ ca: stranger.cert }), /nobody that is trusted here has signed/],
    [{}, () => pin(stranger.cert), /is not the one of --fingerprint, but sha256:[0-9a-f]{64} /],
    [{}, (cert) => ({ ca: stranger.cert, ...pin(cert) }), /nobody that is trusted here/],
    [{}, (cert) => ({ ca: cert, ...pin(stranger.cert) }), /is not the one of --fingerprint/],
    [{ to: "2021-02-03" }, pin, /it expired on 2021-02-03/],
    [{ to: "2021-02-03" }, self, /it expired on 2021-02-03/],
    [{ from: "2080-01-01" }, pin, /valid only from 2080-01-01/],
    [{ ca: true }, pin, /marked as an authority/],
    [{ ca: true }, self, /marked as an authority/],
    [{ dns: "elsewhere.example" }, self, /for DNS:elsewhere\.example, not for 127\.0\.0\.1/],
  ];
  for (const [wish, options, line] of cases) {
    const [exit, said] = await refusal(wish, options);
    assertEquals(exit, 4, said);
    assertMatch(said, line);
  }
});

Deno.test("a client that a server asks for a certificate hears of it", async () => {
  const authority = await certificate({ ca: true });
  const server = await certificate();
  const stranger = await certificate(), friend = await certificate({ by: authority });
  const buffer = new Uint8Array(9);
  for (
    const [identity, line] of [[undefined, /wants a certificate/], [
      stranger,
      /has signed?|signed/,
    ]] as const
  ) {
    using met = await shakeHands(server, { ca: server.cert, identity }, authority.cert);
    assert(met.server instanceof Error, `${met.server}`);
    assert("read" in met.client);
    const why = await met.client.read(buffer).then(() => undefined, (error) => error);
    assert(why instanceof Failure, `${why}`);
    assertEquals(why.exit, 4);
    assertMatch(why.line, line);
  }
  using met = await shakeHands(server, { ca: server.cert, identity: friend }, authority.cert);
  assert("read" in met.client && met.server && "write" in met.server, `${met.server}`);
  await met.server.write(new Uint8Array(3));
  assertEquals(await met.client.read(buffer), 3);
});

Deno.test("a server that answers in clear, or closes, is no TLS server", async () => {
  const answers: [Uint8Array[], number, RegExp][] = [
    [[new TextEncoder().encode("220 ready\r\n")], 4, /it answers in clear.*leave out --tls/],
    [[], 5, /it closed the connection.*leave out --tls/],
  ];
  for (const [chunks, exit, line] of answers) {
    const why = await secureClient(new ScriptedSocket(chunks), HERE, {}).catch((error) => error);
    assert(why instanceof Failure, `${why}`);
    assertEquals(why.exit, exit, why.line);
    assertMatch(why.line, line);
  }
});

Deno.test("a handshake ends with the wish to stop", async () => {
  const [near] = memoryPair(4096);
  const stop = new AbortController();
  const shaking = secureClient(near, HERE, { signal: stop.signal }).catch((error) => error);
  stop.abort();
  assertEquals((await shaking).exit, 130);
});
