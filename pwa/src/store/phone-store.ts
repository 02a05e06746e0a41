/** The database of one owner on this phone. */

import type { Change, RowKey } from "../core/change";
import type { Aside, Row } from "../core/phone";
import type { Version } from "../core/sheet";
import type { Assignment } from "../core/wire";
import {
  type AsideRecord,
  type CellKey,
  type CellRecord,
  type Database,
  openDatabase,
  type TaskRecord,
} from "./database";
import { LOG_KEPT, type Meta, NO_META, type Store, type Stored, type Task } from "./types";
import { givenKey, newKey, type Sealed, seal, unseal } from "./vault";

/** Everything of a person is in a database of its own: another sign-in sees nothing of it and loses nothing of it. */
export const databaseName = (owner: string): string => `sightline-${owner}`;

export function openPhoneStore(owner: string): Promise<Store> {
  const db = openDatabase(databaseName(owner));
  return ownKey(db).then((key) => storeIn(db, key));
}

/** On a phone that others use too: the key is not kept here, and nothing that names somebody lies beside it in clear. */
export async function openSharedStore(owner: string, hexKey: string): Promise<Store> {
  return storeIn(openDatabase(`${databaseName(owner)}-shared`), await givenKey(hexKey));
}

function storeIn(db: Database, key: CryptoKey): Store {
  return {
    isDurable: true,
    load: () => load(db, key),
    write: (change) => write(db, key, change),
    saveMeta: async (meta) => {
      const kept = await Promise.all(Object.entries(meta).map((entry) => closedMeta(key, entry)));
      await db.write(["meta"], (tx) =>
        Promise.all(kept.map(([name, value]) => tx.objectStore("meta").put(value, name))),
      );
    },
    saveTasks: (tasks) => saveTasks(db, key, tasks),
    noteTask: (id, note) =>
      db.write(["assignment"], async (tx) => {
        const known = await tx.objectStore("assignment").get(id);
        if (known !== undefined) await tx.objectStore("assignment").put({ ...known, ...note }, id);
      }),
    findForm: (hash, locale) => db.read((open) => open.get("form", `${hash}/${locale}`)),
    saveForm: (hash, locale, body) =>
      db.write(["form"], (tx) => tx.objectStore("form").put(body, `${hash}/${locale}`)),
    findDoc: (url) => findDoc(db, key, url),
    saveDoc: async (url, body) => {
      const sealed = await seal(key, JSON.stringify(body));
      await db.write(["doc"], (tx) => tx.objectStore("doc").put(sealed, url));
    },
    dropDoc: (url) => db.write(["doc"], (tx) => tx.objectStore("doc").delete(url)),
    log: (entry) =>
      db.write(["log"], async (tx) => {
        const at = await tx.objectStore("log").add(entry);
        await tx.objectStore("log").delete(IDBKeyRange.upperBound(at - LOG_KEPT));
      }),
    listLog: () => db.read((open) => open.getAll("log")),
    takeLease: (d, now, until) => takeLease(db, d, now, until),
    forget: (assignment) =>
      db.write(["cell", "set_aside"], (tx) => {
        const all = IDBKeyRange.bound([assignment], [assignment, []]);
        return Promise.all([tx.objectStore("cell").delete(all), tx.objectStore("set_aside").delete(all)]);
      }),
    wipe: () => db.destroy(),
  };
}

async function ownKey(db: Database): Promise<CryptoKey> {
  const fresh = await newKey();
  let key = fresh;
  await db.write(["meta"], async (tx) => {
    // Two tabs may start at once: the first one's key stays.
    const known = (await tx.objectStore("meta").get("key")) as CryptoKey | undefined;
    if (known === undefined) await tx.objectStore("meta").put(fresh, "key");
    else key = known;
  });
  return key;
}

