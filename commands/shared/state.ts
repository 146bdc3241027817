/**
 * The folder in which labwire keeps what outlives a command: `LABWIRE_STATE`, else `labwire` in the
 * system's folder for state (XDG_STATE_HOME, or LOCALAPPDATA on Windows). It need not exist.
 */
export function stateFolder(): string {
  const given = Deno.env.get("LABWIRE_STATE");
  if (given) return given;
  if (Deno.build.os === "windows") return `${Deno.env.get("LOCALAPPDATA") ?? "."}\\labwire`;
  const home = `${Deno.env.get("HOME") ?? "."}/.local/state`;
  return `${Deno.env.get("XDG_STATE_HOME") || home}/labwire`;
}
