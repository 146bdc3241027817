import { assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { IncomingFile, receiveBare } from "../../../lib/files/receive.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { bytesOf } from "../../support/feed.ts";
import { Folder } from "../../support/folder.ts";
import { ScriptedSocket } from "../../support/sockets.ts";

async function stall(said: string): Promise<string> {
  await using folder = await Folder.make({});
  const never = Promise.withResolvers<Uint8Array>();
  using conn = new Connection(new ScriptedSocket([bytesOf(said), never.promise]));
  using file = await IncomingFile.create(folder.path, "got");
  const error = await assertRejects(() => receiveBare(conn, file, () => {}), Failure);
  assertEquals(error.exit, Exit.timedOut);
  return error.message;
}

Deno.test("a bare file that stands still is given up, and a short answer is shown", async () => {
  const [short, long] = await Promise.all([stall("no such\x1bfile"), stall("x".repeat(1000))]);
  assertEquals(short, 'Cannot get the file: no EOF marker came; it sent "no such␛file"');
  assertEquals(long, "Cannot get the file: no EOF marker came");
});
