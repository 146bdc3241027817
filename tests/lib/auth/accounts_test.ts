import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Accounts, readAccounts } from "../../../lib/auth/accounts.ts";
import { ROLES } from "../../../lib/base/account.ts";
import { Exit, Failure } from "../../../lib/base/errors.ts";
import { PASSWORD_BYTES } from "../../../lib/base/limits.ts";
import { Folder } from "../../support/folder.ts";
import { PEOPLE, people } from "../../support/people.ts";

const SALT = new Uint8Array(16).toBase64(), HASH = new Uint8Array(32).toBase64();

Deno.test("a comment may stand behind white space, and is no account", () => {
  const line = `#:instructor:scrypt:1024:${btoa("x".repeat(16))}:${btoa("x".repeat(32))}`;
  const accounts = new Accounts(` ${line}\n\t# more \n`);
  assertEquals([accounts.all, accounts.toString()], [[], `${line}\n# more\n`]);
});

Deno.test("what is written reads back the same, comments first", () => {
  const { accounts } = people();
  assertEquals(accounts.all, [
    { name: "Ada", role: "instructor" },
    { name: "Ben", role: "student" },
    { name: "Cem", role: "guest" },
  ]);
  const lines = PEOPLE.split("\n").filter((line) => line !== "");
  const comments = lines.filter((line) => line.startsWith("#"));
  const others = lines.filter((line) => !line.startsWith("#"));
  assertEquals(accounts.toString(), [...comments, ...others, ""].join("\n"));
  assertEquals(new Accounts(accounts.toString()).toString(), accounts.toString());
  assertEquals(new Accounts("# without an end\r").toString(), "# without an end\n");
  assertEquals(new Accounts(PEOPLE.replaceAll("\n", "\r\n")).all, accounts.all);
});

Deno.test("a login is right with the right password only, under any look of the name", async () => {
  const { accounts } = people();
  assertEquals(await accounts.login("Ada", "engine"), { name: "Ada", role: "instructor" });
  assertEquals(await accounts.login("ADA", "engine"), { name: "Ada", role: "instructor" });
  assertEquals((await accounts.login("Ben", "pa\u0308ssword"))?.name, "Ben");
  for (
    const [name, password] of [
      ["Ada", "Engine"],
      ["Ada", ""],
      ["Ada", "engine\n"],
      ["Ben", "engine"],
      ["Eve", "engine"],
      ["", ""],
    ]
  ) assertEquals(await accounts.login(name, password), undefined, `${name} ${password}`);
});

Deno.test("a name that is not there costs the same work as one that is", async () => {
  const { accounts, hashed } = people();
  for (const [at, name] of ["Ada", "Eve", "", "\x1b[2J", "x".repeat(100_000)].entries()) {
    await accounts.login(name, "wrong");
    assertEquals(hashed(), at + 1, name.slice(0, 10));
  }
});

Deno.test("a password beyond the limit is wrong, and costs no more than any other", async () => {
  const { accounts, hashed } = people();
  // Unicode's forms would need minutes for this.
  const marks = "a" + "\u0315".repeat(250_000) + "\u0327".repeat(250_000);
  for (const password of [marks, "x".repeat(PASSWORD_BYTES + 1), "é".repeat(PASSWORD_BYTES)]) {
    assertEquals(await accounts.login("Ada", password), undefined);
  }
  assertEquals(hashed(), 3);
});

Deno.test("accounts are added, changed and taken away", async () => {
  const accounts = new Accounts();
  assertEquals(await accounts.set("Dana", undefined, "one"), { name: "Dana", role: "student" });
  assertEquals(await accounts.set("Dana", "guest"), { name: "Dana", role: "guest" });
  assertEquals(await accounts.login("Dana", "one"), { name: "Dana", role: "guest" });
  assertEquals(await accounts.set("Dana", undefined, "two"), { name: "Dana", role: "guest" });
  assertEquals(await accounts.login("Dana", "one"), undefined);
  const again = new Accounts(accounts.toString());
  assertEquals(await again.login("dana", "two"), { name: "Dana", role: "guest" });
  assertEquals([again.remove("DANA"), again.remove("Dana"), again.all], [true, false, []]);
});

Deno.test("two with the same password have different hashes", async () => {
  const accounts = new Accounts();
  await accounts.set("Ada", undefined, "same");
  await accounts.set("Ben", undefined, "same");
  const [one, other] = accounts.toString().split("\n").map((line) => line.split(":"));
  assert(one[4] !== other[4] && one[5] !== other[5]);
});

