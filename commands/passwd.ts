import { ROLES } from "../lib/base/account.ts";
import { Exit, Failure } from "../lib/base/errors.ts";
import { safe } from "../lib/base/safe_text.ts";
import { choice, type Context, defineCommand, flag, text } from "../lib/cli/command.ts";
import { note, print } from "../lib/term/screen.ts";
import { askTwice } from "../lib/term/secret.ts";
import { readSecretFile } from "./shared/secret_file.ts";

/** Letters and digits that are not taken for each other: 32 of them, 5 bits each. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** `labwire passwd`. */
export const passwd = defineCommand({
  name: "passwd",
  summary: "Make the accounts that a server lets in (--users)",
  args: ["FILE", "[NAME...]"],
  about:
    "Adds an account to FILE, or changes its password or role; the password is asked for at the\n" +
    "terminal, twice, or comes from --password-file or LABWIRE_PASSWORD, and only its scrypt hash\n" +
    "is kept. Instructors send people away and write files; students write files and speak; guests\n" +
    "read and listen. Without a NAME it lists the accounts. A running server reads FILE again on\n" +
    "SIGHUP, or when its operator types /reload.",
  options: {
    role: choice(ROLES, "what the account may do; a new one is a student's", undefined),
    generate: flag("make up passwords and print them, one line for each NAME"),
    remove: flag("take the accounts away"),
    "password-file": text("FILE", "read the password from a file"),
  },
  examples: [
    ["labwire passwd users Ada --role instructor", "add an instructor, and ask for a password"],
    ["labwire passwd users Ben Cem Dana --generate", "add a class, and print its passwords"],
    ["labwire passwd users", "list the accounts"],
    ["labwire serve :8000 --users users --secret", "let them in, and nobody else"],
  ],
  async run(values, [file, ...names], { signal, emit }) {
    const { Accounts, readAccounts } = await import("../lib/auth/accounts.ts");
    const { role, generate, remove } = values;
    if (names.length === 0) {
      const { all } = await readAccounts(file);
      if (emit) all.forEach((each) => emit({ event: "account", ...each, change: "none" }));
      else print(all.map(({ name, role }) => safe`${name} (${role})`));
      return Exit.done;
    }
    if (remove && (generate || role !== undefined || values["password-file"] !== undefined)) {
      throw new Failure("Cannot change accounts that are to be removed", Exit.usage, {
        remedy: "give --remove alone",
      });
    }
    using own = await lock(file);
    const passwords = new Map<string, string>();
    const accounts = await exists(file) ? await readAccounts(file) : new Accounts();
    if (remove) {
      for (const name of names) {
        if (accounts.remove(name)) continue;
        throw new Failure(`Cannot remove "${name}": there is no such account`, Exit.usage);
      }
    } else if (generate) {
      for (const name of names) {
        const password = madeUp();
        await accounts.set(name, role, password);
        passwords.set(name, password);
      }
    } else {
      if (names.length > 1) {
        throw new Failure("Cannot ask for several passwords at once", Exit.usage, {
          remedy: "add --generate, or give one NAME",
        });
      }
      const known = accounts.find(names[0]);
      const password = known && role !== undefined && !given(values)
        ? undefined // only the role changes
        : await newPassword(names[0], values["password-file"], signal);
      await accounts.set(names[0], role, password);
    }
    await own.replace(accounts.toString());
    // None is told that is not in the file.
    const change = remove ? "removed" : "set";
    for (const name of emit ? names : []) {
      const role = accounts.find(name)?.role;
      emit?.({ event: "account", name, role, change, password: passwords.get(name) });
    }
    if (generate && !emit) print(Array.from(passwords, ([name, each]) => safe`${name} ${each}`));
    if (!generate) {
      const { length } = accounts.all;
      note(safe`${file}: ${length} ${length === 1 ? "account" : "accounts"}`, "faint");
    }
    return Exit.done;
  },
});

function given(values: { "password-file"?: string }): boolean {
  return values["password-file"] !== undefined || Deno.env.get("LABWIRE_PASSWORD") !== undefined;
}

async function newPassword(
  name: string,
  file: string | undefined,
  signal: Context["signal"],
): Promise<string> {
  if (file !== undefined) return await readSecretFile("password", file);
  const known = Deno.env.get("LABWIRE_PASSWORD");
  if (known !== undefined) return known;
  const remedy = "give --password-file FILE, LABWIRE_PASSWORD or --generate";
  const password = await askTwice(safe`New password of ${name}: `, { remedy, signal });
  if (password !== undefined) return password;
  throw new Failure("Cannot set the password: you typed two different ones", Exit.usage);
}

/** Three groups of four: 60 bits. */
function madeUp(): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => ALPHABET[byte % 32]).join("").replace(/.{4}(?=.)/g, "$&-");
}

async function exists(file: string): Promise<boolean> {
  return await Deno.stat(file).then(() => true, () => false);
}

/** The file beside it that is being written; who has made it is the only one at work. */
interface Lock extends Disposable {
  /** Gives the file this content, whole or not at all: a server may read it at any time. */
  replace(text: string): Promise<void>;
}

async function lock(file: string): Promise<Lock> {
  const own = `${file}.new`;
  try {
    (await Deno.open(own, { write: true, createNew: true, mode: 0o600 })).close();
  } catch (cause) {
    const taken = cause instanceof Deno.errors.AlreadyExists;
    throw new Failure(
      `Cannot write "${file}": ${taken ? "it is being written" : "not there"}`,
      Exit.usage,
      {
        cause,
        remedy: taken
          ? `remove ${own} if no other labwire passwd runs`
          : "choose a folder that can be written",
      },
    );
  }
  let held = true;
  return {
    replace: async (text) => {
      await Deno.writeTextFile(own, text);
      await Deno.rename(own, file);
      held = false; // a file of that name would be another's lock now
    },
    [Symbol.dispose]: () => {
      if (!held) return;
      try {
        Deno.removeSync(own);
      } catch {
        // somebody else has, as the remedy above says
      }
    },
  };
}
