/**
 * The demo: every part of labwire at work, as child processes over real sockets on free ports. It
 * prints a transcript, and ends with 0 only if each step did what it claims.
 *
 *     deno task demo                       runs the source
 *     LABWIRE=dist/labwire deno task demo  runs an executable
 *
 * @module
 */
import { Program } from "../tests/support/program.ts";
import { type Tap, tapTo } from "./support/tap.ts";
import { check, command, heading, incoming, outcome, step, wire } from "./support/transcript.ts";

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "labwire-demo-" });
  try {
    await step(vigenereChat);
    await step(acknowledgements);
    await step(() => fileTransfer(folder));
    await step(reverseEcho);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return outcome();
}

async function vigenereChat(): Promise<void> {
  heading(
    "A chat in cipher",
    "Ada and Ron share the key LEMON; between them and the server, we listen in.",
  );
  const cipher = ["--cipher", "vigenere", "--key", "LEMON"];
  await using server = serve(["serve", "127.0.0.1:0", ...cipher]);
  const port = await server.port();
  await using tap: Tap = tapTo(port);
  await using ron = join(port, ["--name", "Ron", ...cipher]);
  await server.sees("Client 1: Ron", "stderr");
  await using ada = join(tap.port, ["--name", "Ada", ...cipher]);
  await ron.sees("* Ada joined");
  incoming("Ron reads", "* Ada joined");

  const said = "Attack at dawn, Ron! 5 o'clock.";
  await ada.type(`${said}\n`);
  await ron.sees(`Ada: ${said}`);
  const sealed = tap.sent.split("\n").at(-1)!;
  wire("Ada's bytes on the wire", sealed);
  incoming("Ron reads", `Ada: ${said}`);
  check(
    "the text did not cross the wire, its cipher text did",
    () => !tap.sent.includes("Attack") && sealed.includes('{"ecbs":"psef"'),
  );

  await ron.type("So early?\n");
  await ada.sees("Ron: So early?");
  incoming("Ada reads", "Ron: So early?");
  check("the answer came back through the same cipher", () => !tap.received.includes("So early"));
}

async function acknowledgements(): Promise<void> {
  heading(
    "Acknowledgements, for three clients at most",
    "The clients speak raw, as a course's Python program does.",
  );
  await using server = serve(["serve", "127.0.0.1:0", "--mode", "ack", "--max-clients", "3"]);
  const port = await server.port();
  const raw = (name: string) => join(port, ["--dialect", "raw", "--name", name]);
  await using ben = raw("Ben");
  await ben.sees("Connected to the server successfully.");
  await using ron = raw("Ron");
  await ron.sees("Connected to the server successfully.");
  await using pete = raw("Pete");
  await pete.sees("Connected to the server successfully.");
  incoming("Ben, Ron and Pete read", "Connected to the server successfully.");

  await using roger = raw("Roger");
  const { code, stdout } = await roger.ended();
  incoming("Roger reads", stdout.trim());
  check(
    "the fourth client was told that the server is busy, and let go",
    () => stdout.includes("the server is busy") && code === 0,
  );

  await ron.type("Hello\n");
  await ron.sees("Hello ACK");
  incoming("Ron says Hello, and reads", "Hello ACK");
  await ron.type("/status\n");
  const roster = await ron.sees(
    /Client 1: Ben - Start: .*\nClient 2: Ron .*\nClient 3: Pete .*Still Connected/,
  );
  incoming("Ron asks for /status", roster[0]);
  check("the roster has everybody with start and end", () => roster[0].split("\n").length === 3);
}

async function fileTransfer(folder: string): Promise<void> {
  heading(
    "A file, fetched and verified",
    "5 MiB of random bytes, with a size announced and a SHA-256 checked.",
  );
  const bytes = new Uint8Array(5 << 20);
  for (let at = 0; at < bytes.length; at += 65536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65536));
  }
  await Deno.mkdir(`${folder}/shared`);
  await Deno.mkdir(`${folder}/fetched`);
  await Deno.writeFile(`${folder}/shared/lab.bin`, bytes);
  await using server = serve(["fileserver", `${folder}/shared`, "127.0.0.1:0"]);
  const port = await server.port();
  await using client = join(port, [], `${folder}/fetched`);
  await client.type("/list\n");
  await client.sees("lab.bin");
  incoming("The client asks for /list", "lab.bin");
  await client.type("/get lab.bin\n/get ../secret\n");
  const [line, sha256] = await client.sees(
    /Saved lab\.bin: .*SHA-256 ([0-9a-f]{64}) verified/,
    "stderr",
  );
  incoming("then for /get lab.bin", line);
  const [refused] = await client.sees(/Cannot get the file: .*/, "stderr");
  incoming("and for /get ../secret", refused);
  const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const fetched = await Deno.readFile(`${folder}/fetched/lab.bin`);
  const actual = new Uint8Array(await crypto.subtle.digest("SHA-256", fetched)).toHex();
  check("what arrived is what was shared", () => sha256 === expected && actual === expected);
}

async function reverseEcho(): Promise<void> {
  heading("A reverse echo", "Letters keep their accents and families stay together.");
  await using server = serve(["echo-reverse", "127.0.0.1:0"]);
  await using client = join(await server.port(), ["--dialect", "raw"]);
  for (const [text, reversed] of [["ADVANCE", "ECNAVDA"], ["né👨‍👩‍👧", "👨‍👩‍👧én"]]) {
    await client.type(`${text}\n`);
    await client.sees(reversed);
    incoming(`The client says ${text}, and reads`, reversed);
  }
  await client.endInput();
  const { code } = await client.ended();
  check("the client ended cleanly with its input", () => code === 0);
}

function serve(args: string[]): Program {
  command(args);
  return Program.labwire(args);
}

function join(port: number, args: string[], cwd?: string): Program {
  const all = ["connect", `127.0.0.1:${port}`, ...args];
  command(all);
  return Program.labwire(all, { cwd });
}

Deno.exit(await main());
