/** The database of one owner on this phone. */

import type { Change, RowKey } from "../core/change";
import type { Aside, Row } from "../core/phone";
import {
  type AsideRecord,
  type CellKey,
  type CellRecord,
  type Database,
  openDatabase,
  type TaskRecord,
  type WriteTx,
} from "./database";
import { type Meta, NO_META, NOTHING_STORED, NotSaved, type Store, type Task } from "./types";
import { newKey, type Sealed, seal } from "./vault";

/** Everything of a person is in a database of its own: another sign-in sees nothing of it and loses nothing of it. */
export const databaseName = (owner: string): string => `sightline-${owner}`;

export function openPhoneStore(owner: string, bring: BringRest): Promise<Store> {
  const db = openDatabase(databaseName(owner));
  return ownKey(db).then((own) => storeIn(db, own, bring));
}

/** On a phone that others use too: the key is not kept here, and nothing that names somebody lies beside it in clear. */
export async function openSharedStore(owner: string, hexKey: string, bring: BringRest): Promise<Store> {
  const { givenKey } = await bring();
  const key = await givenKey(hexKey);
  return storeIn(openDatabase(`${databaseName(owner)}-shared`), { key, name: null }, bring);
}

/** What reads back, and what is kept beside the sheets; not needed before the first question. */
export type BringRest = () => Promise<
  Pick<typeof import("./stored"), "openStored" | "givenKey"> & Pick<typeof import("./beside"), "besideIn">
>;

/** The key of a store; by its name a page sees that the database was made anew under it. A given key has none. */
export interface Own {
  readonly key: CryptoKey;
  readonly name: string | null;
}

class OtherKey extends Error {}

function storeIn(db: Database, first: Own, bring: BringRest): Store {
  let own = first;
  const beside = async () => (await bring()).besideIn(db, () => own, sealing);

  /** Site data may be cleared under an open page, and its key with it: what nobody could open later is sealed anew. */
  async function sealing(work: (own: Own) => Promise<void>): Promise<void> {
    try {
      await work(own);
    } catch (error) {
      if (!(error instanceof NotSaved && error.cause instanceof OtherKey)) throw error;
      own = await ownKey(db, own);
      await work(own);
    }
  }

  return {
    isDurable: true,
    load: async () => {
      const all = await readAll(db);
      const isEmpty = all.every((records) => records.length === 0);
      return isEmpty ? NOTHING_STORED : (await bring()).openStored(own.key, all);
    },
    write: (change) => sealing((now) => write(db, now, change)),
    saveMeta: (meta) =>
      sealing(async (now) => {
        const kept = await Promise.all(Object.entries(meta).map((entry) => closedMeta(now.key, entry)));
        await db.write(["meta"], async (tx) => {
          await sameKey(tx, now);
          await Promise.all(kept.map(([name, value]) => tx.objectStore("meta").put(value, name)));
        });
      }),
    saveTasks: (tasks) => sealing((now) => saveTasks(db, now, tasks)),
    noteTask: (id, note) =>
      db.write(["assignment"], async (tx) => {
        const known = await tx.objectStore("assignment").get(id);
        if (known !== undefined) await tx.objectStore("assignment").put({ ...known, ...note }, id);
      }),
    findForm: (hash, locale) => db.read(["form"], (tx) => tx.objectStore("form").get(`${hash}/${locale}`)),
    saveForm: (hash, locale, body) =>
      db.write(["form"], (tx) => tx.objectStore("form").put(body, `${hash}/${locale}`)),
    findDoc: async (url) => (await beside()).findDoc(url),
    saveDoc: async (url, body) => (await beside()).saveDoc(url, body),
    dropDoc: async (url) => (await beside()).dropDoc(url),
    log: async (entry) => (await beside()).log(entry),
    listLog: async () => (await beside()).listLog(),
    takeLease: async (d, now, until) => (await beside()).takeLease(d, now, until),
    forget: async (assignment) => (await beside()).forget(assignment),
    wipe: () => db.destroy(),
  };
}

const META_NAMES = Object.keys(NO_META) as (keyof Meta)[];

