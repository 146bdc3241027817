/**
 * What ends a `get` over text and raw, and what any is answered instead of a file (docs/protocol.md).
 *
 * @module
 */

/** Behind the bytes of a file. It is unsafe: a file may hold it, too. */
export const END_MARKER = "EOF";

/** What is answered for whatever is no regular file of the share. */
export const NOT_FOUND = "File not found.";

/** What a native `get` of a folder is answered: its client can ask for what is in it. */
export const IS_FOLDER = "It is a folder.";
