/** What of a phone's database is damaged hides nothing else, and is never called a private window. */

import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { App } from "../src/app/app";
import { seeUnreadable } from "../src/app/returning";
import { answer, CELL, closeAll, DAN, freshNet, kill, type Net, open, shown, TOKEN } from "./app-world";

const OTHER_CELL = "SS02.f_match";
const arrived = { timeout: 5_000 };
const BASE = `sightline-${DAN.id}`;
let net: Net;

beforeEach(() => {
  net = freshNet();
  net.session = DAN;
});
afterEach(closeAll);

const onServer = (cell = CELL) => net.server.sheets.get(TOKEN)?.[cell]?.map((version) => version.v);

/** A phone that was started once and holds one answer that is not sent; its page is gone. */
async function withUnsent(): Promise<void> {
  const first = open();
  await first.start();
  net.isDown = true;
  await answer(first, 4);
  kill(first);
}

async function started(): Promise<App> {
  const app = open();
  await app.start();
  return app;
}

async function put(store: string, key: string, value: unknown): Promise<void> {
  const db = await openDB(BASE);
  if (value === undefined) await db.delete(store, key);
  else await db.put(store, value, key);
  db.close();
}

async function all(store: string): Promise<readonly unknown[]> {
  const db = await openDB(BASE);
  const found = await db.getAll(store);
  db.close();
  return found;
}

const BROKEN = { iv: new Uint8Array(12), box: new ArrayBuffer(20) };
const META = ["offset", "loads", "sentAt", "reports", "pairs", "profile", "nSeenUnreadable"];

describe.each([
  ["sealed with nobody knows what", BROKEN],
  ["a word", "damaged"],
  ["a list of nothing", [null]],
])("a value that is damaged: %s", (_, value) => {
  test.each(META)("%s is as if it were not there, and the answer goes out", async (name) => {
    await withUnsent();
    await put("meta", name, value);
    const app = await started();
    expect([shown(app), app.view().unsent, app.view().needs]).toEqual([4, 1, []]);
    net.isDown = false;
    app.view().owner?.wake("online");
    await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
  });

  test("as a task, its answers wait for the inbox that lists it again, and then go out", async () => {
    await withUnsent();
    await put("assignment", DAN.id, value);
    const app = await started();
    expect(app.view().owner?.store.isDurable).toBe(true);
    expect([app.view().unsent, app.view().needs]).toEqual([1, ["unknown"]]);
    net.isDown = false;
    await app.refresh();
    await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
    expect(app.view().needs).toEqual([]);
  });
});

describe.each([
  ["damaged", "no key"],
  ["missing", undefined],
])("a key that is %s", (_, value) => {
  test("is told of in so many words; what it sealed stays, and new answers are kept under a new one", async () => {
    await withUnsent();
    await put("meta", "key", value);
    const app = await started();
    expect(app.view().needs).toEqual(["unreadable"]);
    expect(app.view().owner?.keeper.phone().nUnreadable).toBe(1);
    net.isDown = false;
    await app.refresh();
    net.isDown = true;
    await answer(app, 2, OTHER_CELL);
    expect(app.view().owner?.store.isDurable).toBe(true);
    expect(app.view().owner?.keeper.isSaved()).toBe(true);
    kill(app);
    const again = await started();
    expect([shown(again, OTHER_CELL), shown(again)]).toEqual([2, null]);
    expect(await all("cell")).toHaveLength(2);
    net.isDown = false;
    await again.refresh();
    await vi.waitFor(() => expect(onServer(OTHER_CELL)).toEqual([2]), arrived);
  });

  test("is not told of again once the person has seen it", async () => {
    await withUnsent();
    await put("meta", "key", value);
    const app = await started();
    const { owner } = app.view();
    if (owner === null) throw new Error("nobody is here");
    await seeUnreadable(owner);
    expect(app.view().needs).toEqual([]);
    kill(app);
    expect((await started()).view().needs).toEqual([]);
    expect(await all("cell")).toHaveLength(1);
  });
});

test("a key without its name, or with another thing for a name, still opens everything", async () => {
  await withUnsent();
  await put("meta", "key_name", { no: "name" });
  const app = await started();
  await answer(app, 2, OTHER_CELL);
  expect([shown(app), app.view().owner?.keeper.isSaved(), app.view().needs]).toEqual([4, true, []]);
});

test.each(["hlc", "d", "n", "seen", "cell"])(
  "an answer whose %s is damaged hides no other, and is counted",
  async (part) => {
    await withUnsent();
    const db = await openDB(BASE);
    const [record] = await db.getAll("cell");
    await db.put("cell", { ...record, [part]: null }, ["x", "y", "z", 1]);
    db.close();
    const app = await started();
    expect([shown(app), app.view().unsent, app.view().needs]).toEqual([4, 1, ["unreadable"]]);
  },
);

describe("a site whose data was deleted under an open page without network", () => {
  test.each([
    ["everything", ["sightline", BASE]],
    ["the answers alone", [BASE]],
  ])("%s: what is answered then goes out at the first start with network", async (_, names) => {
    const first = await started();
    net.isDown = true;
    for (const name of names) await deleteDB(name);
    await answer(first, 4);
    expect(first.view().owner?.keeper.isSaved()).toBe(true);
    kill(first);
    kill(await started());
    net.isDown = false;
    const app = await started();
    await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
    expect([shown(app), app.view().unsent, app.view().needs]).toEqual([4, 0, []]);
  });
});
