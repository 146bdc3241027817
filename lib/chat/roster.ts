import { ROSTER_RECORDS } from "../base/limits.ts";

/** One participant's line in the roster. */
export interface Record {
  /** Counted from 1, in the order of arrival. */
  readonly number: number;
  /** The last name. */
  name: string;
  /** When the connection came. */
  readonly start: Date;
  /** When it left; absent while connected. */
  end?: Date;
}

/** Everybody who was ever connected, with start and end; the oldest who left are forgotten first. */
export class Roster {
  #records = new Map<number, Record>();
  #last = 0;

  /** Adds somebody who has just connected; `name` gets the number. */
  add(name: (number: number) => string): Record {
    const number = ++this.#last;
    const record: Record = { number, name: name(number), start: new Date() };
    this.#records.set(number, record);
    if (this.#records.size > ROSTER_RECORDS) this.#forgetOldest();
    return record;
  }

  /** Forgets one that was no participant. */
  forget({ number }: Record): void {
    this.#records.delete(number);
  }

  /** One line each: `Client 1: Ben - Start: 2026-11-20 17:45:47, End: Still Connected`. */
  lines(): string[] {
    return [...this.#records.values()].map(({ number, name, start, end }) =>
      `Client ${number}: ${name} - Start: ${localTime(start)}, End: ${
        end ? localTime(end) : "Still Connected"
      }`
    );
  }

  #forgetOldest(): void {
    for (const [number, { end }] of this.#records) {
      if (!end) continue;
      this.#records.delete(number);
      return;
    }
  }
}

/** Local time as `2026-11-20 17:45:47`. */
export function localTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
