import { Exit, Failure } from "../base/errors.ts";
import { suggest } from "./parse.ts";

/**
 * What has this name among commands or their entries.
 *
 * @throws {Failure} with the usage exit code when nothing has, and the name that may be meant.
 */
export function commandNamed<C extends { readonly name: string }>(
  name: string,
  commands: readonly C[],
): C {
  const command = commands.find((each) => each.name === name);
  if (command) return command;
  const remedy = suggest(name, commands.map(({ name }) => name), "labwire ") ??
    "labwire --help lists them";
  throw new Failure(`Cannot run "${name}": unknown command`, Exit.usage, { remedy });
}
