/** The end of a world: everything is well again, every queue empties, and what must be true is true. */

import type { PhoneSheet } from "../../src/core/phone";
import { plan } from "../../src/core/planner";
import { nameOf, namesIn, type ServerSheet } from "./journal";
import type { Page, Person, SimPhone } from "./phone";
import { enterPage } from "./platform";
import type { World } from "./world";

type Dump = {
  readonly sheets: Readonly<Record<string, ServerSheet>>;
  readonly violations: readonly string[];
  readonly epoch: string;
};
type Sheets = ReadonlyMap<string, ReadonlySet<string>>;

/** Names by sheet that must not be lost from here on. */
interface Owed {
  readonly names: Sheets;
}

export function planOf(world: World): void {
  world.ask("lose_keys", [false], () => {
    world.heal();
    // What is still under way arrives first, and pages that are open say what they have to say.
    world.whenQuiet(() =>
      world.ask("dump", [], (dump) => {
        for (const phone of world.phones)
          for (const page of phone.pages) checkOpen(world, page, dump as Dump);
        world.putAway();
        const owed = owedOf(world, dump as Dump);
        round(world, turnsOf(world), () =>
          world.ask("dump", [], (last) => finish(world, last as Dump, owed)),
        );
      }),
    );
  });
}

/** Whoever has heard from the server as it is now has brought back what it holds, also without being opened again. */
function checkOpen(world: World, page: Page, dump: Dump): void {
  const phone = page.owner()?.keeper.phone();
  if (phone === undefined || phone.queue.epoch !== dump.epoch || plan(phone, "sim") !== null) return;
  world.count("open page at rest");
  for (const sheet of phone.sheets) {
    const there = dump.sheets[sheet.id];
    if (there?.write !== sheet.write || there.fate !== "ok" || sheet.status !== "ok") continue;
    const names = Object.values(there.cells).flat().map(nameOf);
    for (const row of sheet.rows) {
      if (!row.dirty && !world.journal.isKept(nameOf(row.version), names))
        world.violate("an open page believes to be on the server what is not");
    }
  }
}

interface Turn {
  readonly phone: SimPhone;
  readonly person: Person;
}

function turnsOf(world: World): readonly Turn[] {
  const once = world.phones.flatMap((phone) => [...phone.people].map((person) => ({ phone, person })));
  // The last one has heard of everything in the first round.
  return [...once, ...once.slice(0, -1)];
}

/** Everybody opens the app once more, one after the other, and waits until it has nothing to say. */
function round(world: World, turns: readonly Turn[], then: () => void): void {
  const [turn, ...rest] = turns;
  if (turn === undefined) {
    then();
    return;
  }
  const { phone, person } = turn;
  phone.session = person;
  world.network.requests = 0;
  world.note(() => `phone ${phone.index}: ${person} opens the app once more`);
  const page = phone.open();
  world.whenQuiet(() => {
    phone.nextPerson = person;
    enterPage(page);
    // Whoever signed out without network has to sign in again.
    if (page.owner() === null) void page.app.enterCode("123456");
    world.whenQuiet(() => {
      world.checkRequests();
      checkRest(world, page, person);
      phone.end(page, false);
      world.whenQuiet(() => round(world, rest, then));
    });
  });
}

function checkRest(world: World, page: Page, person: Person): void {
  const owner = page.owner();
  if (owner?.id !== person) {
    world.violate(owner === null ? "the app shows nobody's data" : "the app shows another person's data");
    return;
  }
  if (!owner.store.isDurable) world.violate("the phone keeps nothing although its disk is well");
  if (!owner.keeper.isSaved()) world.violate("something is not saved although the disk is well");
  const phone = owner.keeper.phone();
  if (plan(phone, "sim") !== null) world.violate("something is left to say");
  for (const sheet of phone.sheets) {
    if (sheet.status === "ok" && sheet.rows.some((row) => row.dirty))
      world.violate("something is left unsent");
  }
}

