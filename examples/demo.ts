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
import { breakAfter } from "./support/breaker.ts";
import { type Tap, tapTo } from "./support/tap.ts";
import { check, command, heading, incoming, outcome, step, wire } from "./support/transcript.ts";

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "labwire-demo-" });
  try {
    await step(vigenereChat);
    await step(acknowledgements);
    await step(() => fileTransfer(folder));
    await step(() => passOn(folder));
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
    "A file that breaks off, and goes on",
    "20 MiB of random bytes; the connection is cut when nine tenths of them have come.",
  );
  const bytes = new Uint8Array(20 << 20);
  for (let at = 0; at < bytes.length; at += 65536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65536));
  }
  await Deno.mkdir(`${folder}/shared`);
  await Deno.mkdir(`${folder}/fetched`);
  await Deno.writeFile(`${folder}/shared/lab.bin`, bytes);
  await using server = serve(["fileserver", `${folder}/shared`, "127.0.0.1:0"]);
  const port = await server.port();
  await using breaker = breakAfter(port, bytes.length * 0.9);
  const get = ["get", `127.0.0.1:${breaker.port}`, "lab.bin", "--json"];
  await using first = run(get, `${folder}/fetched`);
  const broken = await first.ended();
  incoming("The first time it says", broken.stderr.trim());
  check("what came of it has not got the file's name", () => !exists(`${folder}/fetched/lab.bin`));
  await using second = run([...get, "--sha256"], `${folder}/fetched`);
  const { stdout } = await second.ended();
  incoming("The same command again", stdout.trim());
  const [file, sum] = stdout.split("\n", 2).map((line) => JSON.parse(line));
  const { fetched, hashed } = file as { fetched: number; hashed: number };
  check(
    "it fetched and hashed a fifth of the file at most",
    () => fetched === hashed && fetched <= bytes.length / 5,
  );
  const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const web = await fetch(`http://127.0.0.1:${port}/lab.bin`);
  const seen = new Uint8Array(await crypto.subtle.digest("SHA-256", await web.bytes())).toHex();
  incoming("A browser at the same port gets", `${seen}  lab.bin`);
  check(
    "what arrived is what was shared",
    () => sum.sha256 === expected && seen === expected,
  );
  await using outside = run(["get", `127.0.0.1:${port}`, "../secret"], `${folder}/fetched`);
  const refused = await outside.ended();
  incoming("Outside the folder", refused.stderr.trim());
  check("nothing outside the folder is found", () => refused.code === 1);
}

async function passOn(folder: string): Promise<void> {
  heading("From one client to another", "Ada has a file for Ron, who takes it.");
  await Deno.mkdir(`${folder}/ada`);
  await Deno.mkdir(`${folder}/ron`);
  await Deno.writeTextFile(`${folder}/ada/report.txt`, "It works.\n".repeat(500));
  await using server = serve(["serve", "127.0.0.1:0"]);
  const port = await server.port();
  await using ron = join(port, ["--name", "Ron"], `${folder}/ron`);
  await server.sees("Client 1: Ron", "stderr");
  await using ada = join(port, ["--name", "Ada"], `${folder}/ada`);
  await ron.sees("* Ada joined");
  await ada.type("/send Ron report.txt\n");
  const [offer] = await ron.sees(/Ada offers .*/);
  incoming("Ron reads", offer);
  await ron.type("/accept 1\n");
  const [taken] = await ron.sees(/From Ada: .*verified/, "stderr");
  incoming("then", taken);
  const text = await Deno.readTextFile(`${folder}/ron/report.txt`);
  check("Ron has Ada's file", () => text === "It works.\n".repeat(500));
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
  return run(["connect", `127.0.0.1:${port}`, ...args], cwd);
}

function run(args: string[], cwd?: string): Program {
  command(args);
  return Program.labwire(args, { cwd });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.exit(await main());
