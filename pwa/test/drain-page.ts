/** A phone without screens for `bench/drain.py`: the real store, keeper and sender in a real browser. */

import { type Owner, openOwner } from "../src/app/owner";
import type { Value } from "../src/core/sheet";
import { unsentCount } from "../src/core/status";
import { parseInbox } from "../src/core/wire";

const DAY_MS = 86_400_000;

export type Answer = readonly [assignment: string, cell: string, value: Value];

let owner: Owner | null = null;

async function open(person: string): Promise<Owner> {
  owner = await openOwner(person, {
    app: "drain",
    isDurable: true,
    sharedKey: null,
    isVisible: () => true,
    onChange: () => undefined,
    askInbox: () => undefined,
    bringSender: () => import("../src/app/sender"),
    bringLater: () => import("../src/app/later"),
  });
  return owner;
}

/** Answers everything without network, one answer after the other over so many days; true when the disk has it all. */
async function answer(
  person: string,
  inbox: unknown,
  answers: readonly Answer[],
  nDays: number,
): Promise<boolean> {
  const here = await open(person);
  await here.takeInbox(parseInbox(inbox));
  const tasks = new Map(here.tasks().map((task) => [task.assignment.id, task]));
  const now = Date.now;
  const [back, step] = [now() - nDays * DAY_MS, (nDays * DAY_MS) / answers.length];
  const all = answers.map(([assignment, cell, value], i) => {
    const task = tasks.get(assignment);
    if (task === undefined) throw new Error(`nobody asked about ${assignment}`);
    Date.now = () => back + i * step;
    return here.enter(task, { cell, value, renderedFrom: here.cells(task)[cell] ?? [] });
  });
  Date.now = now;
  await Promise.all(all);
  here.stop();
  return here.keeper.isSaved();
}

/** Comes back: a new page over the same disk; gives what it found unsent there. */
async function comeBack(person: string): Promise<number> {
  const here = await open(person);
  const found = unsentCount(here.keeper.phone());
  here.wake("start");
  return found;
}

function unsent(): number {
  return owner === null ? Number.NaN : unsentCount(owner.keeper.phone());
}

/** How many sheets wait for the person because something of them was not taken. */
function needing(): number {
  const sheets = owner?.keeper.phone().sheets ?? [];
  return sheets.filter((sheet) => sheet.status !== "ok" || sheet.aside.length > 0).length;
}

/** Whether a request is on its way. */
function isSending(): boolean {
  return owner !== null && owner.sending() !== null;
}

Object.assign(globalThis, { phone: { answer, comeBack, unsent, needing, isSending } });