/** What lies on a disk or on the server now is owed from here on. */
function owedOf(world: World, dump: Dump): Owed {
  const names = new Map<string, Set<string>>();
  const note = (sheet: string, name: string) => names.set(sheet, (names.get(sheet) ?? new Set()).add(name));
  for (const phone of world.phones) {
    for (const [sheet, name] of onDisk(phone, "cell")) note(sheet, name);
  }
  for (const [sheet, { cells }] of Object.entries(dump.sheets)) {
    for (const version of Object.values(cells).flat()) note(sheet, nameOf(version));
  }
  for (const name of world.journal.acknowledged) note(world.journal.entries.get(name)?.sheet ?? "", name);
  return { names };
}

function onDisk(
  phone: SimPhone,
  store: "cell" | "set_aside",
): readonly (readonly [sheet: string, name: string])[] {
  return phone.disk.names().flatMap((database) =>
    [...(phone.disk.contents(database).get(store) ?? new Map()).values()].map(({ value }) => {
      const row = value as { sheet: string; d: string; n: number };
      return [row.sheet, nameOf(row)] as const;
    }),
  );
}

function finish(world: World, dump: Dump, owed: Owed): void {
  for (const what of dump.violations) world.violate(what);
  for (const [id, sheet] of Object.entries(dump.sheets)) {
    world.count(`sheet in the end ${sheet.fate}`);
    if (sheet.fate === "cancelled") continue;
    world.journal.checkServer(id, sheet);
    checkOwed(world, id, sheet, owed.names.get(id) ?? new Set());
    if (sheet.fate === "ok") for (const phone of world.phones) checkSame(world, phone, id, sheet);
  }
  world.isDone = true;
}

function checkOwed(world: World, id: string, sheet: ServerSheet, names: ReadonlySet<string>): void {
  const there = Object.values(sheet.cells).flat().map(nameOf);
  const kept = new Set(there);
  for (const phone of world.phones) {
    for (const [of, name] of onDisk(phone, "set_aside")) if (of === id) kept.add(name);
    // What came too late stays on the phone until the person has seen it.
    if (sheet.fate !== "ok") for (const [of, name] of onDisk(phone, "cell")) if (of === id) kept.add(name);
  }
  const isForgotten = world.phones.some((phone) => phone.forgotten.has(id));
  for (const name of names) {
    if (world.journal.acknowledged.has(name) && !world.journal.isKept(name, there))
      world.violate("an acknowledged version is not on the server");
    if (!isForgotten && !world.journal.isKept(name, kept)) world.violate("a saved version was lost");
  }
}

/** A phone that may read holds what the server holds; one that may only write holds nothing the server has not. */
function checkSame(world: World, phone: SimPhone, id: string, sheet: ServerSheet): void {
  const database = `sightline-${sheet.rater}`;
  if (!phone.people.has(sheet.rater as Person)) return;
  const records = phone.disk.contents(database).get("cell") ?? new Map();
  for (const [cell, versions] of Object.entries(sheet.cells)) {
    const [ours, theirs] = [namesIn(records, { sheet: id, cell }), versions.map(nameOf)];
    if (phone.mayRead && theirs.some((name) => !ours.includes(name)))
      world.violate("the server holds a version the phone does not have");
  }
  for (const { value } of records.values()) {
    const row = value as PhoneSheet["rows"][number]["version"] & {
      sheet: string;
      cell: string;
      dirty: boolean;
    };
    if (row.sheet !== id) continue;
    const theirs = sheet.cells[row.cell] ?? [];
    const isHeld = theirs.some((one) => nameOf(one) === nameOf(row) || (one.seen[row.d] ?? 0) >= row.n);
    if (!isHeld) world.violate("the phone holds a version the server does not have");
    if (phone.mayRead && !theirs.some((one) => nameOf(one) === nameOf(row)))
      world.violate("the phone still holds a version that was replaced");
  }
}
