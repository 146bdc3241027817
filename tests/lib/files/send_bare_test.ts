import { assert, assertEquals } from "@std/assert";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { openSource } from "../../../lib/files/local.ts";
import { checkDialect, sendBare } from "../../../lib/files/send.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { makeCipher } from "../../../lib/wire/ciphers/mod.ts";
import type { Dialect } from "../../../lib/wire/dialect.ts";
import { concat } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { ScriptedSocket } from "../../support/sockets.ts";
import { MIB, patterned, sha256 } from "../../support/transfer.ts";

Deno.test("over text and raw a file goes bare, with EOF in a write of its own behind it", async () => {
  for (const dialect of ["text", "raw"] as const) {
    for (const size of [0, 5, MIB + 5]) {
      const content = patterned(size);
      await using folder = await Folder.make({ "a.bin": content });
      await using source = await openSource(`${folder.path}/a.bin`);
      const socket = new ScriptedSocket();
      using conn = new Connection(socket);
      conn.speak(dialect);
      await sendBare(conn, source);
      assertEquals(new TextDecoder().decode(socket.writes.at(-1)), "EOF");
      assertEquals(sha256(concat(socket.writes.slice(0, -1))), sha256(content));
    }
  }
});

Deno.test("a file goes over native under any cipher, bare under none, and never over json", () => {
  const cases: [Dialect, "none" | "caesar", string?][] = [
    ["native", "none"],
    ["native", "caesar"],
    ["text", "none"],
    ["raw", "none"],
    ["text", "caesar", "Cannot send a file over text under a cipher: use the native dialect"],
    ["json", "none", "Cannot send a file over json: use the native dialect"],
  ];
  for (const [dialect, cipher, reason] of cases) {
    using conn = new Connection(new ScriptedSocket());
    conn.speak(dialect);
    conn.cipher = makeCipher(cipher, "1");
    let told: string | undefined;
    try {
      checkDialect(conn);
    } catch (error) {
      assert(error instanceof ProtocolError);
      told = error.message;
    }
    assertEquals(told, reason);
  }
});
