import { assert, assertEquals } from "@std/assert";
import { safe } from "../../../lib/base/safe_text.ts";
import { Crowd, type Member } from "../../../lib/load/crowd.ts";
import { Figures } from "../../../lib/load/figures.ts";
import { SendTimes } from "../../../lib/load/send_times.ts";
import { bytesOf } from "../../support/feed.ts";
import { faultsOf, LENGTH, said } from "./support/bench_peer.ts";

/** Some clients that hear each other; each has sent `sent` messages. */
class Company {
  readonly figures = new Figures();
  readonly crowd: Crowd;
  readonly members: Member[] = [];

  constructor(count: number, sent: number, stream = false) {
    this.crowd = new Crowd({ length: LENGTH, stream, figures: this.figures });
    for (let client = 1; client <= count; client++) {
      const times = new SendTimes();
      this.members.push(this.crowd.join(client, times));
      for (let i = 0; i < sent; i++) times.push(i);
    }
  }

  /** A client hears what is written. */
  hears(client: number, ...lines: string[]): this {
    for (const line of lines) this.members[client - 1].judge(bytesOf(line));
    return this;
  }

  get faults(): Record<string, number> {
    return faultsOf(this.figures);
  }
}

const of = (client: number, number: number) => `guest${client}: ${said(number, client)}`;

Deno.test("everyone hears everyone: a message has arrived when all others have it", () => {
  const company = new Company(3, 1);
  const reached: number[] = [];
  company.crowd.onReached = (client) => reached.push(client);
  company.hears(2, of(1, 1), of(3, 1)).hears(3, of(1, 1), "* Ada joined").hears(1, of(3, 1));
  assertEquals(reached, [1, 3]);
  assertEquals(company.members.map(({ isSettled }) => isSettled), [true, false, true]);
  company.hears(1, of(2, 1)).hears(3, of(2, 1));
  assertEquals([company.faults, company.figures.answered], [{}, 6]);
  assert(company.members.every(({ isSettled }) => isSettled));
});

Deno.test("each sender's messages come in order, whatever others say in between", () => {
  const company = new Company(3, 3);
  company.hears(3, of(1, 1), of(2, 1), of(2, 2), of(1, 2), of(1, 3), of(2, 3));
  assertEquals(company.faults, {});
  company.hears(2, of(1, 2), of(1, 1), of(1, 3));
  assertEquals(company.faults, { "out of order": 1 });
  assertEquals(company.figures.faults.get("out of order")?.examples[0], {
    client: 2,
    message: 1,
    from: 1,
    expected: safe`"${said(1)}"`,
    came: safe`behind "${said(2)}"`,
  });
});

Deno.test("what one does not hear is lost to it, once, and the sender goes on", () => {
  const company = new Company(3, 2);
  company.hears(2, of(1, 2)).hears(3, of(1, 1), of(1, 2));
  company.members[0].expire(Infinity, safe`nothing in 2 s`);
  company.members[0].expire(Infinity, safe`nothing in 2 s`);
  assertEquals([company.faults, company.members[0].isSettled], [{ lost: 1 }, true]);
  company.hears(2, of(1, 1));
  assertEquals(company.faults, { late: 1 });
});

Deno.test("merged, duplicated and spoilt deliveries are told", () => {
  const merged = new Company(2, 3).hears(2, `${of(1, 1)}${of(1, 2)}`, of(1, 3));
  assertEquals(merged.faults, { merged: 1 });
  const twice = new Company(2, 3).hears(2, of(1, 1), of(1, 1), of(1, 2));
  assertEquals(twice.faults, { duplicated: 1 });
  const spoilt = new Company(2, 3).hears(2, of(1, 1).replace("cde", "c_e"), of(1, 2));
  assertEquals(spoilt.faults, { wrong: 1 });
});

Deno.test("one's own words that come back, and probes, count neither way", () => {
  const company = new Company(2, 1).hears(1, of(1, 1), of(2, 0));
  assertEquals([company.faults, company.figures.answered], [{}, 0]);
  assertEquals(company.members.map(({ heardProbe }) => heardProbe), [true, false]);
});

Deno.test("who leaves has lost what was under way to it, and is not waited for any more", () => {
  const company = new Company(3, 2);
  company.hears(2, of(1, 1)).hears(3, of(1, 1), of(1, 2));
  company.members[1].abandon(safe`nothing: the connection was lost`);
  assertEquals(company.members[0].isSettled, true);
  assertEquals(company.faults, { lost: 1 + 2 + 2 * 2 }); // of 1 and 3 to 2; of 2 to 1 and 3
});

Deno.test("over raw messages are found wherever the stream is cut", () => {
  const stream = bytesOf([1, 2, 3].map((number) => of(1, number)).join("") + "\n* x left");
  for (let size = 1; size <= stream.length; size++) {
    const company = new Company(2, 3, true);
    for (let at = 0; at < stream.length; at += size) {
      company.members[1].judge(stream.subarray(at, at + size));
    }
    assertEquals([company.faults, company.figures.answered], [{}, 3], `pieces of ${size}`);
  }
});
