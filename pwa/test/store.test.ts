/** The database of one owner, on a real IndexedDB implementation kept in memory. */

import "fake-indexeddb/auto";
import { deleteDB } from "idb";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Change, changeBetween } from "../src/core/change";
import { edit, newPhone, type Phone, type PhoneSheet, type Row, sheetOf } from "../src/core/phone";
import { unitedRows } from "../src/core/rejoin";
import { NOBODY, readDevice, saveDevice } from "../src/store/device";
import { openMemoryStore } from "../src/store/memory-store";
import { databaseName, openPhoneStore } from "../src/store/phone-store";
import { NotSaved, type Task } from "../src/store/types";

const bring = () => import("../src/app/later");
const WALL = 1_795_374_000_000;
const NOTHING: Change = { put: [], drop: [], aside: [], status: [] };

const sheet: PhoneSheet = {
  id: "one",
  cycle: "c",
  write: "w",
  read: null,
  status: "ok",
  rows: [],
  aside: [],
  isFullDue: false,
};
const empty: Phone = { ...newPhone("a".repeat(16), [], 0), sheets: [sheet] };
const typed = (phone: Phone, value: string): Phone =>
  edit(phone, "one", { cell: "OQ1.text", value, renderedFrom: [] }, WALL);
const rowsOf = (phone: Phone): readonly Row[] => sheetOf(phone, "one")?.rows ?? [];

const task = { assignment: { id: "one" }, status: "ok", accepted: null, place: 3 } as unknown as Task;

let owner = 0;
beforeEach(() => {
  owner += 1;
  vi.restoreAllMocks();
});
const open = () => openPhoneStore(`person-${owner}`, bring);

describe("what is written", () => {
  test("comes back after the page is gone", async () => {
    const phone = typed(empty, "Keep it.");
    await (await open()).write(changeBetween(empty, phone));
    const stored = await (await open()).load();
    expect(stored.rows.get("one")).toEqual(rowsOf(phone));
  });

  test("lies encrypted; name and stamp lie in clear", async () => {
    await (await open()).write(changeBetween(empty, typed(empty, "Keep it.")));
    const raw = await dump("cell");
    expect(raw).toHaveLength(1);
    expect(raw[0]).toMatchObject({ d: "a".repeat(16), n: 1, dirty: true });
    const bytes = new TextDecoder("latin1").decode((raw[0] as { box: ArrayBuffer }).box);
    expect(bytes).not.toContain("Keep");
    const [key] = (await dump("meta")) as CryptoKey[];
    expect(key?.extractable).toBe(false);
  });

  test("a later value replaces the earlier one in the same transaction", async () => {
    const store = await open();
    const first = typed(empty, "Ke");
    const second = typed(first, "Keep it.");
    await store.write(changeBetween(empty, first));
    await store.write(changeBetween(first, second));
    expect((await store.load()).rows.get("one")).toEqual(rowsOf(second));
  });

  test("can be read later also when the site's data was cleared under the open page", async () => {
    const page = await open();
    await page.write(changeBetween(empty, typed(empty, "Ke")));
    await deleteDB(databaseName(`person-${owner}`));
    const phone = typed(empty, "Keep it.");
    await page.write(changeBetween(empty, phone));
    expect((await (await open()).load()).rows.get("one")).toEqual(rowsOf(phone));
  });

  test("is sealed with the key of the tab that was first after the data was cleared", async () => {
    const page = await open();
    await deleteDB(databaseName(`person-${owner}`));
    const other = await open();
    const phone = typed(empty, "Keep it.");
    await page.write(changeBetween(empty, phone));
    expect((await other.load()).rows.get("one")).toEqual(rowsOf(phone));
  });

  test("is asked to be durable", async () => {
    const spy = vi.spyOn(IDBDatabase.prototype, "transaction");
    await (await open()).write(changeBetween(empty, typed(empty, "Keep it.")));
    const writes = spy.mock.calls.filter(([, mode]) => mode === "readwrite");
    expect(writes.length).toBeGreaterThan(0);
    for (const [, , options] of writes) expect(options).toEqual({ durability: "strict" });
  });

  test("what was refused is kept apart with its value, and survives", async () => {
    const store = await open();
    const phone = typed(empty, "too long");
    const version = rowsOf(phone)[0]?.version;
    if (version === undefined) throw new Error("no version");
    const aside = { cell: "OQ1.text", version, reason: "too_long", isSeen: false };
    const after: Phone = { ...phone, sheets: [{ ...sheet, rows: [], aside: [aside] }] };
    await store.write(changeBetween(empty, phone));
    await store.write(changeBetween(phone, after));
    const stored = await (await open()).load();
    expect(stored.rows.get("one")).toBeUndefined();
    expect(stored.asides.get("one")).toEqual([aside]);
  });

  test("the status of a task changes without its other fields", async () => {
    const store = await open();
    await store.saveTasks([task]);
    await store.write({ ...NOTHING, status: [{ sheet: "one", status: "closed" }] });
    expect((await store.load()).tasks).toEqual([{ ...task, status: "closed" }]);
  });
});

