/** Opens what the phone has kept; needed at every start but the first. */

import type { Aside, Row } from "../core/phone";
import type { Version } from "../core/sheet";
import type { Assignment } from "../core/wire";
import type { AsideRecord, CellRecord, TaskRecord } from "./database";
import type { All } from "./phone-store";
import { NO_META, type Stored, type Task } from "./types";
import { unseal } from "./unseal";
import type { Sealed } from "./vault";

export { givenKey } from "./unseal";

export async function openStored(key: CryptoKey, [tasks, cells, asides, known]: All): Promise<Stored> {
  const openMeta = await Promise.all(known.map(async ([name, kept]) => [name, await openedMeta(key, kept)]));
  return {
    meta: { ...NO_META, ...Object.fromEntries(openMeta) },
    tasks: await Promise.all(tasks.map((task) => openedTask(key, task))),
    rows: grouped(await readable(cells.map(async (one) => [one.sheet, await opened(key, one)] as const))),
    asides: grouped(
      await readable(asides.map(async (one) => [one.sheet, await openedAside(key, one)] as const)),
    ),
  };
}

/** One damaged row stays where it is and hides no other. */
async function readable<T>(all: readonly Promise<T>[]): Promise<readonly T[]> {
  const read = await Promise.allSettled(all);
  return read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

async function openedTask(key: CryptoKey, task: TaskRecord): Promise<Task> {
  const { assignment } = task;
  if (!("box" in assignment)) return { ...task, assignment };
  return { ...task, assignment: JSON.parse(String(await unseal(key, assignment))) as Assignment };
}

async function openedMeta(key: CryptoKey, kept: unknown): Promise<unknown> {
  const isSealed = typeof kept === "object" && kept !== null && "box" in kept;
  return isSealed ? JSON.parse(String(await unseal(key, kept as Sealed))) : kept;
}

async function opened(key: CryptoKey, record: CellRecord): Promise<Row> {
  const { cell, dirty, tries, restamped } = record;
  return { cell, dirty, tries, restamped, version: await versionOf(key, record) };
}

async function openedAside(key: CryptoKey, record: AsideRecord): Promise<Aside> {
  return {
    cell: record.cell,
    reason: record.reason,
    isSeen: record.isSeen,
    version: await versionOf(key, record),
  };
}

async function versionOf(key: CryptoKey, record: CellRecord | AsideRecord): Promise<Version> {
  const { hlc, d, n, seen } = record;
  return { v: await unseal(key, record), hlc, d, n, seen };
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [name, one] of pairs) groups.set(name, [...(groups.get(name) ?? []), one]);
  return groups;
}
