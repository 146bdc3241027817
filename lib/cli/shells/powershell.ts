import { type CompletedCommand, valuesOf, type Word } from "../completion.ts";

/** A completion script for PowerShell, which itself completes files where nothing else is found. */
export function powershellCompletion(commands: readonly CompletedCommand[]): string {
  const values = Array.from(valuesOf(commands)).filter(([, takes]) => typeof takes !== "string");
  const args = commands.flatMap(({ word, args }) =>
    args.slice(0, 1).map(({ takes }) => [word, takes] as const)
  ).filter(([, takes]) => typeof takes !== "string");
  const through = commands.filter(({ through }) => through).map(({ word }) => quoted(word));
  return [
    "# Completion for PowerShell: labwire completions powershell | Out-String | Invoke-Expression",
    "# in $PROFILE",
    "Register-ArgumentCompleter -Native -CommandName labwire -ScriptBlock {",
    "  param($wordToComplete, $commandAst, $cursorPosition)",
    `  $commands = ${table(commands)}`,
    "  $options = @{",
    ...commands.map(({ word, options }) => {
      const words = options.map(({ spellings: [name], help }) => ({ word: name, help }));
      return `    ${quoted(word)} = ${table(words)}`;
    }),
    "  }",
    "  $values = @{",
    ...values.map(([name, takes]) => `    ${quoted(name)} = ${table(takes as readonly Word[])}`),
    "  }",
    "  $arguments = @{",
    ...args.map(([name, takes]) => `    ${quoted(name)} = ${table(takes as readonly Word[])}`),
    "  }",
    MAIN.replace("THROUGH", through.join(", ")),
  ].join("\n");
}

const MAIN = `  $before = @($commandAst.CommandElements |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.Extent.Text } | Select-Object -Skip 1)
  while ($before.Count -gt 0 -and @(THROUGH) -contains $before[0]) {
    $before = @($before | Select-Object -Skip 1)
  }
  $front = ''
  $word = $wordToComplete
  if ($before.Count -eq 0) {
    $found = $commands
  } else {
    $command = $before[0]
    $option = $before[-1]
    if ($word -match '^(--[^=]+)=') {
      $option = $Matches[1]
      $front = $Matches[0]
    }
    $found = $values["*:$option"]
    if (-not $found) { $found = $values["\${command}:$option"] }
    if (-not $found -and $word -like '-*') { $found = $options[$command] }
    if (-not $found -and $before.Count -eq 1) { $found = $arguments[$command] }
  }
  if (-not $found) { return }
  $found.GetEnumerator() | Where-Object { "$front$($_.Key)" -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new(
      "$front$($_.Key)", $_.Key, 'ParameterValue', $_.Value)
  }
}
`;

/** Words with what is said of them, in their order. */
function table(words: readonly Word[]): string {
  const rows = words.map(({ word, help }) => `${quoted(word)} = ${quoted(help || word)}`);
  return `[ordered]@{ ${rows.join("; ")} }`;
}

/** In single quotes, as PowerShell reads them; it takes typographic ones for the same. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}
