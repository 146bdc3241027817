import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { certificate } from "../support/certificates.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { test } from "../support/runtime.ts";
import { connect, Folder, run } from "./support/lab.ts";

const SHOWN = /clients connect with --tls --fingerprint (sha256:[0-9a-f]{64})\n/;

/** A folder with certificates, which is the state folder as well. */
async function lab(): Promise<Folder> {
  const authority = await certificate({ ca: true });
  const files: Record<string, string> = { "ca.pem": authority.cert, "notes.txt": "to be read\n" };
  const all = {
    server: await certificate({ by: authority }),
    friend: await certificate({ by: authority }),
    stranger: await certificate(),
  };
  for (const [name, { cert, key }] of Object.entries(all)) {
    files[`${name}.pem`] = cert;
    files[`${name}.key`] = key;
  }
  return new Folder(files);
}

function start(folder: Folder, command: string[], args: string[]): Program {
  const options = { cwd: folder.path, env: { LABWIRE_STATE: folder.at("state") } };
  return Program.labwire([...command, "127.0.0.1:0", ...args], options);
}

test("a certificate that a server made is trusted by its fingerprint, in every dialect, after a restart", async () => {
  using folder = await lab();
  let fingerprint = "";
  for (const command of [["serve"], ["echo-reverse"], ["fileserver", "."]]) {
    await using server = start(folder, command, ["--tls-self-signed"]);
    const port = await server.port();
    const [, shown] = await server.sees(SHOWN, "stderr");
    assertEquals(shown, fingerprint || shown, "the certificate stays the same");
    fingerprint = shown;
    if (command[0] !== "echo-reverse") continue;
    for (const dialect of ["native", "text", "raw", "json"]) {
      const args = ["--fingerprint", fingerprint.toUpperCase(), "--dialect", dialect];
      await using client = connect(port, args);
      await client.type("stressed\n");
      await client.sees("desserts");
      await client.endInput();
      assertEquals((await client.ended()).code, 0, dialect);
    }
  }
});

test("files go through TLS: get, put, ls, and the extra connections of a conversation", async () => {
  using folder = await lab();
  using here = new Folder({ "mine.txt": "handed in\n" });
  const tls = ["--ca", folder.at("ca.pem")];
  const args = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
  await using server = start(folder, ["serve"], [...args, "--files", ".", "--writable"]);
  const port = await server.port();
  const cwd = here.path;
  assertEquals((await run("get", port, ["notes.txt", ...tls], { cwd })).code, 0);
  assertEquals((await run("put", port, ["mine.txt", ...tls], { cwd })).code, 0);
  assertStringIncludes((await run("ls", port, tls)).stdout, "mine.txt\n");
  await using client = connect(port, tls, { cwd });
  await client.type("/get ca.pem\n");
  await client.sees("Saved ca.pem", "stderr");
  await client.endInput();
  assertEquals((await client.ended()).code, 0);
  assertEquals(here.names(), ["ca.pem", "mine.txt", "notes.txt"]);
});

test("who is not to be trusted, or speaks in clear, is refused with 4 and one line", async () => {
  using folder = await lab();
  const args = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
  await using server = start(folder, ["serve"], args);
  const port = await server.port();
  const cases: [string[], RegExp][] = [
    [["--tls"], /Cannot trust the server: nobody that is trusted here/],
    [["--ca", folder.at("stranger.pem")], /Cannot trust the server: nobody that is trusted/],
    [["--fingerprint", "00".repeat(32)], /Cannot trust the server: .*not the one of --fingerp/],
    ...["native", "text", "raw", "json"].map((dialect): [string[], RegExp] => [
      ["--dialect", dialect],
      /Cannot speak with the server: it speaks TLS \(add --tls\)/,
    ]),
  ];
  for (const [args, line] of cases) {
    await using client = connect(port, args);
    await client.type("hello\n");
    const { code, stdout, stderr } = await client.ended();
    assertEquals([code, stdout], [4, ""], stderr);
    assertMatch(stderr, line);
    assertEquals(stderr.split("\n").length, 2, stderr);
  }
  await server.sees(/failed: the client does not speak TLS\n/, "stderr");
  assertEquals(server.stderr.includes("as Client"), false, "no one of them held a place");
  server.signal("SIGTERM");
  assertEquals((await server.ended()).code, 0);
});

test("a TLS client says of a plain server that it is none, and of a silent one after its deadline", async () => {
  await using server = Program.labwire(["serve", "127.0.0.1:0"]);
  await using closing = connect(await server.port(), ["--tls"]);
  const closed = await closing.ended();
  assertEquals(closed.code, 5);
  assertMatch(closed.stderr, /^labwire: Cannot speak TLS with .*leave out --tls\)\n$/);
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using waiting = connect(silent.addr.port, ["--tls"]);
  const { code, stderr } = await waiting.ended();
  assertEquals(code, 6);
  assertMatch(stderr, /^labwire: Cannot speak TLS with .*no answer.*leave out --tls\)\n$/);
});