Deno.test("what cannot be an account is a mistake of usage", async () => {
  const { accounts } = people();
  const bad: [name: string, password: string | undefined, why: string][] = [
    ["", "x", "a name cannot be empty"],
    ["A:B", "x", "colons"],
    ["Ada\n", "", "an empty password lets everybody in"],
    ["\x1b[31m", "x", "control characters"],
    ["Server", "x", "the server's own words"],
    ["#Dana", "x", 'a line that begins with "#" is a comment'],
    ["ada", "x", 'the name looks like "Ada", which is there already'],
    ["Аda", "x", "letters of one script only"], // Cyrillic А
    ["Eve", undefined, "there is no such account"],
    ["Eve", "x".repeat(PASSWORD_BYTES + 1), "a password has at most 1024 bytes"],
    ["Eve", "é".repeat(PASSWORD_BYTES / 2 + 1), "a password has at most 1024 bytes"],
  ];
  for (const [name, password, why] of bad) {
    const error = await assertRejects(() => accounts.set(name, "student", password), Failure, why);
    assertEquals(error.exit, Exit.usage);
    assert(password === undefined || password.length < 9 || !error.line.includes(password));
  }
  assertEquals(accounts.all.length, 3);
});

/** Lines that are none, and why. */
const LINES: [line: string, why: string][] = [
  ["Ada", "it is not NAME:ROLE:scrypt:N:SALT:HASH"],
  [`Ada:student:scrypt:1024:${SALT}`, "it is not NAME:ROLE:scrypt:N:SALT:HASH"],
  [`Ada:student:scrypt:1024:${SALT}:${HASH}:x`, "it is not NAME:ROLE:scrypt:N:SALT:HASH"],
  [`Ada:student:bcrypt:1024:${SALT}:${HASH}`, "it is not NAME:ROLE:scrypt:N:SALT:HASH"],
  [`Ada:admin:scrypt:1024:${SALT}:${HASH}`, `"admin" is no role: ${ROLES.join(", ")}`],
  [`:student:scrypt:1024:${SALT}:${HASH}`, "a name cannot be empty"],
  [`*:student:scrypt:1024:${SALT}:${HASH}`, "the server's own words"],
  ...["512", "1000", "2097152", "-1024", "1e400", "", "x"].map((cost): [string, string] => [
    `Ada:student:scrypt:${cost}:${SALT}:${HASH}`,
    `"${cost}" is no power of two from 1024 to 1048576`,
  ]),
  [`Ada:student:scrypt:1024:!:${HASH}`, "its salt or hash is no base64"],
  [`Ada:student:scrypt:1024:${SALT}:AAAA`, "its hash is not 32 bytes long"],
];

for (const [line, why] of LINES) {
  Deno.test(`a line that is no account is named by its number: ${why}, ${line.length}`, () => {
    const error = assertThrows(() => new Accounts(`# comment\n\n${line}\n`), Failure, why);
    assertEquals([error.exit, error.remedy], [Exit.usage, "labwire passwd writes such lines"]);
    assert(error.message.startsWith("Cannot read line 3 of the users: "));
    assert(!error.message.includes(HASH), "a hash is nobody's business");
  });
}

Deno.test("names that look alike are refused in a file, too", () => {
  const line = (name: string) => `${name}:student:scrypt:1024:${SALT}:${HASH}\n`;
  for (const other of ["Ada", "ADA", "Ａda"]) {
    const message = `Cannot read line 2 of the users: "${other.normalize("NFC")}" looks like "Ada"`;
    assertThrows(() => new Accounts(line("Ada") + line(other)), Failure, message);
  }
});

Deno.test("a file that others may read is not used, and the remedy says how to close it", async () => {
  await using folder = await Folder.make({ users: PEOPLE });
  const file = `${folder.path}/users`;
  for (const mode of [0o644, 0o640, 0o604, 0o602, 0o610]) {
    await Deno.chmod(file, mode);
    const error = await assertRejects(() => readAccounts(file), Failure, "others on this machine");
    assertEquals([error.exit, error.remedy], [Exit.usage, `chmod 600 ${file}`]);
  }
  for (const mode of [0o600, 0o400, 0o700]) {
    await Deno.chmod(file, mode);
    assertEquals((await readAccounts(file)).all.length, 3);
  }
});

Deno.test("a file that is not there, or none, is a mistake of usage", async () => {
  await using folder = await Folder.make({});
  const file = `${folder.path}/users`;
  const missing = await assertRejects(() => readAccounts(file), Failure, "there is no such file");
  assertEquals([missing.exit, missing.remedy], [
    Exit.usage,
    `labwire passwd ${file} NAME makes it`,
  ]);
  const none = await assertRejects(() => readAccounts(folder.path), Failure, "it cannot be read");
  assertEquals(none.exit, Exit.usage);
});
