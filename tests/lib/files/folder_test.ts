import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Access, codeOf, Folder } from "../../../lib/files/folder.ts";
import { Folder as TempFolder } from "../../support/folder.ts";

const WAYS: [way: string, options: { byPath?: boolean }][] = [
  ["by handle", {}],
  ["by path", { byPath: true }],
];

/** A folder to be opened, beside things that must not be reached. */
async function setUp(options: { byPath?: boolean }) {
  const temp = await TempFolder.make({
    "outside/secret.txt": "secret",
    "here/a.txt": "A",
    "here/b.txt": "B",
    "here/sub/c.txt": "C",
    "here/sub/deep/d.txt": "D",
  });
  for (
    const [target, name] of [
      ["../outside/secret.txt", "link.txt"],
      ["a.txt", "inner-link.txt"],
      ["../outside", "linked"],
      ["sub", "inner-linked"],
      ["nowhere", "dangling"],
    ]
  ) await Deno.symlink(target, `${temp.path}/here/${name}`);
  const { success } = await new Deno.Command("mkfifo", { args: [`${temp.path}/here/fifo`] })
    .output();
  assert(success);
  const folder = await Folder.open(`${temp.path}/here`, options);
  return {
    temp,
    folder,
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}

async function read(folder: Folder, name: string): Promise<string> {
  const handle = await folder.file(name);
  try {
    return await handle.readFile({ encoding: "utf8" });
  } finally {
    await handle.close();
  }
}

async function codeOfFailure(work: () => Promise<unknown>): Promise<string> {
  const code = codeOf(await assertRejects(work));
  assert(code !== "", "an error of the system");
  return code;
}

for (const [way, options] of WAYS) {
  Deno.test(`a file of a folder is opened, ${way}`, async () => {
    await using scene = await setUp(options);
    assertEquals(await read(scene.folder, "a.txt"), "A");
    await using sub = await scene.folder.folder("sub");
    assertEquals(await read(sub, "c.txt"), "C");
    await using deep = await scene.folder.reach(["sub", "deep"]);
    assertEquals(await read(deep, "d.txt"), "D");
    await using same = await scene.folder.reach([]);
    assertEquals(await read(same, "b.txt"), "B");
  });

  Deno.test(`no link is followed, be it the last of a path or an earlier one, ${way}`, async () => {
    await using scene = await setUp(options);
    const { folder } = scene;
    for (const name of ["link.txt", "inner-link.txt", "dangling", "linked"]) {
      for (const access of [Access.read, Access.write, Access.create]) {
        await codeOfFailure(() => folder.file(name, access));
      }
    }
    for (const name of ["linked", "inner-linked", "dangling", "link.txt"]) {
      await codeOfFailure(() => folder.folder(name));
      await codeOfFailure(() => folder.makeFolder(name));
      await codeOfFailure(() => folder.reach([name], { make: true }));
      await codeOfFailure(() => folder.reach([name, "new"], { make: true }));
      assert((await folder.stat(name)).isSymbolicLink());
      assert(!await folder.hasFolder(name));
      assert(await folder.has(name));
    }
    assertEquals(Array.from(Deno.readDirSync(`${scene.temp.path}/outside`)).length, 1);
  });

  Deno.test(`a FIFO, a folder and nothing are refused as files, without waiting, ${way}`, async () => {
    await using scene = await setUp(options);
    const { folder } = scene;
    for (const access of [Access.read, Access.write]) {
      assertEquals(await codeOfFailure(() => folder.file("fifo", access)), "EINVAL");
      assert(/^(EINVAL|EISDIR)$/.test(await codeOfFailure(() => folder.file("sub", access))));
      assertEquals(await codeOfFailure(() => folder.file("nowhere", access)), "ENOENT");
    }
    assertEquals(await codeOfFailure(() => folder.file("a.txt", Access.create)), "EEXIST");
    for (const name of ["a.txt", "fifo"]) {
      assertEquals(await codeOfFailure(() => folder.folder(name)), "ENOTDIR");
      assertEquals(await codeOfFailure(() => folder.makeFolder(name)), "ENOTDIR");
    }
    assertEquals(scene.temp.open().filter((path) => path !== "here"), []);
  });

  Deno.test(`folders are made where they are missing, ${way}`, async () => {
    await using scene = await setUp(options);
    await using made = await scene.folder.reach(["sub", "new", "ü b"], { make: true });
    await using again = await scene.folder.reach(["sub", "new", "ü b"], { make: true });
    assertEquals(made.path, `${scene.temp.path}/here/sub/new/ü b`);
    assertEquals(again.path, made.path);
    await (await made.file("e.txt", Access.create)).close();
    assertEquals(Deno.statSync(`${scene.temp.path}/here/sub/new/ü b/e.txt`).size, 0);
    assertEquals(await codeOfFailure(() => scene.folder.reach(["sub", "x", "y"])), "ENOENT");
    assert(!await (await again.reach([])).has("x"));
  });

  Deno.test(`entries are linked, renamed and removed, ${way}`, async () => {
    await using scene = await setUp(options);
    const { folder } = scene;
    await folder.link("a.txt", "also.txt");
    assertEquals(await codeOfFailure(() => folder.link("b.txt", "also.txt")), "EEXIST");
    assertEquals(await codeOfFailure(() => folder.link("b.txt", "dangling")), "EEXIST");
    assertEquals(await read(folder, "also.txt"), "A");
    await folder.rename("b.txt", "also.txt");
    assertEquals(await read(folder, "also.txt"), "B");
    await folder.rename("a.txt", "link.txt"); // replaces the link, not what it leads to
    assertEquals(await read(folder, "link.txt"), "A");
    await folder.unlink("linked");
    await folder.unlink("link.txt");
    assertEquals(await codeOfFailure(() => folder.unlink("link.txt")), "ENOENT");
    await folder.sync();
    const names = (await folder.entries()).map(({ name }) => name).sort();
    assertEquals(names, ["also.txt", "dangling", "fifo", "inner-link.txt", "inner-linked", "sub"]);
    assertEquals(await Deno.readTextFile(`${scene.temp.path}/outside/secret.txt`), "secret");
  });

  Deno.test(`what is no name of an entry is refused everywhere, ${way}`, async () => {
    await using scene = await setUp(options);
    const { folder } = scene;
    for (const name of ["", ".", "..", "sub/c.txt", "../outside", "/etc", "a\\b", "a.txt\0"]) {
      const ways: (() => Promise<unknown>)[] = [
        () => folder.file(name),
        () => folder.file(name, Access.create),
        () => folder.folder(name),
        () => folder.makeFolder(name),
        () => folder.reach(["sub", name]),
        () => folder.stat(name),
        () => folder.has(name),
        () => folder.link(name, "new"),
        () => folder.link("a.txt", name),
        () => folder.rename(name, "new"),
        () => folder.rename("a.txt", name),
        () => folder.unlink(name),
      ];
      for (const work of ways) await assertRejects(work, Error, "is no name of an entry");
    }
    assertEquals(await read(folder, "a.txt"), "A");
  });

  Deno.test(`a file is told from the one that has taken its name, ${way}`, async () => {
    await using scene = await setUp(options);
    const { folder } = scene;
    const handle = await folder.file("a.txt");
    assert(await folder.is("a.txt", handle));
    assert(!await folder.is("b.txt", handle));
    await folder.rename("b.txt", "a.txt");
    assert(!await folder.is("a.txt", handle));
    assert(!await folder.is("nowhere", handle));
    await handle.close();
  });

  Deno.test(`a lock excludes others until it is disposed of, ${way}`, async () => {
    await using scene = await setUp(options);
    const { folder } = scene;
    await using again = await Folder.open(`${scene.temp.path}/here`, options);
    const handle = await folder.file("a.txt", Access.write);
    const other = await again.file("a.txt", Access.write);
    const b = await again.file("b.txt", Access.write);
    {
      using lock = await folder.lock("a.txt", handle);
      assert(lock);
      assertEquals(await folder.lock("a.txt", handle), undefined);
      assertEquals(await again.lock("a.txt", other), undefined);
      using another = await again.lock("b.txt", b);
      assert(another);
    }
    using free = await again.lock("a.txt", other);
    assert(free);
    for (const each of [handle, other, b]) await each.close();
  });
}

Deno.test("by handle a folder is the one that was opened, whatever becomes of its path", async () => {
  await using scene = await setUp({});
  await using sub = await scene.folder.folder("sub");
  const here = `${scene.temp.path}/here`;
  await Deno.rename(`${here}/sub`, `${scene.temp.path}/moved`);
  await Deno.symlink("../outside", `${here}/sub`);
  assertEquals(await read(sub, "c.txt"), "C");
  await (await sub.file("new.txt", Access.create)).close();
  await sub.unlink("c.txt");
  assertEquals(Array.from(Deno.readDirSync(`${scene.temp.path}/outside`)).length, 1);
  assert(Deno.statSync(`${scene.temp.path}/moved/new.txt`).isFile);
});

Deno.test("by path a folder that has become another one is noticed", async () => {
  await using scene = await setUp({ byPath: true });
  await using sub = await scene.folder.folder("sub");
  const here = `${scene.temp.path}/here`;
  await Deno.rename(`${here}/sub`, `${scene.temp.path}/moved`);
  await Deno.rename(`${scene.temp.path}/outside`, `${here}/sub`);
  for (
    const work of [
      () => sub.file("secret.txt"),
      () => sub.file("new.txt", Access.create),
      () => sub.entries(),
      () => sub.unlink("secret.txt"),
      () => sub.makeFolder("new"),
      () => sub.reach([]),
      () => sub.reach(["deep"], { make: true }),
    ]
  ) assertEquals(await codeOfFailure(work), "ESTALE");
  assertEquals(Array.from(Deno.readDirSync(`${here}/sub`)).length, 1);
});

Deno.test("links in the path that the user names are followed", async () => {
  await using temp = await TempFolder.make({ "real/a.txt": "A" });
  await Deno.symlink("real", `${temp.path}/link`);
  for (const [, options] of WAYS) {
    await using folder = await Folder.open(`${temp.path}/link`, options);
    assertEquals([folder.path, await read(folder, "a.txt")], [`${temp.path}/real`, "A"]);
    const open = (name: string) => () => Folder.open(`${temp.path}/${name}`, options);
    assertEquals(await codeOfFailure(open("nowhere")), "ENOENT");
    assertEquals(await codeOfFailure(open("real/a.txt")), "ENOTDIR");
  }
});

Deno.test("a code is that of the system, and of nothing else", () => {
  assertEquals(codeOf(Object.assign(new Error(), { code: "ENOENT" })), "ENOENT");
  for (const value of [undefined, null, 5, "ENOENT", new Error("ENOENT"), {}]) {
    assertEquals(codeOf(value), "");
  }
});

Deno.test("a code is found in what Deno's own files throw, known to it by name or by number", async () => {
  await using temp = await TempFolder.make({ "a.txt": "A" });
  const error = (work: () => unknown) => assertThrows(() => void work());
  assertEquals(codeOf(error(() => Deno.openSync(`${temp.path}/nowhere`))), "ENOENT");
  assertEquals(codeOf(error(() => Deno.mkdirSync(`${temp.path}/a.txt`))), "EEXIST");
  if (Deno.build.os === "linux") {
    assertEquals(codeOf(new Error("File too large (os error 27)")), "EFBIG");
    assertEquals(codeOf(new Error("Disk quota exceeded (os error 122)")), "EDQUOT");
  }
  assertEquals(codeOf(new Error("nobody knows (os error 99999)")), "");
  assertEquals(codeOf(new TypeError("x (os error 27)")), "");
});