/** Everything of the sheets as it lies there, sealed; the meta as pairs of those that are there. */
function readAll(db: Database) {
  return db.read(["assignment", "cell", "set_aside", "meta"], (tx) =>
    Promise.all([
      tx.objectStore("assignment").getAll(),
      tx.objectStore("cell").getAll(),
      tx.objectStore("set_aside").getAll(),
      Promise.all(
        META_NAMES.map(async (name) => [name, await tx.objectStore("meta").get(name)] as const),
      ).then((all) => all.filter(([, kept]) => kept !== undefined)),
    ]),
  );
}

export type All = Awaited<ReturnType<typeof readAll>>;

async function ownKey(db: Database, before?: Own): Promise<Own> {
  const fresh = before ?? { key: await newKey(), name: crypto.getRandomValues(new Uint8Array(8)).join("-") };
  let own = fresh;
  await db.write(["meta"], async (tx) => {
    // Two tabs may start at once: the first one's key stays.
    const meta = tx.objectStore("meta");
    const [key, name] = await Promise.all([meta.get("key"), meta.get("key_name")]);
    // What is no key opens nothing: what it sealed stays where it lies, and the person goes on with a new one.
    const isKey = key instanceof CryptoKey;
    const isNamed = typeof name === "string";
    if (isKey) own = { key, name: isNamed ? name : fresh.name };
    if (!isKey || !isNamed) await Promise.all([meta.put(own.key, "key"), meta.put(own.name, "key_name")]);
  });
  return own;
}

/** What is about to be written must be sealed with the key that lies in the database. */
export async function sameKey<S extends "cell" | "set_aside" | "assignment" | "doc">(
  tx: WriteTx<S | "meta">,
  own: Own,
): Promise<void> {
  if (own.name !== null && (await tx.objectStore("meta").get("key_name")) !== own.name) throw new OtherKey();
}

async function write(db: Database, own: Own, change: Change): Promise<void> {
  const { key } = own;
  // A transaction ends when it is left waiting for anything but itself, so everything is encrypted before it opens.
  const cells = await Promise.all(
    change.put.map(async ({ sheet, row }) => closed(sheet, row, await seal(key, row.version.v))),
  );
  const asides = await Promise.all(
    change.aside.map(async ({ sheet, aside }) => closedAside(sheet, aside, await seal(key, aside.version.v))),
  );
  const body = async (tx: WriteTx<"cell" | "set_aside" | "assignment" | "meta">): Promise<void> => {
    await sameKey(tx, own);
    const [cell, aside, task] = [
      tx.objectStore("cell"),
      tx.objectStore("set_aside"),
      tx.objectStore("assignment"),
    ];
    // Each in an async function, and all awaited together: one that fails must not leave another's rejection unhandled.
    await Promise.all([
      ...change.drop.map(async (one) => cell.delete(keyOf(one))),
      ...cells.map(async (one) => cell.put(one, keyOf(one))),
      ...asides.map(async (one) => aside.put(one, keyOf(one))),
      ...change.status.map(async ({ sheet, status }) => {
        const known = await task.get(sheet);
        if (known !== undefined) await task.put({ ...known, status }, sheet);
      }),
    ]);
  };
  const nRows = change.drop.length + cells.length + asides.length;
  await db.write(["cell", "set_aside", "assignment", "meta"], body, nRows);
}

async function saveTasks(db: Database, own: Own, tasks: readonly Task[]): Promise<void> {
  const records = await Promise.all(
    tasks.map(async (task): Promise<[string, TaskRecord]> => {
      const { assignment } = task;
      return [assignment.id, { ...task, assignment: await seal(own.key, JSON.stringify(assignment)) }];
    }),
  );
  await db.write(["assignment", "meta"], async (tx) => {
    await sameKey(tx, own);
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

/** What names somebody is sealed; clock and page loads are needed by any tab and name nobody. */
const SEALED_META = new Set(["reports", "pairs", "profile"]);

async function closedMeta(key: CryptoKey, [name, value]: [string, unknown]): Promise<[string, unknown]> {
  return [name, SEALED_META.has(name) ? await seal(key, JSON.stringify(value)) : value];
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
