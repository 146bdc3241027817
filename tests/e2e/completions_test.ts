/**
 * Completion in real shells at a real terminal: what a Tab makes of a line.
 *
 * @module
 */
import { Folder } from "../support/folder.ts";
import { withLabwire } from "../support/page_run.ts";
import { peerTest } from "../support/peers.ts";
import { Terminal } from "../support/tmux.ts";

interface Shell {
  /** Without the user's own settings. */
  command: string[];
  /** What is typed first, as the README has it; `$ ` becomes the prompt. */
  install: string[];
}

const SHELLS: Record<string, Shell> = {
  bash: {
    command: ["bash", "--norc", "--noprofile"],
    install: ["PS1='$ '", 'eval "$(labwire completions bash)"'],
  },
  zsh: {
    command: ["zsh", "-f"],
    install: [
      "PS1='$ '; PROMPT_SP=; unsetopt prompt_sp",
      "autoload -U compinit; compinit -D",
      "source <(labwire completions zsh)",
    ],
  },
  fish: {
    command: ["fish", "--no-config"],
    install: [
      "function fish_prompt; echo '$ '; end; set fish_greeting; set fish_autosuggestion_enabled 0",
      "labwire completions fish | source",
    ],
  },
};

/** What is typed, a Tab behind it, and the line that comes of it. */
const LINES: [typed: string, completed: string][] = [
  // commands
  ["labwire se", "labwire serve"],
  ["labwire ec", "labwire echo-reverse"],
  // options
  ["labwire serve --mod", "labwire serve --mode"],
  ["labwire serve :8000 --max-c", "labwire serve :8000 --max-clients"],
  ["labwire connect 127.0.0.1:8000 --lin", "labwire connect 127.0.0.1:8000 --linger"],
  ["labwire connect --mo", "labwire connect --mo"], // an option of another command
  // their values
  ["labwire serve --mode op", "labwire serve --mode operator"],
  ["labwire serve --mode=op", "labwire serve --mode=operator"],
  ["labwire bench 127.0.0.1:5000 --expect bro", "labwire bench 127.0.0.1:5000 --expect broadcast"],
  ["labwire connect --name no", "labwire connect --name no"], // no shell knows it
  // files and folders
  ["labwire connect --key-file not", "labwire connect --key-file notes.txt"],
  ["labwire connect --key-file=not", "labwire connect --key-file=notes.txt"],
  ["labwire put 127.0.0.1:9000 not", "labwire put 127.0.0.1:9000 notes.txt"],
  ["labwire put -d lab 127.0.0.1:9000 a not", "labwire put -d lab 127.0.0.1:9000 a notes.txt"],
  ["labwire get 127.0.0.1:9000 x -ro no", "labwire get 127.0.0.1:9000 x -ro nook/"],
  ["labwire serve --files no", "labwire serve --files nook/"],
  ["labwire fileserver no", "labwire fileserver nook/"],
  ["labwire connect no", "labwire connect no"], // an address
  // arguments that are words, and commands in front of commands
  ["labwire completions po", "labwire completions powershell"],
  ["labwire help exit", "labwire help exit-codes"],
  ["labwire help ec", "labwire help echo-reverse"],
  ["labwire schema unk", "labwire schema unknown-variable"],
  ["labwire config se", "labwire config serve"],
  ["labwire config serve --mode=op", "labwire config serve --mode=operator"],
  // behind -- there are no options
  ["labwire serve -- --mo", "labwire serve -- --mo"],
  ["labwire put -- 127.0.0.1:9000 not", "labwire put -- 127.0.0.1:9000 notes.txt"],
];

for (const [name, { command, install }] of Object.entries(SHELLS)) {
  peerTest(["tmux", name], `${name} completes commands, options, values and files`, async () => {
    await using folder = await Folder.make({ "notes.txt": "", "nook/deep.txt": "" });
    await using bin = await Folder.make({});
    const env = { ...await withLabwire(bin), HISTFILE: "", fish_history: "" };
    await using terminal = await Terminal.open(command, { cwd: folder.path, env });
    for (const line of install) {
      await terminal.type(line);
      await terminal.press("Enter");
    }
    await terminal.type("clear; echo ready");
    await terminal.press("Enter");
    await terminal.shows(/^ready\n\$/);
    const clear = async () => {
      await terminal.press("C-u");
      await terminal.press("C-l");
      await terminal.shows("$");
    };
    await clear();
    for (const [typed, completed] of LINES) {
      await terminal.type(typed);
      await terminal.press("Tab");
      // The shell has done with the Tab when it takes a letter behind what came of it.
      await terminal.type("#");
      await terminal.shows(`$ ${completed}${behind(name, typed, completed)}#`);
      await clear();
    }
    await terminal.type("labwire serve --mode ");
    await terminal.press("Tab", "Tab");
    await terminal.shows(/chat[^]*operator/);
    await terminal.press("C-c");
    await terminal.type("exit");
    await terminal.press("Enter");
    await terminal.ended(); // what it writes on its way is written before its home goes
  });
}

/** What a shell leaves behind what it has completed. */
function behind(shell: string, typed: string, completed: string): string {
  if (typed === completed || completed.endsWith("/")) return "";
  return shell === "zsh" && / --[a-z-]+$/.test(completed) ? "=" : " ";
}
