/** Random fault schedules: two phones of one person, a server, a network that drops, repeats and delays. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical } from "../src/core/canonical";
import { cellsOf, edit, newPhone, type Phone, type PhoneSheet, sheetOf } from "../src/core/phone";
import { plan, type Sent } from "../src/core/planner";
import { fail, wake } from "../src/core/retry";
import { settle } from "../src/core/settle";
import { covers, type Sheet, type Version } from "../src/core/sheet";
import { FakeServer } from "./fake-server";

const WALL = 1_795_374_000_000;
const CELLS = ["SS01.f_match", "SS02.f_match", "OQ1.text"];
type Event = [what: number, phone: number, cell: number, value: number];

const schedule: fc.Arbitrary<Event[]> = fc.array(
  fc.tuple(fc.nat(7), fc.nat(1), fc.nat(2), fc.integer({ min: 1, max: 5 })),
  { maxLength: 40 },
);

class World {
  readonly server = new FakeServer();
  readonly entered: { cell: string; version: Version }[] = [];
  readonly late: Sent[] = [];
  private pages = 0;
  phones: [Phone, Phone] = [this.load([]), this.load([])];
  private backup: [string, Sheet][] = [];

  load(rows: PhoneSheet["rows"]): Phone {
    this.pages += 1;
    // Far apart, as drawn ones are: a name next to a page load's own is nobody else's.
    const d = this.pages.toString(16).padStart(8, "0").padEnd(16, "0");
    const sheet: PhoneSheet = {
      id: "s",
      cycle: "c",
      write: "w",
      read: "r",
      status: "ok",
      rows,
      aside: [],
      isFullDue: true,
    };
    const highest = Math.max(0, ...rows.map((row) => row.version.hlc));
    const phone = newPhone(d, [], 0);
    return { ...phone, page: { ...phone.page, highest }, sheets: [sheet] };
  }

  play([what, who, cellAt, value]: Event): void {
    const at = who as 0 | 1;
    const phone = this.phones[at];
    if (what <= 2) this.phones[at] = this.write(phone, CELLS[cellAt] ?? "", value, (value - 3) * 7_200_000);
    else if (what === 3) this.phones[at] = this.load(sheetOf(phone, "s")?.rows ?? []);
    else if (what === 4) this.restoreOrBackUp(value);
    else if (what === 5 && this.late.length > 0) this.server.answer((this.late.pop() as Sent).request);
    else this.phones[at] = this.sync(phone, value);
  }

  write(phone: Phone, cell: string, value: number, skew: number): Phone {
    const renderedFrom = cellsOf(sheetOf(phone, "s"))[cell] ?? [];
    const after = edit(phone, "s", { cell, value, renderedFrom }, WALL + skew);
    const version = sheetOf(after, "s")?.rows.at(-1)?.version;
    if (version !== undefined) this.entered.push({ cell, version });
    return after;
  }

  restoreOrBackUp(value: number): void {
    if (value > 3) {
      this.backup = [...this.server.sheets];
      return;
    }
    this.server.sheets.clear();
    for (const [token, sheet] of this.backup) this.server.sheets.set(token, sheet);
    this.server.epoch += "x";
  }

  /** value 1: the request is lost; 2: the reply is lost; 3: sent now and once more later; else it works. */
  sync(phone: Phone, value: number): Phone {
    const sent = plan(phone, "test");
    if (sent === null) return phone;
    if (value === 3) this.late.push(sent);
    if (value === 1)
      return fail(phone, sent, { kind: "network" }, { wall: WALL, random: 0, isSeen: true }).phone;
    const reply = this.server.answer(sent.request);
    if (value === 2)
      return fail(phone, sent, { kind: "network" }, { wall: WALL, random: 0, isSeen: true }).phone;
    return settle(phone, sent, reply, WALL).phone;
  }

  quiet(): void {
    for (let round = 0; round < 4; round++) {
      for (const at of [0, 1] as const) {
        this.phones[at] = wake(this.phones[at], "start", WALL);
        for (let i = 0; i < 10 && plan(this.phones[at], "test") !== null; i++) {
          this.phones[at] = this.sync(this.phones[at], 5);
        }
      }
    }
  }
}

test("after any schedule both phones and the server hold the same, and nothing entered is lost", () => {
  fc.assert(
    fc.property(schedule, (events) => {
      const world = new World();
      for (const event of events) world.play(event);
      world.quiet();
      const stored = world.server.sheets.get("w") ?? {};
      for (const phone of world.phones) {
        expect(plan(phone, "test")).toBeNull();
        expect(sheetOf(phone, "s")?.aside).toEqual([]);
        const held = cellsOf(sheetOf(phone, "s"));
        for (const cell of CELLS) {
          const byName = (a: Version, b: Version) => (a.d + a.n < b.d + b.n ? -1 : 1);
          const [ours, theirs] = [held[cell] ?? [], stored[cell] ?? []];
          expect(canonical([...ours].sort(byName))).toBe(canonical([...theirs].sort(byName)));
        }
      }
      for (const { cell, version } of world.entered) {
        const kept = stored[cell] ?? [];
        const isHeld = kept.some((v) => (v.d === version.d && v.n === version.n) || covers(v, version));
        expect(isHeld).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
}, 60_000);