describe("when the browser loses the connection", () => {
  const failing = (times: number, name: string) => {
    const real = IDBDatabase.prototype.transaction;
    let left = times;
    return vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
      this: IDBDatabase,
      ...args: Parameters<IDBDatabase["transaction"]>
    ) {
      const isWrite = args[1] === "readwrite";
      if (isWrite && left-- > 0) throw new DOMException("connection lost", name);
      return real.apply(this, args);
    });
  };

  test.each(["InvalidStateError", "UnknownError", "AbortError"])(
    "%s twice: opened again, saved",
    async (name) => {
      const store = await open();
      failing(2, name);
      await store.write(changeBetween(empty, typed(empty, "Keep it.")));
      expect((await store.load()).rows.get("one")).toHaveLength(1);
    },
  );

  test("three times: not saved, and said so", async () => {
    const store = await open();
    failing(3, "UnknownError");
    await expect(store.write(changeBetween(empty, typed(empty, "Keep it.")))).rejects.toThrow(NotSaved);
  });

  test("on a full disk what can be fetched again goes first; then it is said", async () => {
    const store = await open();
    await store.saveDoc("/card", { a: 1 });
    // Two tries, and the emptying between them.
    failing(1, "QuotaExceededError");
    await store.write(changeBetween(empty, typed(empty, "Keep it.")));
    expect(await store.findDoc("/card")).toBeUndefined();
    expect((await store.load()).rows.get("one")).toHaveLength(1);
    failing(99, "QuotaExceededError");
    await expect(store.write(changeBetween(empty, typed(empty, "More.")))).rejects.toThrow(NotSaved);
  });

  test("a database that gives no answer is opened again", async () => {
    const store = await open();
    const soon = globalThis.setTimeout;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    failing(1, "UnknownError");
    const silence: IDBOpenDBRequest = Object.create(IDBOpenDBRequest.prototype);
    silence.addEventListener = () => undefined;
    const silent = vi.spyOn(indexedDB, "open").mockImplementationOnce(() => silence);
    const done = store.write(changeBetween(empty, typed(empty, "Keep it.")));
    while (silent.mock.calls.length === 0) await new Promise((resolve) => soon(resolve, 1));
    await vi.advanceTimersByTimeAsync(11_000);
    vi.useRealTimers();
    await done;
    expect(silent.mock.calls.length).toBeGreaterThan(1);
    expect((await store.load()).rows.get("one")).toHaveLength(1);
  });

  test("one damaged row hides no other", async () => {
    const store = await open();
    await store.write(changeBetween(empty, typed(empty, "Keep it.")));
    const db = await rawDatabase();
    const cells = db.transaction("cell", "readwrite").objectStore("cell");
    const at = ["one", "SS01.f_match", "b".repeat(16), 1];
    cells.put(
      { sheet: "one", cell: at[1], d: at[2], n: 1, iv: new Uint8Array(12), box: new ArrayBuffer(20) },
      at,
    );
    await new Promise((resolve) => (cells.transaction.oncomplete = resolve));
    db.close();
    expect((await store.load()).rows.get("one")?.map((row) => row.version.v)).toEqual(["Keep it."]);
    expect(await dump("cell")).toHaveLength(2);
  });
});

