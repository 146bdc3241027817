/**
 * Accounts for tests, whose passwords cost next to nothing to check.
 *
 * @module
 */
import { Accounts } from "../../lib/auth/accounts.ts";
import { stretch } from "../../lib/auth/stretch.ts";
import type { Role } from "../../lib/base/account.ts";

/** A line of a file of accounts; checking the password is cheap unless `cost` says otherwise. */
export async function personLine(
  name: string,
  role: Role,
  password: string,
  cost = 1024,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const hash = await stretch(password, salt, { cost, bytes: 32 });
  return `${name}:${role}:scrypt:${cost}:${salt.toBase64()}:${hash.toBase64()}\n`;
}

/** Ada, an instructor ("engine"), Ben, a student ("pässword"), and Cem, a guest ("guest"). */
export const PEOPLE: string = "# those who may come in\n" +
  await personLine("Ada", "instructor", "engine") +
  await personLine("Ben", "student", "p\u00e4ssword") + "\n" +
  await personLine("Cem", "guest", "guest");

/** The same, and how often a password was hashed. */
export function people(): { accounts: Accounts; hashed: () => number } {
  let hashed = 0;
  const accounts = new Accounts(PEOPLE, {
    hash: (...given) => {
      hashed++;
      return stretch(...given);
    },
  });
  return { accounts, hashed: () => hashed };
}
