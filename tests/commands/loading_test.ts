/**
 * What is loaded before a command does anything: its file, all that this imports, and so on, but not
 * what it may import on its way (`await import()`).
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { Program } from "../support/program.ts";

const ROOT = new URL("../../", import.meta.url).href;

const CLIENTS = ["connect", "get", "ls", "put", "bench"];
const FILE_SERVERS = ["serve", "fileserver"];
const SERVERS = [...FILE_SERVERS, "echo-reverse"];
const BOTH = [...CLIENTS, ...SERVERS];
/** Those who look at the table of commands, and at any of them only when they run. */
const READERS = ["completions", "config", "help", "man"];
const ALL = [...BOTH, "passwd", "version", "schema", ...READERS];
const NOBODY: string[] = [];

/**
 * Who may load what: the first row that a module fits decides, by how its path begins; a new folder
 * wants a row of its own. What nobody loads at once is imported where it is needed.
 */
const MAY_LOAD: readonly [parts: string, commands: readonly string[]][] = [
  ["node: npm:", NOBODY],

  ["lib/base/events/", ["schema"]],
  ["lib/base/ lib/cli/command.ts lib/term/screen.ts lib/term/secret.ts", ALL],
  ["lib/term/input.ts lib/term/prompt_line.ts", ["connect", "serve"]],
  ["commands/mod.ts commands/shared/page.ts", READERS],
  ["lib/cli/help.ts", ["help"]],
  ["lib/cli/topics.ts", ["help", "completions"]],
  ["lib/term/progress.ts", ["get", "put"]],
  ["lib/term/status.ts", ["get", "put", "bench"]],

  ["lib/wire/reverse.ts", ["echo-reverse"]],
  ["lib/wire/detect.ts lib/wire/pack.ts", SERVERS],
  ["lib/wire/ciphers/aes_gcm lib/wire/ciphers/chacha20 lib/wire/ciphers/records", NOBODY],
  ["lib/wire/", BOTH],

  ["lib/net/tls_alert.ts lib/net/dial.ts", CLIENTS],
  ["lib/net/outbox.ts", ["connect"]],
  ["lib/net/tls_ lib/net/networks.ts lib/net/pipe.ts lib/net/memory_pair.ts", NOBODY],
  ["lib/net/reset_dial.ts lib/steps/", NOBODY],
  ["lib/net/buffer_pool.ts lib/net/guard.ts lib/net/listen.ts lib/net/memory.ts", SERVERS],
  ["lib/net/party.ts lib/net/send_message.ts", SERVERS],
  ["lib/net/", BOTH],

  ["lib/auth/greeting.ts", CLIENTS],
  ["lib/auth/door.ts lib/auth/exchange.ts lib/auth/meet.ts lib/auth/tries.ts", SERVERS],
  ["lib/auth/frames.ts lib/auth/keying.ts", BOTH],
  ["lib/auth/", NOBODY],

  ["lib/chat/client", ["connect"]],
  ["lib/chat/", ["serve"]],

  ["lib/load/expectation.ts lib/load/limits.ts lib/load/numbered.ts", ["bench"]],
  ["lib/load/", NOBODY],

  ["lib/files/client.ts", ["get", "ls", "put"]],
  ["lib/files/outcome.ts lib/files/summary.ts", ["get", "put"]],
  ["lib/files/ lib/web/", NOBODY],

  ["commands/shared/secret_file.ts", ALL],
  ["commands/shared/cipher.ts commands/shared/pem.ts commands/shared/secret.ts", BOTH],
  ["commands/shared/credentials.ts commands/shared/reach.ts commands/shared/tls_client", CLIENTS],
  ["commands/shared/patience.ts", CLIENTS],
  ["commands/shared/conversation.ts commands/shared/lines.ts commands/shared/steps.ts", [
    "connect",
  ]],
  ["commands/shared/files.ts", ["get", "ls", "put"]],
  ["commands/shared/exists.ts commands/shared/spool.ts commands/shared/transfer.ts", [
    "get",
    "put",
  ]],
  ["commands/shared/audit_log.ts commands/shared/server.ts commands/shared/state.ts", SERVERS],
  ["commands/shared/readiness.ts", SERVERS],
  ["commands/shared/tls_server.ts commands/shared/trust.ts", SERVERS],
  ["commands/shared/service.ts", FILE_SERVERS],
  ["commands/shared/", NOBODY],
  ...COMMANDS.map(({ name }) => [fileOf(name), [name]] as [string, string[]]),
];

function fileOf(name: string): string {
  return `commands/${name.replaceAll("-", "_")}.ts`;
}

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier: string }; isDynamic?: boolean }[];
}

