/** Opens what the phone has kept; needed at every start but the first. What is damaged stays where it is and hides
 *  nothing else. */

import type { Aside, Row } from "../core/phone";
import type { Version } from "../core/sheet";
import { parseVersion } from "../core/sync-wire";
import { text } from "../core/wire";
import type { AsideRecord, CellRecord, TaskRecord } from "./database";
import type { All } from "./phone-store";
import { type Meta, NO_META, type Stored, type Task } from "./types";
import { unseal } from "./unseal";
import type { Sealed } from "./vault";

export { givenKey } from "./unseal";

export async function openStored(key: CryptoKey, [tasks, cells, asides, known]: All): Promise<Stored> {
  const rows = await tried(cells, async (one) => [text(one.sheet, "sheet"), await opened(key, one)] as const);
  const isLost = (_: unknown, i: number) => rows[i]?.status === "rejected";
  const meta: Meta = {
    ...NO_META,
    ...Object.fromEntries(
      readable(await tried(known, async ([name, kept]) => [name, await openedMeta(key, name, kept)])),
    ),
  };
  return {
    meta,
    tasks: readable(await tried(tasks, (task) => openedTask(key, task))),
    rows: grouped(readable(rows)),
    asides: grouped(
      readable(
        await tried(asides, async (one) => [text(one.sheet, "sheet"), await openedAside(key, one)] as const),
      ),
    ),
    // Whether it was sent lies in clear.
    nUnreadable: Math.max(0, cells.filter(isLost).filter(isUnsent).length - meta.nSeenUnreadable),
  };
}

const tried = <A, B>(all: readonly A[], open: (one: A) => Promise<B>) => Promise.allSettled(all.map(open));

const readable = <T>(all: readonly PromiseSettledResult<T>[]): readonly T[] =>
  all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));

const isUnsent = (record: CellRecord | null): boolean => record?.dirty !== false;

async function openedTask(key: CryptoKey, task: TaskRecord): Promise<Task> {
  const { assignment: kept, status, accepted, place } = task;
  const assignment = "box" in kept ? JSON.parse(String(await unseal(key, kept))) : kept;
  text(assignment.id, "assignment");
  return { assignment, status, accepted: accepted ?? null, place: place ?? null };
}

const isAmount = (kept: unknown) => Number.isSafeInteger(kept);
const isObject = (kept: unknown) => typeof kept === "object" && kept !== null;
const isListOf = (fits: (kept: unknown) => boolean) => (kept: unknown) =>
  Array.isArray(kept) && kept.every(fits);

/** What each value must look like; one that does not is as if it were not there. */
const FITS: { readonly [K in keyof Meta]: (kept: unknown) => boolean } = {
  offset: isAmount,
  loads: isListOf((load) => typeof load === "string"),
  sentAt: (kept) => kept === null || isAmount(kept),
  reports: isListOf(isObject),
  pairs: isListOf(isObject),
  profile: (kept) => kept === null || isObject(kept),
  nSeenUnreadable: isAmount,
};

async function openedMeta(key: CryptoKey, name: keyof Meta, kept: unknown): Promise<unknown> {
  const isSealed = typeof kept === "object" && kept !== null && "box" in kept;
  const value: unknown = isSealed ? JSON.parse(String(await unseal(key, kept as Sealed))) : kept;
  if (!FITS[name](value)) throw new TypeError(`${name} is damaged`);
  return value;
}

async function opened(key: CryptoKey, record: CellRecord): Promise<Row> {
  const { cell, dirty, tries, restamped } = record;
  return { cell: text(cell, "cell"), dirty, tries, restamped, version: await versionOf(key, record) };
}

async function openedAside(key: CryptoKey, record: AsideRecord): Promise<Aside> {
  const { cell, reason, isSeen } = record;
  return { cell: text(cell, "cell"), reason, isSeen, version: await versionOf(key, record) };
}

/** Its name and stamp lie in clear: they may be damaged where the value still opens. */
async function versionOf(key: CryptoKey, record: CellRecord | AsideRecord): Promise<Version> {
  const { hlc, d, n, seen } = record;
  return parseVersion({ v: await unseal(key, record), hlc, d, n, seen }, "version");
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [name, one] of pairs) groups.set(name, [...(groups.get(name) ?? []), one]);
  return groups;
}
