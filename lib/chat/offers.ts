import { ProtocolError } from "../base/errors.ts";
import { OFFERS, TICKET_MS, TRANSFERS } from "../base/limits.ts";
import type { Offer } from "../wire/file_message.ts";
import type { Message } from "../wire/message.ts";
import { Relay } from "./relay.ts";
import type { Seat } from "./seat.ts";

/** An offer that somebody has not answered yet. */
interface Standing {
  number: number;
  sender: Seat;
  name: string;
  to: Set<Seat>;
}

/** What offers need of the room. */
export interface OffersRoom {
  /** Says something to one participant. */
  tell(seat: Seat, message: Message): void;
  /** Who gets what is offered to that name, the sender left out. */
  receivers(name: string, sender: Seat): Seat[];
}

/**
 * Files that participants have for each other. The room only brings them together: once an offer is
 * accepted, each side gets a ticket for a connection of its own, and the bytes go over these two.
 */
export class Offers {
  readonly #room: OffersRoom;
  readonly #standing = new Map<number, Standing>();
  readonly #relays = new Map<string, { relay: Relay; until: number }>(); // by ticket
  #last = 0;

  /** No offers stand yet. */
  constructor(room: OffersRoom) {
    this.#room = room;
  }

  /** Passes an offer on, and tells the sender to whom; or why to nobody. */
  offer(sender: Seat, offer: Offer): void {
    try {
      this.#pass(sender, offer);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { id } = offer;
      const reason = error.message;
      this.#room.tell(sender, { type: "offered", id, number: 0, to: [], reason });
    }
  }

  /**
   * Brings both sides together.
   *
   * @throws {ProtocolError} when there is no such offer to `seat`.
   */
  accept(seat: Seat, number: number): void {
    const { sender } = this.#answered(seat, number);
    const now = performance.now();
    for (const [ticket, { until }] of this.#relays) if (until < now) this.#relays.delete(ticket);
    const relay = new Relay();
    const ticket = () => {
      const ticket = crypto.getRandomValues(new Uint8Array(16)).toHex();
      this.#relays.set(ticket, { relay, until: now + TICKET_MS });
      return ticket;
    };
    this.#room.tell(sender, { type: "ticket", id: number, ticket: ticket(), peer: seat.name });
    this.#room.tell(seat, { type: "ticket", id: number, ticket: ticket(), peer: sender.name });
  }

  /**
   * Tells the sender no.
   *
   * @throws {ProtocolError} when there is no such offer to `seat`.
   */
  decline(seat: Seat, number: number): void {
    const { sender, name } = this.#answered(seat, number);
    this.#room.tell(sender, { type: "error", id: number, text: `${seat.name} declined ${name}` });
  }

  /** Forgets somebody who has left. */
  left(seat: Seat): void {
    for (const { number, sender, name, to } of [...this.#standing.values()]) {
      if (sender === seat) {
        this.#standing.delete(number);
        const text = `${seat.name} left, and took ${name} along`;
        for (const each of to) this.#room.tell(each, { type: "error", id: number, text });
      } else if (to.has(seat)) {
        this.#answered(seat, number);
        this.#room.tell(sender, {
          type: "error",
          id: number,
          text: `${seat.name} left without ${name}`,
        });
      }
    }
  }

  /** What a ticket leads to, once; undefined when it is used up, or too old. */
  redeem(ticket: string): Relay | undefined {
    const found = this.#relays.get(ticket);
    this.#relays.delete(ticket);
    return found && found.until >= performance.now() ? found.relay : undefined;
  }

  #pass(sender: Seat, { id, name, size, to = "" }: Offer): void {
    const own = [...this.#standing.values()].filter((each) => each.sender === sender);
    if (own.length >= TRANSFERS || this.#standing.size >= OFFERS) {
      throw new ProtocolError("too many offers wait for an answer");
    }
    const seats = this.#room.receivers(to, sender);
    const number = ++this.#last;
    this.#standing.set(number, { number, sender, name, to: new Set(seats) });
    const names = seats.map(({ name }) => name);
    this.#room.tell(sender, { type: "offered", id, number, to: names });
    for (const seat of seats) {
      this.#room.tell(seat, { type: "offer", id: number, name, size, from: sender.name });
    }
  }

  #answered(seat: Seat, number: number): Standing {
    const standing = this.#standing.get(number);
    if (!standing?.to.delete(seat)) throw new ProtocolError(`there is no offer ${number} to you`);
    if (standing.to.size === 0) this.#standing.delete(number);
    return standing;
  }
}
