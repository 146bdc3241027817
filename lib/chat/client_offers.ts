import type { Offered } from "../wire/file_message.ts";

/** What a client has offered to others, until all of them have answered. */
export class ClientOffers {
  #asked = 0; // the room has not said to whom
  readonly #open = new Map<number, { own: number; waiting: number }>(); // by the room's number
  #settled?: () => void;

  /** Whether somebody's answer is waited for. */
  get open(): boolean {
    return this.#asked > 0 || this.#open.size > 0;
  }

  /** An offer goes to the room. */
  asked(): void {
    this.#asked++;
  }

  /** The room has passed it on, or nobody can have it. */
  offered({ id, number, to }: Offered): void {
    this.#asked--;
    if (to.length > 0) this.#open.set(number, { own: id, waiting: to.length });
    this.#check();
  }

  /** One of them has answered: our own number of the offer, undefined when it is not ours. */
  answered(number: number): number | undefined {
    const offer = this.#open.get(number);
    if (!offer) return undefined;
    if (--offer.waiting === 0) this.#open.delete(number);
    this.#check();
    return offer.own;
  }

  /** Resolves when nobody's answer is waited for. */
  async settled(): Promise<void> {
    if (!this.open) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settled = resolve;
    await promise;
  }

  #check(): void {
    if (!this.open) this.#settled?.();
  }
}
