import { assertEquals } from "@std/assert";
import { Folder } from "../support/folder.ts";
import { PEOPLE } from "../support/people.ts";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";

/** A room with a secret and accounts, and what the Python client of the page is told there. */
async function room() {
  const folder = await Folder.make({ users: PEOPLE, secret: "gr\u00fcn 7\n" });
  await Deno.chmod(`${folder.path}/users`, 0o600);
  const files = ["--users", `${folder.path}/users`, "--secret-file", `${folder.path}/secret`];
  const server = Program.labwire(["serve", "127.0.0.1:0", ...files, "--operator"]);
  const port = `${await server.port()}`;
  return {
    server,
    client: (secret: string, user: string, password: string) =>
      Program.python("secret_client.py", ["127.0.0.1", port, secret, user, password, "hello"]),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

peerTest(
  ["python3"],
  "a Python client written from the page alone shows the secret, logs in and talks",
  async () => {
    await using opened = await room();
    const { server, client } = opened;
    // Its ü is of two characters where the file's is one.
    await using ben = client("gru\u0308n 7", "ben", "p\u00e4ssword");
    await ben.sees("welcome: Ben\n");
    await server.sees("hello");
    await server.type("bye\n");
    await ben.sees("Server: bye\n");
    const { code, stderr } = await ben.ended();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  },
);

peerTest(
  ["python3"],
  "it is refused with another secret, and with another password",
  async () => {
    await using opened = await room();
    await using one = opened.client("gelb 7", "ben", "p\u00e4ssword");
    await using two = opened.client("gr\u00fcn 7", "ben", "password");
    const ends = await Promise.all([one.ended(), two.ended()]);
    assertEquals(ends.map(({ code, stderr }) => [code, stderr]), [
      [1, "refused: denied\n"],
      [1, "refused: denied\n"],
    ]);
  },
);
