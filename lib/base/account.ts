/**
 * Who somebody is, where a server has accounts, and what that lets them do.
 *
 * @module
 */

/** What an account is for, from the most trusted to the least. */
export const ROLES = ["instructor", "student", "guest"] as const;

/** One of {@linkcode ROLES}. */
export type Role = typeof ROLES[number];

/** A person who has proven to be one. */
export interface Account {
  /** The name that belongs to nobody else. */
  readonly name: string;
  /** What they may do. */
  readonly role: Role;
}

/** What not everybody may do: send others away, put files into the server's folder, say something. */
export type Right = "moderate" | "write" | "speak";

const RIGHTS: Record<Role, readonly Right[]> = {
  instructor: ["moderate", "write", "speak"],
  student: ["write", "speak"],
  guest: [],
};

/** Whether an account has a right. Without accounts everybody may write and speak. */
export function may(account: Account | undefined, right: Right): boolean {
  return account ? RIGHTS[account.role].includes(right) : right !== "moderate";
}