test("with --tls-client-ca only clients with a certificate of that authority come in", async () => {
  using folder = await lab();
  const server = start(folder, ["echo-reverse"], [
    "--tls-self-signed",
    "--tls-client-ca",
    "ca.pem",
  ]);
  await using _server = server;
  const port = await server.port();
  const [, fingerprint] = await server.sees(SHOWN, "stderr");
  const show = (name: string) => ["--tls-cert", `${name}.pem`, "--tls-key", `${name}.key`];
  const options = { cwd: folder.path };
  for (
    const [args, line] of [[[], /wants a certificate/], [show("stranger"), /signed your/]] as const
  ) {
    await using client = connect(port, ["--fingerprint", fingerprint, ...args], options);
    await client.type("hello\n");
    const { code, stderr } = await client.ended();
    assertEquals(code, 4, stderr);
    assertMatch(stderr, line);
  }
  await using client = connect(port, ["--fingerprint", fingerprint, ...show("friend")], options);
  await client.type("stressed\n");
  await client.sees("desserts");
});

Deno.test("files that are no certificates, and half a pair, are mistakes of usage", async () => {
  using folder = await lab();
  const client = ["connect", "127.0.0.1:1"], server = ["serve", "127.0.0.1:0"];
  const cases = [
    [...client, "--ca", "none.pem"],
    [...client, "--ca", "server.key"],
    [...client, "--fingerprint", "sha256:12"],
    [...client, "--tls-cert", "server.pem"],
    [...client, "--tls-cert", "server.pem", "--tls-key", "friend.key"],
    [...server, "--tls-key", "server.key"],
    [...server, "--tls-client-ca", "ca.pem"],
    [...server, "--tls-self-signed", "--tls-cert", "server.pem", "--tls-key", "server.key"],
  ];
  for (const args of cases) {
    await using program = Program.labwire(args, { cwd: folder.path });
    const { code, stderr } = await program.ended();
    assertEquals(code, 2, `${args}`);
    assertMatch(stderr, /^labwire: Cannot (use|read) .*\n$/);
  }
});

peerTest(
  ["openssl", "ncat"],
  "openssl s_client and ncat --ssl talk to a server over TLS",
  async () => {
    using folder = await lab();
    const args = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
    await using server = start(folder, ["echo-reverse"], args);
    const port = `${await server.port()}`;
    await using ncat = Program.start("ncat", ["--ssl", "127.0.0.1", port]);
    await ncat.type("stressed\n");
    await ncat.sees("desserts\n");
    const check = ["-verify_return_error", "-CAfile", folder.at("ca.pem")];
    const target = ["s_client", "-quiet", "-connect", `127.0.0.1:${port}`, ...check];
    await using openssl = Program.start("openssl", target);
    await openssl.type("drawer\n");
    await openssl.sees("reward\n");
  },
);

peerTest(["curl"], "a browser reads a share over https", async () => {
  using folder = await lab();
  await using server = start(folder, ["fileserver", "."], ["--tls-self-signed"]);
  const url = `https://127.0.0.1:${await server.port()}/notes.txt`;
  await using curl = Program.start("curl", ["-s", "--cacert", folder.at("state/tls-1.pem"), url]);
  assertEquals(await curl.ended(), { code: 0, stdout: "to be read\n", stderr: "" });
});

peerTest(
  ["openssl"],
  "an impostor who has the certificate, and not its key, is refused",
  async () => {
    const real = await certificate(), other = await certificate();
    const impostor = { "cert.pem": real.cert, "key.pem": await forgedKey(real.key, other.key) };
    using folder = new Folder(impostor);
    const args = ["s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem"];
    await using server = Program.start("openssl", args, { cwd: folder.path });
    const [, port] = await server.sees(/ACCEPT 127\.0\.0\.1:(\d+)/);
    for (
      const trust of [["--ca", folder.at("cert.pem")], ["--fingerprint", await pinOf(real.cert)]]
    ) {
      await using client = connect(Number(port), [...trust, "--dialect", "text"]);
      await client.type("my secret\n");
      const { code, stderr } = await client.ended();
      assertEquals(code, 4, stderr);
      assertMatch(stderr, /does not prove that it holds its certificate's key/);
    }
    assertEquals(server.stdout.includes("secret"), false);
  },
);

async function pinOf(cert: string): Promise<string> {
  const der = Uint8Array.fromBase64(cert.replace(/-----.*?-----|\s/g, ""));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", der)).toHex();
}

/** A key file (SEC 1, RFC 5915) that claims one key's public half and signs with another's private half. */
async function forgedKey(claimed: string, used: string): Promise<string> {
  const jwk = async (pem: string) => {
    const der = Uint8Array.fromBase64(pem.replace(/-----.*?-----|\s/g, ""));
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
    return await crypto.subtle.exportKey("jwk", key);
  };
  const bytes = (text?: string) => Uint8Array.fromBase64(text!, { alphabet: "base64url" }).toHex();
  const { x, y } = await jwk(claimed), { d } = await jwk(used);
  const curve = "a00a06082a8648ce3d030107";
  const body = `0201010420${bytes(d)}${curve}a144034200` + `04${bytes(x)}${bytes(y)}`;
  const der = Uint8Array.fromHex(`30${(body.length / 2).toString(16)}${body}`);
  assert(der.length > 100);
  return `-----BEGIN EC PRIVATE KEY-----\n${der.toBase64()}\n-----END EC PRIVATE KEY-----\n`;
}
