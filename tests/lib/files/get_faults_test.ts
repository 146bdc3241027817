import { assert, assertEquals } from "@std/assert";
import { getFiles } from "../../../lib/files/get_files.ts";
import { getPaths } from "../../../lib/files/get_paths.ts";
import { PartPlace } from "../../support/parts.ts";
import { FileServer, MIB, patterned, sha256, Tally } from "../../support/transfer.ts";

Deno.test("two files of one name in one get are numbered with --rename", async () => {
  await using server = await FileServer.make({ "a/x.txt": "A", "b/x.txt": "B" });
  await using place = await PartPlace.make();
  const tally = new Tally();
  await getPaths(await server.connect(), ["a/x.txt", "b/x.txt"], {
    target: place.folder,
    exists: "rename",
  }, tally);
  assertEquals([tally.messages, tally.names], [{}, ["x.txt", "x (2).txt"]]);
});

Deno.test("a file that is rewritten larger while it is sent is not taken for whole", async () => {
  const old = patterned(5 * MIB), other = patterned(6 * MIB, 2);
  await using server = await FileServer.make({ "a.bin": old });
  await using place = await PartPlace.make();
  await Deno.utime(`${server.folder.path}/a.bin`, 1e9, 1e9);
  const tally = new Tally();
  tally.onProgress = (_, b) =>
    b === MIB && Deno.writeFileSync(`${server.folder.path}/a.bin`, other);
  await getFiles(await server.connect(), [{ path: "a.bin", folders: [], name: "a.bin" }], {
    target: place.folder,
  }, tally);
  const got = tally.names.length ? sha256(place.read("a.bin")) : "none";
  assert(got === "none" || got === sha256(old), "a mixture was kept");
});

Deno.test("a file that grows while it is sent comes as it was when it was asked for", async () => {
  const whole = patterned(5 * MIB);
  await using server = await FileServer.make({ "a.log": whole.slice(0, 3 * MIB + 7) });
  await using place = await PartPlace.make();
  const path = `${server.folder.path}/a.log`;
  const tally = new Tally();
  tally.onProgress = (_, bytes) =>
    bytes === MIB && Deno.writeFileSync(path, whole.subarray(3 * MIB + 7), { append: true });
  const wish = { path: "a.log", folders: [], name: "a.log" };
  await getFiles(await server.connect(), [wish], { target: place.folder }, tally);
  assertEquals(tally.messages, {});
  assertEquals(sha256(place.read("a.log")), sha256(whole.subarray(0, 3 * MIB + 7)));
});

Deno.test("a refused resume keeps the part that was there", async () => {
  const big = patterned(3 * MIB + 5);
  await using server = await FileServer.make({ "a.bin": big });
  await using place = await PartPlace.make({ "a.bin": patterned(2 * MIB, 9) });
  await place.leave(big.subarray(0, 2 * MIB));
  const tally = new Tally();
  await getFiles(await server.connect(), [{ path: "a.bin", folders: [], name: "a.bin" }], {
    target: place.folder,
    resume: true,
  }, tally);
  assertEquals(place.temp.names(), [".a.bin.part", ".a.bin.part.index", "a.bin"]);
});
