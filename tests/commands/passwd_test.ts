import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { readAccounts } from "../../lib/auth/accounts.ts";
import { Folder } from "../support/folder.ts";
import { PEOPLE } from "../support/people.ts";
import { type Ended, Program } from "../support/program.ts";

/** A folder with a file of Ada, Ben and Cem, and whatever `labwire passwd` does there. */
async function lab(users: string | undefined = PEOPLE) {
  const folder = await Folder.make(users === "" ? {} : { users });
  const file = `${folder.path}/users`;
  if (users !== "") await Deno.chmod(file, 0o600);
  return {
    folder,
    file,
    passwd: async (args: string[], password?: string): Promise<Ended> => {
      const env: Record<string, string> = password === undefined
        ? {}
        : { LABWIRE_PASSWORD: password };
      await using program = Program.labwire(["passwd", file, ...args], { env });
      return await program.ended();
    },
    mode: () => Deno.statSync(file).mode! & 0o777,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("a file is made for the first account, for its owner alone", async () => {
  await using opened = await lab("");
  const { file, passwd, mode, folder } = opened;
  const made = await passwd(["Dana"], "lamp");
  assertEquals(made, { code: 0, stdout: "", stderr: `${file}: 1 account\n` });
  assertEquals([mode(), folder.names()], [0o600, ["users"]]);
  const accounts = await readAccounts(file);
  assertEquals(await accounts.login("Dana", "lamp"), { name: "Dana", role: "student" });
  assert(!(await Deno.readTextFile(file)).includes("lamp"));
});

Deno.test("without a name the accounts are listed, and none of what is kept of passwords", async () => {
  await using opened = await lab();
  const { passwd } = opened;
  assertEquals(await passwd([]), {
    code: 0,
    stdout: "Ada (instructor)\nBen (student)\nCem (guest)\n",
    stderr: "",
  });
});

Deno.test("a password is changed, and the others stay as they are", async () => {
  await using opened = await lab();
  const { file, passwd, mode } = opened;
  const before = (await readAccounts(file)).toString().split("\n");
  assertEquals((await passwd(["Ben"], "new")).code, 0);
  const accounts = await readAccounts(file);
  assertEquals(await accounts.login("Ben", "new"), { name: "Ben", role: "student" });
  const after = accounts.toString().split("\n");
  const ben = before.findIndex((line) => line.startsWith("Ben:"));
  assertNotEquals(after[ben], before[ben]);
  assertEquals([after.toSpliced(ben, 1), mode()], [before.toSpliced(ben, 1), 0o600]);
});

Deno.test("a role is changed without a password, which stays", async () => {
  await using opened = await lab();
  const { file, passwd } = opened;
  assertEquals((await passwd(["Ben", "--role", "instructor"])).code, 0);
  const account = await (await readAccounts(file)).login("Ben", "pässword");
  assertEquals(account, { name: "Ben", role: "instructor" });
  const unknown = await passwd(["Ben", "--role", "king"]);
  assertEquals(unknown.code, 2);
});

Deno.test("passwords that are made up are printed, each works, and no two are the same", async () => {
  await using opened = await lab("");
  const { file, passwd } = opened;
  const { code, stdout } = await passwd(["Dana", "Efe", "--generate", "--role", "guest"]);
  assertEquals(code, 0);
  const made = stdout.trimEnd().split("\n").map((line) => line.split(" "));
  const accounts = await readAccounts(file);
  for (const [name, password] of made) {
    assertMatch(password, /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    assertEquals(await accounts.login(name, password), { name, role: "guest" });
  }
  assertEquals([made.length, new Set(made.map(([, password]) => password)).size], [2, 2]);
});

Deno.test("a name among several that is none leaves all as it was, and no password is printed", async () => {
  await using opened = await lab();
  const { file, passwd, folder } = opened;
  for (const name of ["Server", "ADA", "a:b", "#x"]) {
    const { code, stdout, stderr } = await passwd(["Dana", name, "--generate"]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^labwire: Cannot set the account/);
  }
  assertEquals([await Deno.readTextFile(file), folder.names()], [PEOPLE, ["users"]]);
});

Deno.test("accounts are taken away, all or none", async () => {
  await using opened = await lab();
  const { file, passwd } = opened;
  const unknown = await passwd(["Ada", "Eve", "--remove"]);
  assertEquals(unknown, {
    code: 2,
    stdout: "",
    stderr: 'labwire: Cannot remove "Eve": there is no such account\n',
  });
  assertEquals(await Deno.readTextFile(file), PEOPLE);
  assertEquals((await passwd(["Ada", "Ben", "--remove"])).code, 0);
  assertEquals((await readAccounts(file)).all, [{ name: "Cem", role: "guest" }]);
});

Deno.test("a password comes from a file, which goes before the environment", async () => {
  await using opened = await lab();
  const { file, passwd, folder } = opened;
  await Deno.writeTextFile(`${folder.path}/p`, "lamp\n");
  const args = ["Dana", "--password-file", `${folder.path}/p`];
  assertEquals((await passwd(args, "other")).code, 0);
  assertEquals((await (await readAccounts(file)).login("Dana", "lamp"))?.name, "Dana");
  const missing = await passwd(["Dana", "--password-file", `${folder.path}/q`]);
  assertEquals(missing.code, 2);
  assertMatch(missing.stderr, /there is no such file/);
});

Deno.test("what cannot be done is a mistake of usage, in one line, and nothing changes", async () => {
  await using opened = await lab();
  const { file, passwd, folder } = opened;
  const mistakes: [string[], string | undefined, RegExp][] = [
    [["Dana"], "", /an empty password lets everybody in/],
    [["Dana"], "x".repeat(1025), /a password has at most 1024 bytes/],
    [["Dana", "Efe"], "x", /Cannot ask for several passwords at once \(add --generate/],
  ];
  for (const [args, password, message] of mistakes) {
    const { code, stdout, stderr } = await passwd(args, password);
    assertEquals([code, stdout, stderr.trimEnd().split("\n").length], [2, "", 1]);
    assertMatch(stderr, message);
  }
  assertEquals([await Deno.readTextFile(file), folder.names()], [PEOPLE, ["users"]]);
});

Deno.test("a file that others may read is not gone on with", async () => {
  await using opened = await lab();
  const { file, passwd, folder } = opened;
  await Deno.chmod(file, 0o644);
  const { code, stderr } = await passwd(["Dana"], "lamp");
  assertEquals([code, folder.names()], [2, ["users"]]);
  assertMatch(stderr, /others on this machine may read it \(chmod 600 /);
});

Deno.test("while one writes another does not, and hears what to do if none does", async () => {
  await using opened = await lab();
  const { file, passwd, folder } = opened;
  await Deno.writeTextFile(`${file}.new`, "half of");
  const { code, stderr } = await passwd(["Dana"], "lamp");
  assertEquals([code, stderr], [
    2,
    `labwire: Cannot write "${file}": it is being written ` +
    `(remove ${file}.new if no other labwire passwd runs)\n`,
  ]);
  assertEquals([await Deno.readTextFile(file), folder.names()], [PEOPLE, ["users", "users.new"]]);
  assertEquals(await Deno.readTextFile(`${file}.new`), "half of", "it is not ours to take away");
});

Deno.test("of several at once each has its account in the end, or has been told", async () => {
  await using opened = await lab("");
  const { file, passwd, mode, folder } = opened;
  const names = ["Dana", "Efe", "Fred"];
  const ends = await Promise.all(names.map((name) => passwd([name], "lamp")));
  const done = names.filter((_, at) => ends[at].code === 0);
  assert(done.length >= 1 && ends.every(({ code }) => code === 0 || code === 2));
  const all = (await readAccounts(file)).all.map(({ name }) => name);
  assertEquals([all.sort(), mode(), folder.names()], [done, 0o600, ["users"]]);
});
