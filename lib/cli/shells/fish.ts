import { type Candidates, type CompletedCommand, valuesOf } from "../completion.ts";

/** A completion script for fish. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const through = commands.filter(({ through }) => through).map(({ word }) => word);
  return [
    "# Completion for fish: labwire completions fish | source in ~/.config/fish/config.fish",
    "",
    "# The words before the cursor, from the command on.",
    "function __labwire_words",
    "    set -l words (commandline -opc)[2..-1]",
    ...through.map((word) => `    test "$words[1]" = ${word}; and set -e words[1]`),
    "    string join \\n -- $words",
    "end",
    "",
    FUNCTIONS.replace("VALUED", [...valuesOf(commands).keys()].map(quoted).join(" ")),
    "complete -c labwire -f",
    "complete -c labwire -n __labwire_begins -l help -d 'show commands and topics'",
    "complete -c labwire -n __labwire_begins -l version -d 'show the version'",
    ...commands.map(({ word, help }) =>
      `complete -c labwire -n __labwire_begins -a ${word} -d ${quoted(help)}`
    ),
    ...commands.flatMap(({ word, options, args }) => [
      "",
      ...options.map(({ spellings, help, takes }) =>
        [
          `complete -c labwire -n ${quoted(`__labwire_is ${word}`)}`,
          ...spellings.map((each) =>
            each.startsWith("--") ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`
          ),
          ...(takes === undefined ? [] : [`-r ${offers(takes)}`]),
          `-d ${quoted(help)}`,
        ].join(" ")
      ),
      ...args.flatMap(({ takes, many }, place) => {
        const when = quoted(`__labwire_wants ${word} ${place}${many ? " many" : ""}`);
        if (takes === "any") return [];
        if (typeof takes === "string") return `complete -c labwire -n ${when} ${offers(takes)}`;
        return takes.map(({ word, help }) =>
          `complete -c labwire -n ${when} -a ${quoted(word)}` +
          (help === undefined ? "" : ` -d ${quoted(help)}`)
        );
      }),
    ]),
    "",
  ].join("\n");
}

const FUNCTIONS = `set -g __labwire_valued VALUED

function __labwire_begins
    test (count (__labwire_words)) -eq 0
end

function __labwire_is --argument-names command
    set -l words (__labwire_words)
    test "$words[1]" = $command
end

# Whether the argument of a command with this number, or one behind it, is to be typed.
function __labwire_wants --argument-names command place many
    __labwire_is $command; or return
    set -l count 0
    set -l waiting no
    set -l ended no
    for word in (__labwire_words)[2..-1]
        if test $waiting = yes
            set waiting no
        else if test $ended = yes; or not string match -q -- '-?*' $word
            set count (math $count + 1)
        else if test "$word" = --
            set ended yes
        else
            # Of several letters the last may take a value.
            set word (string replace -r '^-[^-].*(.)$' -- '-$1' $word)
            if contains -- "*:$word" $__labwire_valued
                set waiting yes
            else if contains -- "$command:$word" $__labwire_valued
                set waiting yes
            end
        end
    end
    test $count -eq $place; or test "$many" = many -a $count -gt $place
end

`;

function offers(takes: Candidates): string {
  if (takes === "file") return "-F";
  if (takes === "folder") return "-f -a '(__fish_complete_directories)'";
  if (takes === "any") return "-f";
  return `-f -a ${quoted(takes.map(({ word }) => word).join(" "))}`;
}

/** In single quotes, as fish reads them. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
