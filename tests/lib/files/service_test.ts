import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { FileService } from "../../../lib/files/service.ts";
import { Folder } from "../../support/folder.ts";

Deno.test("nothing may be put unless the folder is writable, or a dropbox", async () => {
  await using folder = await Folder.make({});
  const cases = [
    [{}, false, false],
    [{ writable: true }, true, false],
    [{ dropbox: true }, true, true],
    [{ writable: true, dropbox: true }, true, true],
    [{ writable: false, quota: 5 }, false, false],
  ] as const;
  for (const [options, takes, dropbox] of cases) {
    await using service = await FileService.open(folder.path, { ...options, log: () => {} });
    assertEquals([service.uploads !== undefined, service.dropbox], [takes, dropbox]);
    assertEquals(service.share.path, folder.path);
  }
});

Deno.test("a service leaves nothing open", async () => {
  await using folder = await Folder.make({ "sub/a": "" });
  {
    await using _service = await FileService.open(`${folder.path}/sub`, { log: () => {} });
    assertEquals(folder.open(), ["sub"]);
  }
  assertEquals(folder.open(), []);
});

Deno.test("a folder that cannot be served is told at the start", async () => {
  await using folder = await Folder.make({});
  const open = () => FileService.open(`${folder.path}/nowhere`, { log: () => {} });
  const error = await assertRejects(open, Failure, "there is no such folder");
  assert(error.exit === Exit.usage);
});