/** What each of these files loads, itself included, and what imports it. */
async function loadedBy(files: string[]): Promise<Map<string, Map<string, string>>> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  const modules = new Map<string, Module>();
  try {
    await Deno.writeTextFile(entry, files.map((file) => `import "${ROOT}${file}";\n`).join(""));
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "-c", new URL("deno.json", ROOT).pathname, entry],
    }).output();
    const info = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
    for (const module of info.modules) modules.set(module.specifier, module);
  } finally {
    await Deno.remove(entry);
  }
  const closureOf = (file: string) => {
    const loaded = new Map([[ROOT + file, "the command line"]]);
    for (const [specifier] of loaded) { // what is added on the way is visited, too
      for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
        if (!code || isDynamic || loaded.has(code.specifier)) continue;
        loaded.set(code.specifier, specifier.replace(ROOT, ""));
      }
    }
    return new Map(Array.from(loaded, ([specifier, by]) => [specifier.replace(ROOT, ""), by]));
  };
  return new Map(files.map((file) => [file, closureOf(file)]));
}

/** The commands that may load a module; undefined when no row of the table knows it. */
function mayLoad(module: string): readonly string[] | undefined {
  return MAY_LOAD.find(([parts]) => parts.split(" ").some((part) => module.startsWith(part)))?.[1];
}

Deno.test("no command loads what only another needs", async () => {
  const loaded = await loadedBy(COMMANDS.map(({ name }) => fileOf(name)));
  const wrong: string[] = [];
  for (const { name } of COMMANDS) {
    const modules = loaded.get(fileOf(name))!;
    assert(modules.size > 5, `${name} loads next to nothing: has it been looked at?`);
    for (const [module, by] of modules) {
      const commands = mayLoad(module);
      if (commands?.includes(name)) continue;
      const who = commands?.join(", ") || "nobody at once";
      wrong.push(`${name} loads ${module} (by ${by}), for ${commands ? who : "which has no row"}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every row of the table is of something that is there", () => {
  const paths = MAY_LOAD.flatMap(([parts]) => parts.split(" ")).filter((part) =>
    !part.includes(":")
  );
  for (const path of paths) {
    const [, folder, start] = /^(.*\/)([^/]*)$/.exec(path)!;
    const names = Array.from(Deno.readDirSync(new URL(folder, ROOT)), ({ name }) => name);
    assert(names.some((name) => name.startsWith(start)), path);
  }
});

Deno.test("the program itself loads no command, no parser and no package", async () => {
  const modules = [...(await loadedBy(["main.ts"])).get("main.ts")!.keys()];
  const known =
    /^(main\.ts|commands\/(mod|shared\/page)\.ts|lib\/base\/.*|lib\/cli\/(help|topics)\.ts|lib\/term\/screen\.ts)$/;
  assertEquals(modules.filter((module) => !known.test(module)), []);
});

/** Starts labwire from its source where some modules, or those of some folders, are elsewhere. */
async function moved(parts: string[], to: string, args: string[]): Promise<Program> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const part of parts) imports[part.includes(":") ? part : ROOT + part] = to + part;
  const map = `data:application/json,${encodeURIComponent(JSON.stringify({ imports }))}`;
  const main = new URL("main.ts", ROOT).pathname;
  return Program.start(Deno.execPath(), ["run", "-A", `--import-map=${map}`, main, ...args]);
}

Deno.test("help comes without a look at any command", async () => {
  const asked: string[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    asked.push(new URL(url).pathname);
    return new Response("", { status: 404 });
  });
  const files = COMMANDS.map(({ name }) => fileOf(name));
  const there = `http://127.0.0.1:${server.addr.port}/`;
  await using help = await moved(files, there, ["--help"]);
  const { code, stdout, stderr } = await help.ended();
  assertEquals([code, stderr, asked], [0, "", []]);
  for (const { summary } of COMMANDS) assert(stdout.includes(summary));
  await using serve = await moved(files, there, ["serve", "--help"]);
  await serve.ended();
  assertEquals(asked, ["/commands/serve.ts"]); // a look would have been seen
});

Deno.test("a server starts though what it was not asked for cannot be had", async () => {
  const unasked = ["lib/files/", "lib/web/", "node:crypto", "node:fs", "node:tls", "node:net"];
  const cases: [name: string, parts: string[]][] = [
    ["serve", unasked],
    ["echo-reverse", ["lib/chat/", ...unasked]],
  ];
  for (const [name, parts] of cases) {
    await using program = await moved(parts, `${ROOT}nowhere/`, [name, "127.0.0.1:0"]);
    await program.sees("labwire: listening on", "stderr");
  }
});
