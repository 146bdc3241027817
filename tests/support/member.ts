import type { Role } from "../../lib/base/account.ts";
import type { Room } from "../../lib/chat/room.ts";
import { Guest } from "./guest.ts";

/** A participant over native who came in by an account, without sockets. */
export class Member extends Guest {
  constructor(room: Room, name: string, role: Role = "student") {
    super(room, "native");
    room.welcome(this.seat, {
      dialect: "native",
      hello: { type: "hello", version: 1, cipher: "none", name },
      account: { name, role },
    });
  }

  /** The messages that came since the last time. */
  // deno-lint-ignore no-explicit-any
  async gets(): Promise<any[]> {
    const parts = (await this.hears()).split("\x01").filter((part) => part.includes("{"));
    return parts.map((part) => JSON.parse(part.slice(0, part.lastIndexOf("}") + 1)));
  }

  /** The texts of them, whatever they are. */
  async texts(): Promise<string[]> {
    return (await this.gets()).flatMap(({ text, reason }) => text ?? reason ?? []);
  }
}
