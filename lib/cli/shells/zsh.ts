import {
  type Candidates,
  type CompletedArgument,
  type CompletedCommand,
  type CompletedOption,
  quoted,
  type Word,
} from "../completion.ts";

/** A completion script for zsh: sourced behind `compinit`, or a file `_labwire` in `$fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const through = commands.filter(({ through }) => through).map(({ word }) => word);
  return [
    "#compdef labwire",
    "# Completion for zsh: source <(labwire completions zsh) in ~/.zshrc, behind compinit",
    "",
    "# Says what is wanted, and offers nothing; to say it where an option begins would hide the options.",
    '_labwire_any() { [[ $PREFIX == -* ]] || _message -e "$@[-1]"; }',
    "",
    "_labwire() {",
    ...through.map((word) =>
      `  if ((CURRENT > 2)) && [[ $words[2] == ${word} ]]; then words[2]=(); ((CURRENT--)); fi`
    ),
    "  if ((CURRENT == 2)); then",
    "    local -a commands=(",
    ...commands.map((command) => `      ${quoted(described(command))}`),
    "    )",
    "    _describe command commands",
    "    _arguments '--help[show commands and topics]' '--version[show the version]'",
    "    return",
    "  fi",
    "  shift words",
    "  ((CURRENT--))",
    "  case $words[1] in",
    ...commands.flatMap(({ word, options, args }) => [
      `    ${word})`,
      "      _arguments -s -S \\",
      ...[...options.map(ofOption), ...args.map(ofArgument)].map((spec, i, { length }) =>
        `        ${spec}${i < length - 1 ? " \\" : ""}`
      ),
      "      ;;",
    ]),
    "  esac",
    "}",
    "",
    'if [[ $funcstack[1] == _labwire ]]; then _labwire "$@"; else compdef _labwire labwire; fi',
    "",
  ].join("\n");
}

/** `'(--output -o)'{--output=,-o+}'[where to save]:DIR:_files -/'` */
function ofOption({ spellings, help, value, takes, many }: CompletedOption): string {
  const named = takes === undefined
    ? spellings
    : spellings.map((each) => each.startsWith("--") ? `${each}=` : `${each}+`);
  const before = many ? "*" : named.length > 1 ? `(${spellings.join(" ")})` : "";
  const names = named.length > 1 ? `{${named.join(",")}}` : named[0];
  const after = `[${help.replace(/[[\]\\]/g, "\\$&")}]` +
    (takes === undefined ? "" : `:${escaped(value ?? "")}:${action(value ?? "", takes)}`);
  return `${before && quoted(before)}${names}${quoted(after)}`;
}

function ofArgument({ name, takes, optional, many }: CompletedArgument, at: number): string {
  const place = many ? "*:" : optional ? `${at + 1}::` : `${at + 1}:`;
  return quoted(`${place}${escaped(name)}:${action(name, takes)}`);
}

function action(name: string, takes: Candidates): string {
  if (takes === "any") return `_labwire_any ${escaped(name)}`;
  if (takes === "file") return "_files";
  if (takes === "folder") return "_files -/";
  if (takes.every(({ help }) => help === undefined)) {
    return `(${takes.map(({ word }) => word).join(" ")})`;
  }
  const words = takes.map(({ word, help = "" }) => `${word}\\:${JSON.stringify(escaped(help))}`);
  return `((${words.join(" ")}))`;
}

function described({ word, help = "" }: Word): string {
  return `${escaped(word)}:${help}`;
}

function escaped(text: string): string {
  return text.replace(/[:\\]/g, "\\$&");
}