test("a connection lost in the middle of a read or a write is told once, and to whoever asked", async () => {
  const store = await open();
  const [row] = rowsOf(typed(empty, "Keep it."));
  if (row === undefined) throw new Error("no row");
  const { get } = IDBObjectStore.prototype;
  const fault = vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(function (
    this: IDBObjectStore,
    key,
  ) {
    const asked = get.call(this, key);
    if (this.name === "form" || this.name === "assignment") this.transaction.abort();
    return asked;
  });
  await expect(store.findForm("hash", "en")).rejects.toBeInstanceOf(NotSaved);
  const status = [{ sheet: "one", status: "closed" }] as const;
  await expect(store.write({ ...NOTHING, put: [{ sheet: "one", row }], status })).rejects.toBeInstanceOf(
    NotSaved,
  );
  fault.mockRestore();
});

test("a change that fails halfway leaves nothing of itself", async () => {
  const store = await open();
  const [row] = rowsOf(typed(empty, "Keep it."));
  if (row === undefined) throw new Error("no row");
  const broken = { ...row, version: { ...row.version, n: Number.NaN } };
  const put = [
    { sheet: "one", row },
    { sheet: "two", row: broken },
  ];
  await expect(store.write({ ...NOTHING, put })).rejects.toThrow(NotSaved);
  expect((await store.load()).rows.size).toBe(0);
});

describe("what names somebody", () => {
  const named = { ...task, assignment: { id: "one", ratee: "Cleo Fernwick", write: "f00d".repeat(16) } };
  const report = { cycle: "c", title: "Cleo Fernwick, autumn", url: "/r/1" };

  test("lies sealed, tokens and results too, and comes back", async () => {
    const store = await open();
    await store.saveTasks([named as unknown as Task]);
    await store.saveMeta({ reports: [report] });
    const disk = JSON.stringify([await dump("assignment"), await dump("meta")], (_, value) =>
      ArrayBuffer.isView(value) || value instanceof ArrayBuffer
        ? new TextDecoder("latin1").decode(value as ArrayBuffer)
        : value,
    );
    for (const word of ["Cleo", "f00d", "/r/1"]) expect(disk).not.toContain(word);
    const stored = await (await open()).load();
    expect(stored.tasks).toEqual([named]);
    expect(stored.meta.reports).toEqual([report]);
  });

  test("is read as an earlier version of the app left it, in a database without documents", async () => {
    const db = await rawDatabase(1, (fresh) => {
      for (const name of ["meta", "assignment", "form", "cell", "set_aside"]) fresh.createObjectStore(name);
      fresh.createObjectStore("log", { autoIncrement: true });
    });
    const tx = db.transaction(["meta", "assignment"], "readwrite");
    tx.objectStore("assignment").put(named, "one");
    tx.objectStore("meta").put([report], "reports");
    await new Promise((resolve) => (tx.oncomplete = resolve));
    db.close();
    const store = await open();
    const stored = await store.load();
    expect(stored.tasks).toEqual([named]);
    expect(stored.meta.reports).toEqual([report]);
    await store.saveDoc("/card", { a: 1 });
    expect(await store.findDoc("/card")).toEqual({ a: 1 });
  });
});

