/**
 * Between a first byte and a place in the room lies a proof, and much can happen meanwhile.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { greet, TurnedAway } from "../../../lib/auth/greeting.ts";
import { type Keying, makeSecret } from "../../../lib/auth/keying.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { dial } from "../../../lib/net/dial.ts";
import { openRoom } from "../../support/room_server.ts";

/** A client's keying that does something once the keys are agreed on, before they are used. */
async function meanwhile(act: () => void): Promise<Keying> {
  const keying = await makeSecret("a secret");
  const exchange = keying.exchange!;
  return {
    ...keying,
    exchange: {
      opening: () => exchange.opening(),
      asClient: async (conn, hello, next) => {
        const cipher = await exchange.asClient(conn, hello, next);
        act();
        return cipher;
      },
      asServer: exchange.asServer,
    },
  };
}

Deno.test("who is banned, or locked out, while it proves what it knows does not come in", async () => {
  await using server = await openRoom({ keying: await makeSecret("a secret", { prepare: true }) });
  const { guard } = server.room;
  const { signal } = new AbortController();
  const comes = async (act: () => void) => {
    using conn = new Connection(
      await dial({ hostname: "127.0.0.1", port: server.port }, { signal }),
    );
    return await greet(conn, { name: "Eve", keying: await meanwhile(act) });
  };
  const ban = () => void guard.ban("127.0.0.1", { byName: false, ms: Infinity });
  await assertRejects(() => comes(ban), TurnedAway, "you are banned here");
  guard.unban("127.0.0.1");
  await assertRejects(() => comes(() => guard.locked = true), TurnedAway, "the server is locked");
  guard.locked = false;
  assertEquals((await comes(() => {})).name, "Eve");
  assert(!server.log.some((line) => line.includes("Client 2")), "only one has taken a place");
});
