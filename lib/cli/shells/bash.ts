import { type Candidates, type CompletedCommand, quoted, valuesOf } from "../completion.ts";

/** A completion script for bash, from 3.2 on (which completes files everywhere); needs nothing else. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const byReply = Map.groupBy(valuesOf(commands), ([, takes]) => reply(takes));
  return [
    '# Completion for bash: eval "$(labwire completions bash)" in ~/.bashrc',
    "",
    "# What the value of a command's option can be; fails for one that takes none.",
    "_labwire_value() {",
    "  case $1:$2 in",
    ...Array.from(
      byReply,
      ([reply, values]) => `    ${values.map(([spelling]) => spelling).join("|")}) ${reply} ;;`,
    ),
    "    *) return 1 ;;",
    "  esac",
    "}",
    "",
    "# What a command's argument can be, by its number from 0.",
    "_labwire_argument() {",
    "  case $1:$2 in",
    ...commands.flatMap(({ word, args }) =>
      args.map(({ takes, many }, i) => `    ${word}:${many ? "*" : i}) ${reply(takes)} ;;`)
    ),
    "  esac",
    "}",
    "",
    "_labwire_options() {",
    "  kind=words",
    "  case $1 in",
    ...commands.map(({ word, options }) => {
      const names = options.map(({ spellings: [name] }) => name);
      return `    ${word}) candidates=(${names.join(" ")}) ;;`;
    }),
    "  esac",
    "}",
    "",
    MAIN
      .replace("COMMANDS", commands.map(({ word }) => word).join(" "))
      .replace(
        "THROUGH",
        commands.filter(({ through }) => through).map(({ word }) => word).join(" "),
      ),
  ].join("\n");
}

function reply(takes: Candidates): string {
  if (typeof takes === "string") return `kind=${takes}`;
  const words = takes.map(({ word }) => /^[\w./-]+$/.test(word) ? word : quoted(word));
  return `kind=words candidates=(${words.join(" ")})`;
}

const MAIN = `_labwire() {
  # bash cuts words at = and :, too. What stands together is one word, up to the cursor.
  local line=\${COMP_LINE:0:COMP_POINT} words=() word i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && word=\${line#"\${line%%[![:blank:]]*}"}
    if ((i == 0)) || [[ $line == [[:blank:]]* ]]; then
      words+=("$word")
    else
      words[\${#words[@]} - 1]+=$word
    fi
    line=\${line#"\${line%%[![:blank:]]*}"}
    line=\${line#"$word"}
  done
  for word in THROUGH; do # in front of another command's line
    ((\${#words[@]} > 2)) && [[ \${words[1]} == "$word" ]] &&
      words=("\${words[0]}" "\${words[@]:2}")
  done

  local last=$((\${#words[@]} - 1)) waiting= ended= place=0 kind=any candidates=()
  local cur=\${words[last]} command=\${words[1]}
  for ((i = 2; i < last; i++)); do
    word=\${words[i]}
    [[ $word == -[!-]* ]] && word=-\${word: -1} # several letters: the last may take a value
    if [[ $waiting ]]; then
      waiting=
    elif [[ $ended || $word != -?* ]]; then
      place=$((place + 1))
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word != *=* ]] && _labwire_value "$command" "$word"; then
      waiting=$word
    fi
  done

  if [[ $cur == *[\\<\\>]* || \${words[last - 1]} == *[\\<\\>] ]]; then
    kind=file # a redirection
  elif ((last == 1)); then
    kind=words candidates=(COMMANDS)
    [[ $cur == -* ]] && candidates=(--help --version)
  elif [[ $waiting ]]; then
    _labwire_value "$command" "$waiting"
  elif [[ ! $ended && $cur == --*=* ]]; then
    kind=any candidates=()
    _labwire_value "$command" "\${cur%%=*}" && candidates=("\${candidates[@]/#/\${cur%%=*}=}")
  elif [[ ! $ended && $cur == -* ]]; then
    _labwire_options "$command"
  else
    kind=any
    _labwire_argument "$command" "$place"
  fi

  # What bash puts in stands behind the last = or : at which it cuts.
  local breaks=\${COMP_WORDBREAKS//[^=:]/} left=
  [[ $breaks ]] && left=\${cur%"\${cur##*[$breaks]}"}
  COMPREPLY=()
  [[ $kind == file ]] && return # by bash itself, since nothing was found here
  compopt +o default 2>/dev/null
  [[ $kind == folder ]] && compopt -o dirnames 2>/dev/null
  [[ $kind == words ]] || return
  for word in "\${candidates[@]}"; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("\${word#"$left"}")
  done
}
complete -o default -F _labwire labwire
`;