async function load(db: Database, key: CryptoKey): Promise<Stored> {
  const [tasks, cells, asides, meta] = await db.read(async (open) => {
    const tx = open.transaction(["assignment", "cell", "set_aside", "meta"]);
    return Promise.all([
      tx.objectStore("assignment").getAll(),
      tx.objectStore("cell").getAll(),
      tx.objectStore("set_aside").getAll(),
      Promise.all(META_NAMES.map((name) => tx.objectStore("meta").get(name))),
    ]);
  });
  const known = META_NAMES.flatMap((name, i) => (meta[i] === undefined ? [] : [[name, meta[i]] as const]));
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

const META_NAMES = Object.keys(NO_META) as (keyof Meta)[];

async function write(db: Database, key: CryptoKey, change: Change): Promise<void> {
  // A transaction ends when it is left waiting for anything but itself, so everything is encrypted before it opens.
  const cells = await Promise.all(
    change.put.map(async ({ sheet, row }) => closed(sheet, row, await seal(key, row.version.v))),
  );
  const asides = await Promise.all(
    change.aside.map(async ({ sheet, aside }) => closedAside(sheet, aside, await seal(key, aside.version.v))),
  );
  await db.write(["cell", "set_aside", "assignment"], async (tx) => {
    const [cell, aside, task] = [
      tx.objectStore("cell"),
      tx.objectStore("set_aside"),
      tx.objectStore("assignment"),
    ];
    // Each in an async function: one that throws at once must not leave the others' rejections unhandled.
    const writes: Promise<unknown>[] = [
      ...change.drop.map(async (one) => cell.delete(keyOf(one))),
      ...cells.map(async (one) => cell.put(one, keyOf(one))),
      ...asides.map(async (one) => aside.put(one, keyOf(one))),
    ];
    for (const { sheet, status } of change.status) {
      const known = await task.get(sheet);
      if (known !== undefined) writes.push(task.put({ ...known, status }, sheet));
    }
    await Promise.all(writes);
  });
}

async function saveTasks(db: Database, key: CryptoKey, tasks: readonly Task[]): Promise<void> {
  const records = await Promise.all(
    tasks.map(async (task): Promise<[string, TaskRecord]> => {
      const { assignment } = task;
      return [assignment.id, { ...task, assignment: await seal(key, JSON.stringify(assignment)) }];
    }),
  );
  await db.write(["assignment"], async (tx) => {
    const store = tx.objectStore("assignment");
    const [ids, all] = await Promise.all([store.getAllKeys(), store.getAll()]);
    const known = new Map(ids.map((id, i) => [id, all[i]]));
    await store.clear();
    await Promise.all(
      records.map(async ([id, task]) => {
        const { accepted, place } = known.get(id) ?? task;
        await store.put({ ...task, accepted, place }, id);
      }),
    );
  });
}

async function openedTask(key: CryptoKey, task: TaskRecord): Promise<Task> {
  const { assignment } = task;
  if (!("box" in assignment)) return { ...task, assignment };
  return { ...task, assignment: JSON.parse(String(await unseal(key, assignment))) as Assignment };
}

/** What names somebody is sealed; clock and page loads are needed by any tab and name nobody. */
const SEALED_META = new Set(["reports", "pairs", "profile"]);

async function closedMeta(key: CryptoKey, [name, value]: [string, unknown]): Promise<[string, unknown]> {
  return [name, SEALED_META.has(name) ? await seal(key, JSON.stringify(value)) : value];
}

async function openedMeta(key: CryptoKey, kept: unknown): Promise<unknown> {
  const isSealed = typeof kept === "object" && kept !== null && "box" in kept;
  return isSealed ? JSON.parse(String(await unseal(key, kept as Sealed))) : kept;
}

async function findDoc(db: Database, key: CryptoKey, url: string): Promise<unknown> {
  const sealed = await db.read((open) => open.get("doc", url));
  return sealed === undefined ? undefined : JSON.parse(String(await unseal(key, sealed)));
}

async function takeLease(db: Database, d: string, now: number, until: number): Promise<boolean> {
  let isOurs = false;
  await db.write(["meta"], async (tx) => {
    const lease = (await tx.objectStore("meta").get("lease")) as { d: string; until: number } | undefined;
    isOurs = lease === undefined || lease.d === d || lease.until < now;
    if (isOurs) await tx.objectStore("meta").put({ d, until }, "lease");
  });
  return isOurs;
}

const keyOf = (one: RowKey): CellKey => [one.sheet, one.cell, one.d, one.n];

function closed(sheet: string, row: Row, sealed: Sealed): CellRecord {
  const { d, n, hlc, seen } = row.version;
  const { cell, dirty, tries, restamped } = row;
  return { sheet, cell, d, n, hlc, seen, dirty, tries, restamped, ...sealed };
}

function closedAside(sheet: string, aside: Aside, sealed: Sealed): AsideRecord {
  const { d, n, hlc, seen } = aside.version;
  return { sheet, cell: aside.cell, d, n, hlc, seen, reason: aside.reason, isSeen: aside.isSeen, ...sealed };
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
