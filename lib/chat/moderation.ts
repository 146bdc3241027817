/**
 * Sending people away, keeping them out, and keeping them quiet.
 *
 * @module
 */
import { parseDuration } from "../base/duration.ts";
import { ProtocolError } from "../base/errors.ts";
import { KICK_MS } from "../base/limits.ts";
import type { AuditEvent } from "../base/log.ts";
import { safe } from "../base/safe_text.ts";
import { concerns } from "../net/guard.ts";
import { isAddress, partyOf } from "../net/party.ts";
import { nobody, splitName } from "./commands.ts";
import type { Order } from "./operator.ts";
import type { Room } from "./room.ts";
import type { Seat } from "./seat.ts";

/** Sends somebody away; a person with an account does not come back for a minute. */
export function kick(room: Room, order: Order): void {
  const { seat, ms } = target(room, order);
  if (ms !== undefined) throw new ProtocolError("/kick takes no time; /ban NAME TIME does");
  const { account, name } = seat;
  const forHowLong = account ? " for a minute" : "";
  room.dismiss(seat, "kicked", `You were sent away${forHowLong} by ${nameOf(order)}`);
  if (account) room.guard.ban(account.name, { byName: true, ms: KICK_MS });
  audit(room, { event: "kicked", by: order.by, name });
  order.show(safe`${name} was sent away${forHowLong}`);
}

/** Keeps somebody out: with an account by its name, without one by the address. */
export function ban(room: Room, order: Order): void {
  const [who, time] = whoAndTime(room, order.argument);
  const ms = time ?? Infinity;
  const seat = find(room, who);
  const byName = seat?.account !== undefined || (room.options.accounts === true && !isAddress(who));
  if (!seat && !byName && !isAddress(who)) throw nobody(who);
  const made = room.guard.ban(
    byName ? seat?.name ?? who : partyOf(seat?.address ?? who),
    { byName, ms },
  );
  for (const each of room.hub.seats) {
    if (concerns(made, each.address, each.account)) {
      room.dismiss(each, "kicked", `You were banned${forHow(ms)} by ${nameOf(order)}`);
    }
  }
  audit(room, { event: "banned", by: order.by, who: made.who, byName, seconds: secondsOf(ms) });
  order.show(safe`${made.who} is banned${forHow(ms)}`);
}

/** Lets somebody in again. */
export function unban(room: Room, order: Order): void {
  const who = order.argument.trim();
  if (!room.guard.unban(who)) throw new ProtocolError(`"${who}" is not banned; /bans lists who is`);
  audit(room, { event: "unbanned", by: order.by, who });
  order.show(safe`${who} may come in again`);
}

/** Lists who is kept out. */
export function bans(room: Room, { show }: Order): void {
  const all = room.guard.bans;
  if (all.length === 0) show(safe`Nobody is banned`);
  for (const { who, until } of all) {
    show(safe`${who}${until === Infinity ? "" : ` until ${new Date(until).toISOString()}`}`);
  }
}

/** Passes on nothing more that somebody says. */
export function mute(room: Room, order: Order): void {
  const { seat, ms = Infinity } = target(room, order);
  silence(room, seat, Date.now() + ms);
  audit(room, { event: "muted", by: order.by, name: seat.name, seconds: secondsOf(ms) });
  room.hub.tell(seat, { type: "notice", text: `You were muted${forHow(ms)} by ${nameOf(order)}` });
  order.show(safe`${seat.name} is muted${forHow(ms)}`);
}

/** Lets somebody speak again. */
export function unmute(room: Room, order: Order): void {
  const { seat } = target(room, order);
  silence(room, seat, 0);
  audit(room, { event: "unmuted", by: order.by, name: seat.name });
  room.hub.tell(seat, { type: "notice", text: "You may speak again" });
  order.show(safe`${seat.name} may speak again`);
}

/** Lets nobody new in. */
export function lock(room: Room, order: Order): void {
  room.guard.locked = true;
  audit(room, { event: "locked", by: order.by });
  order.show(safe`Nobody new comes in until /unlock`);
}

/** Lets people in again. */
export function unlock(room: Room, order: Order): void {
  room.guard.locked = false;
  audit(room, { event: "unlocked", by: order.by });
  order.show(safe`People can come in again`);
}

/** Somebody who is here, by name or number, and the time behind it. */
function target(room: Room, { argument }: Order): { seat: Seat; ms?: number } {
  const [who, ms] = whoAndTime(room, argument);
  const seat = find(room, who);
  if (!seat) throw nobody(who);
  return { seat, ms };
}

/** With an account it lasts over leaving and coming back. */
function silence(room: Room, seat: Seat, until: number): void {
  seat.mutedUntil = until;
  if (seat.account) room.guard.mute(seat.account, until);
}

function find(room: Room, who: string): Seat | undefined {
  return room.hub.find(who) ??
    room.hub.seats.find((each) => each.name === who || `${each.record.number}` === who);
}

/** A name may hold spaces, and end in what looks like a time: one that is here wins. */
function whoAndTime(room: Room, argument: string): [who: string, ms?: number] {
  const all = argument.trim();
  if (all === "") throw new ProtocolError("whom? /who lists the names");
  const [here, rest] = splitName(room, all);
  if (room.hub.find(here)) return rest === "" ? [here] : [here, timeOf(rest)];
  const space = all.lastIndexOf(" ");
  if (space < 0) return [all];
  const time = all.slice(space + 1);
  return /^\d/.test(time) ? [all.slice(0, space).trim(), timeOf(time)] : [all];
}

/** A time with its unit: milliseconds, which a bare number is elsewhere, are no time to send away for. */
function timeOf(text: string): number {
  const ms = /[a-z]$/.test(text) ? parseDuration(text) : undefined;
  if (ms === undefined) throw new ProtocolError(`"${text}" is no time such as 30s, 10m or 2h`);
  return ms;
}

function nameOf({ by }: Order): string {
  return by === "operator" ? "the operator" : by;
}

function forHow(ms: number): string {
  return ms === Infinity ? "" : ` for ${Math.ceil(ms / 1000)} s`;
}

/** Without a number it is for ever. */
function secondsOf(ms: number): number | undefined {
  return ms === Infinity ? undefined : ms / 1000;
}

/** Writes it down for programs, and for the operator, whose own orders have their answer. */
function audit(room: Room, event: AuditEvent & { by: string }): void {
  if (event.by !== "operator") {
    const whom = "name" in event ? event.name : "who" in event ? event.who : undefined;
    const what = safe`${event.by}: ${event.event}`;
    room.options.log(whom === undefined ? what : safe`${what} ${whom}`);
  }
  room.options.audit?.(event);
}