describe("owners and tabs", () => {
  test("another person's database holds nothing of the first, and the first loses nothing", async () => {
    const ada = await openPhoneStore(`ada-${owner}`, bring);
    await ada.write(changeBetween(empty, typed(empty, "Keep it.")));
    const mallory = await openPhoneStore(`mallory-${owner}`, bring);
    expect((await mallory.load()).rows.size).toBe(0);
    await mallory.wipe();
    expect((await ada.load()).rows.size).toBe(1);
  });

  test("two tabs that start at once share one key", async () => {
    const [one, two] = await Promise.all([open(), open()]);
    await one.write(changeBetween(empty, typed(empty, "Keep it.")));
    expect((await two.load()).rows.get("one")?.[0]?.version.v).toBe("Keep it.");
  });

  test("rows of another tab are united with what this page has not stored yet", () => {
    const first = typed(empty, "Ke");
    const second = typed(first, "Keep it.");
    expect(unitedRows(rowsOf(first), rowsOf(second))).toEqual(rowsOf(second));
    expect(unitedRows(rowsOf(second), rowsOf(first))).toEqual(rowsOf(second));
  });

  test("only one page holds the lease, until it ends", async () => {
    const store = await open();
    expect(await store.takeLease("a", 0, 100)).toBe(true);
    expect(await store.takeLease("b", 50, 150)).toBe(false);
    expect(await store.takeLease("a", 60, 160)).toBe(true);
    expect(await store.takeLease("b", 161, 200)).toBe(true);
  });

  test("a fresh list of tasks keeps what another tab noted on them", async () => {
    const store = await open();
    await store.saveTasks([task]);
    await store.noteTask("one", { accepted: "hash", place: 9 });
    await store.noteTask("gone", { place: 1 });
    await store.saveTasks([{ ...task, place: 0 }]);
    expect((await store.load()).tasks).toEqual([{ ...task, accepted: "hash", place: 9 }]);
  });

  test("forgetting one assignment leaves the others", async () => {
    const store = await open();
    const [row] = rowsOf(typed(empty, "Keep it."));
    if (row === undefined) throw new Error("no row");
    await store.write({
      ...NOTHING,
      put: [
        { sheet: "one", row },
        { sheet: "two", row },
      ],
    });
    await store.forget("one");
    expect([...(await store.load()).rows.keys()]).toEqual(["two"]);
  });
});

describe("the rest", () => {
  test("the log keeps the last 200 events", async () => {
    const store = await open();
    for (let i = 0; i < 205; i++) await store.log({ at: i, text: "no reply" });
    const log = await store.listLog();
    expect(log).toHaveLength(200);
    expect(log.at(-1)?.at).toBe(204);
  });

  test("forms and meta come back", async () => {
    const store = await open();
    await store.saveForm("h", "ar", { schema: "form/1" });
    await store.saveMeta({ offset: 12, loads: ["x"] });
    const next = await open();
    expect(await next.findForm("h", "ar")).toEqual({ schema: "form/1" });
    expect(await next.findForm("h", "en")).toBeUndefined();
    expect((await next.load()).meta).toMatchObject({ offset: 12, loads: ["x"], sentAt: null });
  });

  test("the device remembers whose data to open", async () => {
    expect((await readDevice()).owner).toBeNull();
    await saveDevice({ ...NOBODY, owner: { id: "x", name: "Dan", locale: "en" }, locale: "ar" });
    expect(await readDevice()).toMatchObject({ owner: { name: "Dan" }, locale: "ar", mustEnd: false });
  });

  test("whose data to open is found though the connection is lost twice", async () => {
    await saveDevice({ ...NOBODY, owner: { id: "x", name: "Dan", locale: "en" } });
    const lost = new DOMException("lost", "UnknownError");
    vi.spyOn(IDBObjectStore.prototype, "get").mockImplementationOnce(() => {
      throw lost;
    });
    vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
      throw lost;
    });
    expect((await readDevice()).owner?.name).toBe("Dan");
  });

  test("without storage the page works on and says that nothing is kept", async () => {
    const store = openMemoryStore();
    await store.saveTasks([task]);
    expect(store.isDurable).toBe(false);
    expect((await store.load()).tasks).toEqual([task]);
  });
});

async function dump(name: string): Promise<unknown[]> {
  const db = await rawDatabase();
  const all = db.transaction(name).objectStore(name).getAll();
  await new Promise((resolve) => (all.onsuccess = resolve));
  db.close();
  return all.result;
}

async function rawDatabase(version?: number, upgrade?: (db: IDBDatabase) => void): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName(`person-${owner}`), version);
  request.onupgradeneeded = () => upgrade?.(request.result);
  await new Promise((resolve) => (request.onsuccess = resolve));
  return request.result;
}
