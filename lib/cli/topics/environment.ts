/** A variable that no option is named after. */
export interface OtherVariable {
  /** As it is written in the environment. */
  readonly name: string;
  /** What it holds. */
  readonly about: string;
  /** Commands with this option read it; all, unless given. */
  readonly option?: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
}

/** Those that begin with `LABWIRE_`. */
export const OTHER_VARIABLES: readonly OtherVariable[] = [
  { name: "LABWIRE_KEY", about: "the key of --cipher", option: "key", secret: true },
  { name: "LABWIRE_SECRET", about: "the passphrase of --secret", option: "secret", secret: true },
  {
    name: "LABWIRE_PASSWORD",
    about: "the password of --user, or of an account that passwd makes",
    option: "password-file",
    secret: true,
  },
  {
    name: "LABWIRE_STATE",
    about: "the folder for what outlives a command, such as a certificate",
    option: "tls-self-signed",
  },
];

/** Those of the system that labwire looks at. */
export const SYSTEM_VARIABLES: readonly (readonly [name: string, about: string])[] = [
  ["NO_COLOR", "if it is not empty, nothing is coloured"],
  ["NOTIFY_SOCKET", "a socket that a server tells when clients can come (sd_notify)"],
  ["USER", "the name that a client has unless it is given one"],
  ["XDG_STATE_HOME", "where that folder is, as labwire; ~/.local/state unless set"],
];

const OTHERS = [...OTHER_VARIABLES.map(({ name, about }) => [name, about]), ...SYSTEM_VARIABLES];

/** `labwire help environment`. */
export const environment = `Variables of the environment

Every option can come from a variable: --max-clients from LABWIRE_MAX_CLIENTS, a switch such as
--writable from LABWIRE_WRITABLE=yes. An option on the command line comes first, then the
variable, then the default. An empty variable counts as none.

  LABWIRE_MODE=ack LABWIRE_MAX_CLIENTS=3 labwire serve

Variables that no option is named after:

${OTHERS.map(([name, about]) => `  ${name.padEnd(18)}${about}`).join("\n")}

What a command makes of them, and which of them nobody knows:

  labwire config serve --mode ack
  labwire config
`;
