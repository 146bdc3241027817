import type { Command, Option } from "./command.ts";
import { type Environment, nearest, type Origin, parseCommandLine, variableOf } from "./parse.ts";
import { OTHER_VARIABLES } from "./topics/environment.ts";

/** What an option is in effect, and why. */
export interface Setting {
  /** Its name without dashes. */
  readonly option: string;
  /** The variable that stands for it. */
  readonly variable: string;
  /** As it would be typed; absent if it has none, or it is secret. */
  readonly value?: string;
  /** Where that comes from. */
  readonly origin: Origin;
  /** Its value is never shown. */
  readonly secret: boolean;
}

/**
 * What a command line, which need not have its arguments, makes of a command's options; in the order of
 * its help page.
 *
 * @throws {Failure} with the usage exit code, as the command itself would be refused.
 */
export function settingsOf(
  command: Command,
  args: readonly string[],
  environment: Environment,
): Setting[] {
  const lenient = { ...command, args: ["[ARGUMENT...]"] };
  const { texts, origins } = parseCommandLine(lenient, args, environment);
  const settings = Object.entries(command.options).map(([option, { secret = false, ...more }]) => {
    const variable = variableOf(option);
    if (secret) return { option, variable, origin: hiddenOrigin(option), secret };
    const value = texts[option]?.join(" ") ?? (more.value === undefined ? "no" : more.shown);
    return { option, variable, value, origin: origins[option], secret };
  });
  return [...settings, ...othersOf(command, environment)];

  function hiddenOrigin(option: string): Origin {
    if (origins[option] === "option") return "option";
    return environment(variableOf(option)) ? "environment" : "default";
  }
}

/** Variables that a command reads, though no option is named after them. */
function othersOf({ options }: Command, environment: Environment): Setting[] {
  return OTHER_VARIABLES.flatMap(({ name, option, secret = false }) => {
    const own = optionOf(name);
    if (Object.hasOwn(options, own) || (option && !Object.hasOwn(options, option))) return [];
    const value = environment(name) || undefined;
    const origin = value === undefined ? "default" : "environment";
    return { option: own, variable: name, value: secret ? undefined : value, origin, secret };
  });
}

/** A variable of the environment, with what each command that reads it makes of it. */
export interface VariableUse {
  /** As it is written there. */
  readonly variable: string;
  /** None if it is unknown. */
  readonly uses: readonly {
    readonly command: string;
    readonly setting: Setting;
    /** Why the command would not take the value, if so. */
    readonly problem?: string;
  }[];
  /** The variable that may be meant instead. */
  readonly meant?: string;
}

/** What commands make of all variables whose name begins with `LABWIRE_`. */
export function variablesIn(
  environment: Readonly<Record<string, string>>,
  commands: readonly Command[],
): VariableUse[] {
  const names = Object.keys(environment).filter((name) => name.startsWith(PREFIX)).sort();
  const set = names.filter((name) => environment[name] !== "");
  const known = new Set([
    ...commands.flatMap(({ options }) => Object.keys(options)),
    ...OTHER_VARIABLES.map(({ name }) => optionOf(name)),
  ]);
  return set.map((variable) => {
    const uses = commands.flatMap((command) => {
      const alone = (name: string) => name === variable ? environment[name] : undefined;
      const option: Option<unknown> | undefined = command.options[optionOf(variable)];
      if (option && !option.secret && option.read(environment[variable]) === undefined) {
        const setting: Setting = {
          option: optionOf(variable),
          variable,
          value: environment[variable],
          origin: "environment",
          secret: false,
        };
        return { command: command.name, setting, problem: `not ${option.wanted}` };
      }
      return settingsOf(command, [], alone)
        .filter((setting) => setting.variable === variable)
        .map((setting) => ({ command: command.name, setting }));
    });
    const near = uses.length > 0 ? undefined : nearest(optionOf(variable), [...known]);
    return { variable, uses, meant: near === undefined ? undefined : variableOf(near) };
  });
}

const PREFIX = "LABWIRE_";

function optionOf(variable: string): string {
  return variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-");
}
