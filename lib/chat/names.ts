import { ProtocolError } from "../base/errors.ts";
import { NAME_CHARACTERS } from "../base/limits.ts";
import { safeText } from "../base/safe_text.ts";

/**
 * A name as it will be shown, without white space around it.
 *
 * @throws {ProtocolError} when it is empty, over 32 characters, holds control characters or a colon
 * (which ends a name in `Ada: text`), or could be taken for the server's own.
 */
export function checkedName(wish: string): string {
  const name = wish.normalize("NFC").trim();
  const length = [...name].length;
  if (nameKey(name) === "") throw new ProtocolError("a name cannot be empty");
  if (length > NAME_CHARACTERS) {
    throw new ProtocolError(`a name has at most ${NAME_CHARACTERS} characters, not ${length}`);
  }
  if (safeText(name) !== name || /[\t:]/.test(name)) {
    throw new ProtocolError("a name cannot hold control characters, tabs or colons");
  }
  if (/^[*/]/.test(name) || nameKey(name) === "server") {
    throw new ProtocolError(`the name "${name}" could be taken for the server's own words`);
  }
  return name;
}

/** What two names share when they count as the same: they look alike, whatever is invisible in them. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "").toLowerCase();
}
