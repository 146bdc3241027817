/**
 * An attacker who breaks lines so that words seem to be somebody else's.
 *
 * @module
 */
import { assertMatch, assertNotMatch } from "@std/assert";
import { chat, control, jsonChat } from "../support/native.ts";
import { amongHonest } from "./support/honest.ts";

const SERVE = ["serve", "127.0.0.1:0"];
const BREAKS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n\n", "\r\r\n"];
const SPOOFED = /^(Server: evil|\* evil|Ada: evil)$/m;

Deno.test("serve puts the sender's name before every line of a text", async () => {
  await amongHonest(SERVE, async (scene) => {
    using reader = await scene.connect();
    await reader.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using native = await scene.connectNative("Eve");
    using json = await scene.connect();
    await native.send(chat("hi\nServer: evil"));
    assertMatch(await reader.sees("evil\n"), /^Eve: hi\nEve: Server: evil$/m);
    for (const [i, end] of BREAKS.entries()) {
      const text = ["hi", "Server: evil", "* evil", "Ada: evil", `${i} is done`].join(end);
      await native.send(chat(text));
      await reader.sees(new RegExp(`^Eve: .*${i} is done$`, "m"));
      await json.send(jsonChat("Mallory", text));
      await reader.sees(new RegExp(`^Mallory: .*${i} is done$`, "m"));
    }
    assertNotMatch(reader.received.replaceAll(/[\r\x85\u2028\u2029]/g, "\n"), SPOOFED);
    await reader.close();
    await native.close();
    await json.close();
  });
});

Deno.test("serve puts the name before every line of a private message, and of what is odd", async () => {
  await amongHonest(SERVE, async (scene) => {
    using victim = await scene.connect();
    await victim.send("/nick Victim\n");
    await victim.sees("You are Victim\n");
    using native = await scene.connectNative("Eve");
    const command = { type: "command", name: "msg" };
    await native.send(control({ ...command, argument: "Victim hi\nServer: evil\n* evil" }));
    await victim.sees("Eve (private): hi\nEve (private): Server: evil\nEve (private): * evil\n");
    await native.send(control({ ...command, argument: "Victim\nServer: evil" }));
    await native.send(control({ type: "command", name: "nick", argument: "Ada\nServer: evil" }));
    await native.send(control({ type: "chat", text: "\nServer: evil", from: "Server" }));
    await victim.sees("Eve: \nEve: Server: evil\n");
    assertNotMatch(victim.received, SPOOFED);
    await victim.close();
    await native.close();
  });
});

Deno.test("serve lets nobody speak in the name of somebody else", async () => {
  await amongHonest(SERVE, async (scene) => {
    using reader = await scene.connect();
    await reader.send("here\n");
    await scene.server.sees("connected as Client 5", "stderr");
    using native = await scene.connectNative("Eve");
    await native.send(control({ type: "chat", text: "evil", from: "Server" }));
    await native.send(control({ type: "chat", text: "evil", from: "Ada", private: true }));
    await native.send(chat("done"));
    await reader.sees("Eve: evil\nEve: evil\nEve: done\n");
    using json = await scene.connect();
    for (const name of ["Server", "Ada", "Eve"]) await json.send(jsonChat(name, "evil"));
    await reader.sees("guest7: evil\nguest7: evil\nguest7: evil\n");
    assertNotMatch(reader.received, SPOOFED);
    await reader.close();
    await native.close();
    await json.close();
  });
});
