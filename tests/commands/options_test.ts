import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readKeying } from "../../commands/shared/cipher.ts";
import { listenAddress } from "../../commands/shared/server.ts";
import { Exit, Failure } from "../../lib/base/errors.ts";
import { Folder } from "../support/folder.ts";

Deno.test("without an address a server listens on this machine, at its own port", () => {
  assertEquals(listenAddress([], 5000), { hostname: "127.0.0.1", port: 5000 });
  assertEquals(listenAddress(["9000"], 5000), { hostname: "127.0.0.1", port: 9000 });
  assertEquals(listenAddress([":9000"], 5000), { hostname: "0.0.0.0", port: 9000 });
  assertEquals(listenAddress(["lab"], 5000), { hostname: "lab", port: 5000 });
  assertThrows(() => listenAddress(["lab:x"], 5000), Failure, "Cannot read the address");
});

async function keying(values: Parameters<typeof readKeying>[0]) {
  const log: string[] = [];
  const made = await readKeying(values, (line) => log.push(line));
  return { made, log };
}

Deno.test("a classical cipher says once that it protects nothing, a strong one does not", async () => {
  await using folder = await Folder.make({ key: "LEMON\n" });
  const file = { "key-file": `${folder.path}/key` };
  for (const cipher of ["vigenere", "xor"] as const) {
    const { made, log } = await keying({ cipher, ...file });
    assertEquals([made.name, log], [cipher, [
      `labwire: ${cipher} is for learning; it protects nothing`,
    ]]);
  }
  assertEquals((await keying({ cipher: "aes-gcm", ...file })).log, []);
  assertEquals((await keying({ cipher: "none" })).log, []);
});

Deno.test("a key on the command line is warned of", async () => {
  const { log } = await keying({ cipher: "aes-gcm", key: "secret" });
  assertEquals(log, ["labwire: a key on the command line can be seen by other users"]);
});

Deno.test("a key comes from a file without the end of its line, and no more is cut off", async () => {
  await using folder = await Folder.make({ a: "LEMON\r\n", b: " LEMON \n\n", c: "LEMON" });
  const seal = async (file: string) => {
    const { made } = await keying({ cipher: "xor", "key-file": `${folder.path}/${file}` });
    return new TextDecoder().decode(made.cipher.seal(new Uint8Array(9)));
  };
  assertEquals(await seal("a"), "LEMONLEMO");
  assertEquals(await seal("b"), " LEMON \n ");
  assertEquals(await seal("c"), "LEMONLEMO");
});

Deno.test("what does not fit together is a mistake of usage, and the key is never shown", async () => {
  await using folder = await Folder.make({});
  const mistakes: [Parameters<typeof readKeying>[0], string][] = [
    [{ cipher: "none", key: "SECRET" }, "Cannot use the key: no cipher was named"],
    [{ cipher: "none", "key-file": "x" }, "Cannot use the key: no cipher was named"],
    [{ cipher: "caesar", key: "SECRET" }, "it is not a whole number"],
    [{ cipher: "xor", "key-file": `${folder.path}/none` }, "there is no such file"],
    [{ cipher: "xor", "key-file": folder.path }, "it cannot be read"],
    [
      { cipher: "xor", key: "SECRET", dialect: "text" },
      "its output is binary, and text carries text",
    ],
    [{ cipher: "aes-gcm", key: "SECRET", dialect: "raw" }, "its output is binary"],
    [{ cipher: "aes-gcm", key: "SECRET", dialect: "json" }, "its output is binary"],
  ];
  for (const [values, message] of mistakes) {
    const error = await assertRejects(() => keying(values), Failure, message);
    assertEquals([error.exit, error.line.includes("SECRET")], [Exit.usage, false]);
  }
  for (const dialect of ["text", "raw", "json", "native"] as const) {
    await keying({ cipher: "vigenere", key: "LEMON", dialect });
  }
});
