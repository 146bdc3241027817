/**
 * A room behind a door in this process, as `serve` makes it.
 *
 * @module
 */
import { Door, type DoorOptions, refusalFor } from "../../lib/auth/door.ts";
import { type Keying, makeKeying } from "../../lib/auth/keying.ts";
import { Tries } from "../../lib/auth/tries.ts";
import { Memory } from "../../lib/net/memory.ts";
import { MEMORY_BYTES } from "../../lib/base/limits.ts";
import { Room } from "../../lib/chat/room.ts";
import type { RoomOptions } from "../../lib/chat/room_options.ts";
import { runSession } from "../../lib/chat/session.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { Guard } from "../../lib/net/guard.ts";
import type { Meeting } from "../../lib/net/meeting.ts";
import { Peer } from "./peer.ts";
import { Service } from "./service.ts";

/** What a test has its own way of. */
export interface RoomServerOptions {
  /** As for a room. */
  room?: Partial<RoomOptions>;
  /** What those who come must show; nothing, unless given. */
  keying?: Keying;
  /** Places. */
  maxClients?: number;
  /** What is done with a connection that is no participant's. */
  errand?: (conn: Connection, purpose: Meeting | "http") => Promise<void>;
}

/** Opens a room without cipher or accounts. */
export async function openRoom(
  { room: options = {}, keying: wanted, maxClients = 100, errand = noErrand }: RoomServerOptions =
    {},
) {
  const keying = wanted ?? await makeKeying("none");
  const guard = options.guard ?? new Guard();
  const made: { room?: Room; door?: Door } = {};
  const service = new Service(({ signal, cut, log }) => {
    const room = new Room({ mode: "chat", cipher: keying.cipher, log, guard, signal, ...options });
    const common: DoorOptions = {
      terms: { keying, guard, tries: new Tries() },
      maxClients,
      maxPerAddress: () => Infinity,
      memory: new Memory(MEMORY_BYTES),
      log,
      audit: () => {},
      cut,
    };
    const door = new Door(common);
    Object.assign(made, { room, door });
    return (socket) =>
      door.admit(socket, async (visitor) => {
        door.inside++;
        await runSession(visitor, room, {
          refusal: refusalFor,
          leave: () => door.inside--,
          errand: ({ conn }, purpose) => errand(conn, purpose),
        });
      });
  });
  return Object.assign(service, {
    room: made.room!,
    door: made.door!,
    /** Connects somebody who says `words`, and waits until `seen` came back. */
    join: async (words: string | Uint8Array, seen: string | RegExp): Promise<Peer> => {
      const peer = await Peer.connect(service.port);
      await peer.send(words);
      await peer.sees(seen);
      return peer;
    },
  });
}

function noErrand(): Promise<void> {
  return Promise.reject(new Error("nobody runs errands here"));
}
