/**
 * Real servers, real sockets: connections that do odd things, beside honest ones that must not notice.
 *
 * @module
 */
import fc from "fast-check";
import type { Check, Target } from "../campaign.ts";
import { makeSecret } from "../../lib/auth/keying.ts";
import { stretch } from "../../lib/auth/stretch.ts";
import { type Login, part, partBehind } from "../support/actions.ts";
import { askers, chatters, insiders } from "../support/company.ts";
import { type Kind as Ground, Victim } from "../support/victim.ts";

/** A passphrase that those who are inside know. */
const LABWIRE_SECRET = "six words that nobody else knows";
const keying = await makeSecret(LABWIRE_SECRET);

/** Who has an account, with a password that is the name and what follows. */
const ACCOUNTS = [
  ["Ada", "instructor"],
  ["Ron", "student"],
  ["Eve", "student"],
  ["Gus", "guest"],
] as const;

function loginOf(user: string): Login {
  return { user, password: `${user}'s own password` };
}

/** The file of accounts, with hashes that cost little. */
async function users(): Promise<string> {
  const lines = ACCOUNTS.map(async ([name, role]) => {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const hash = await stretch(loginOf(name).password!, salt, { cost: 1024, bytes: 32 });
    return `${name}:${role}:scrypt:1024:${salt.toBase64()}:${hash.toBase64()}\n`;
  });
  return (await Promise.all(lines)).join("");
}

/** A server, and who its cases' insiders are. */
interface Kind extends Ground {
  readonly logins?: readonly Login[];
}

const KINDS: Kind[] = [
  {
    name: "serve",
    args: (folder) => ["serve", "127.0.0.1:0", "--files", folder, "--writable", "--quota", "50M"],
    company: chatters,
  },
  {
    name: "ack",
    args: (folder) => ["serve", "127.0.0.1:0", "--mode", "ack", "--files", folder],
    company: (port) =>
      askers(
        port,
        (number) => [`word ${number}`, `word ${number} ACK`],
        ["Tex", "successfully"],
      ),
  },
  {
    name: "echo-reverse",
    args: () => ["echo-reverse", "127.0.0.1:0"],
    company: (port) => askers(port, (number) => [`word ${number}`, reversed(`word ${number}`)]),
  },
  {
    name: "fileserver",
    args: (folder) => ["fileserver", folder, "127.0.0.1:0", "--writable", "--quota", "50M"],
    company: (port) => askers(port, () => ["list", "a.txt"]),
  },
  {
    name: "secret",
    args: (folder) => ["serve", "127.0.0.1:0", "--files", folder, "--writable", "--quota", "50M"],
    env: { LABWIRE_SECRET },
    keying,
    logins: [{}],
    company: (port) => insiders(port, { ada: { keying }, ron: { keying } }),
  },
  {
    name: "users",
    args: (folder) => [
      ...["serve", "127.0.0.1:0", "--users", `${folder}/../users`],
      ...["--files", folder, "--writable", "--quota", "50M"],
    ],
    env: { LABWIRE_SECRET },
    keying,
    users: await users(),
    logins: [
      ...["Eve", "Eve", "Eve", "Eve", "Gus", "Gus"].map(loginOf),
      { ...loginOf("Ada"), password: "wrong", refused: true },
      { user: "nobody", password: "", refused: true },
      { refused: true },
    ],
    company: (port) =>
      insiders(port, {
        ada: { keying, ...loginOf("Ada") },
        ron: { keying, ...loginOf("Ron") },
      }),
  },
];

/** A server that is started anew after a find, so that the next case finds it as it should be. */
function server(kind: Kind): Check {
  return {
    name: kind.name,
    open() {
      let victim: Victim | undefined;
      const property = fc.asyncProperty(
        fc.array(kind.logins ? partBehind(kind.logins) : part, { minLength: 1, maxLength: 4 }),
        async (parts) => {
          victim ??= await Victim.start(kind);
          try {
            await victim.suffer(parts);
          } catch (error) {
            await victim.drop();
            victim = undefined;
            throw error;
          }
        },
      );
      return { property, [Symbol.asyncDispose]: async () => await victim?.[Symbol.asyncDispose]() };
    },
  };
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

/** The servers. */
export const live: Target = { name: "live", checks: KINDS.map(server), weight: 4 };
