/**
 * The messages of file transfers. A file travels as `file`, blocks, `end`, from whoever has it to
 * whoever wants it: server and client, client and server, or two clients that a room joins.
 *
 * Block n of a file is its bytes from n MiB on, at most 1 MiB. The **hash** of a file is the SHA-256
 * (FIPS 180-4) of the SHA-256 of its blocks, 32 bytes each, in order; of a file's first blocks it is
 * that of theirs. All hashes are 64 hexadecimal digits.
 *
 * @module
 */

/** A message of a transfer. */
export type FileMessage =
  | FileHead
  | FileBlock
  | FileEnd
  | Put
  | Want
  | Saved
  | Listing
  | Offer
  | Offered
  | Ticket;

/** From whoever has the file: it begins. */
export interface FileHead {
  /** Tells the message from others. */
  type: "file";
  /** The number of the transfer. */
  id: number;
  /** Its name, without folders. */
  name: string;
  /** Bytes of the whole file. */
  size: number;
  /** The first block that follows: what was asked for, or 0 when the blocks before it differ. */
  from: number;
  /** When it was last changed, in seconds since 1970. */
  modified?: number;
  /** Whether its owner may execute it. */
  executable?: boolean;
}

/** The next block, whole. */
export interface FileBlock {
  /** Tells the message from others. */
  type: "block";
  /** The number of the transfer. */
  id: number;
  /** 1 MiB; of the last block what there is. */
  bytes: Uint8Array;
}

/** From whoever has the file: that was all of it. */
export interface FileEnd {
  /** Tells the message from others. */
  type: "end";
  /** The number of the transfer. */
  id: number;
  /** The hash of the file. */
  hash: string;
}

/** Client to server: there is a file to be taken; answered with `want`. */
export interface Put {
  /** Tells the message from others. */
  type: "put";
  /** The number that the client gives to the transfer. */
  id: number;
  /** Where it is to stand, with folders. A slash at the end: make this folder, which is all. */
  name: string;
  /** Bytes of the whole file. */
  size: number;
  /** What to do when there is a file of that name; without it, the upload is refused. */
  exists?: Exists;
}

/** What becomes of a file that has the name already: it is replaced, or the new one is numbered. */
export type Exists = "replace" | "rename";

/** From whoever wants the file: send it. */
export interface Want {
  /** Tells the message from others. */
  type: "want";
  /** The number of the transfer. */
  id: number;
  /** How many blocks are there already. */
  from: number;
  /** Their hash. */
  hash: string;
}

/** From whoever wanted the file: it has come whole, and stands under its name. */
export interface Saved {
  /** Tells the message from others. */
  type: "saved";
  /** The number of the transfer. */
  id: number;
  /** The name that it got, with folders. */
  name: string;
}

/** Server to client: what a folder holds; a long one comes in several of these. */
export interface Listing {
  /** Tells the message from others. */
  type: "listing";
  /** The number that the client gave to its question. */
  id: number;
  /** In the order of their names. */
  entries: ListingEntry[];
  /** Whether more follow. */
  more: boolean;
}

/** One entry of a folder. */
export interface ListingEntry {
  /** Without folders. */
  name: string;
  /** Bytes; absent on a folder. */
  size?: number;
  /** When it was last changed, in seconds since 1970. */
  modified: number;
  /** Whether a file may be executed by its owner. */
  executable?: boolean;
}

/** Client to room, room to client: somebody has a file for somebody. */
export interface Offer {
  /** Tells the message from others. */
  type: "offer";
  /** From a client its own number, which `offered` answers; from the room the offer's. */
  id: number;
  /** The file's name, without folders. */
  name: string;
  /** Bytes. */
  size: number;
  /** Client to room: who is to get it; `all` is everybody else. */
  to?: string;
  /** Room to client: who has it. */
  from?: string;
}

/** Room to client: what became of its offer. */
export interface Offered {
  /** Tells the message from others. */
  type: "offered";
  /** The client's own number for it. */
  id: number;
  /** The offer's number in the room; all that follows has this as `id`. */
  number: number;
  /** Who can have the file; for each of them a `ticket` or an `error` follows. */
  to: string[];
  /** Why nobody can. */
  reason?: string;
}

/** Room to client: the offer was accepted; a connection with this ticket leads to the other. */
export interface Ticket {
  /** Tells the message from others. */
  type: "ticket";
  /** The offer's number in the room. */
  id: number;
  /** Opens one connection, once. */
  ticket: string;
  /** Who is at the other end. */
  peer: string;
}
