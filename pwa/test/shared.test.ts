/** A phone that several people use in a shift: nobody sees anything of another, and nobody loses anything. */

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import inboxBody from "../../tests/vectors/wire/inbox.json";
import { type App, createApp } from "../src/app/app";
import { CLAIM_WORDS } from "../src/claim/words";
import { parseSyncRequest } from "../src/core/sync-wire";
import en from "../src/i18n/en.json";
import { FakeServer } from "./fake-server";

const CELL = "SS01.f_match";
const DAN = { id: "d".repeat(32), name: "Dan Ospreyton", key: "d1".repeat(32) };
const EVE = { id: "e".repeat(32), name: "Eve Larkspurne", key: "e2".repeat(32) };
type Who = typeof DAN;

/** One tab's storage. */
class Tab {
  readonly kept = new Map<string, string>();
  getItem = (name: string) => this.kept.get(name) ?? null;
  setItem = (name: string, value: string) => void this.kept.set(name, value);
  removeItem = (name: string) => void this.kept.delete(name);
  clear = () => this.kept.clear();
}

class Net {
  readonly server = new FakeServer();
  next: Who = DAN;
  session: Who | null = null;
  isDown = false;

  async fetch(url: string, options: RequestInit = {}): Promise<Response> {
    if (this.isDown) throw new TypeError("refused");
    const reply = (status: number, body: unknown = {}) =>
      new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "x-sightline": "1" } });
    if (url.startsWith("/api/v1/forms/")) return reply(200, { ...formBody, locale: url.slice(-7, -5) });
    if (url.startsWith("/api/v1/inbox"))
      return this.session === null ? reply(401) : reply(200, inboxOf(this.session));
    if (url === "/api/v1/session" && options.method === "DELETE") {
      this.session = null;
      return reply(204);
    }
    if (url === "/api/v1/session") {
      this.session = this.next;
      const { id, name, key } = this.next;
      return reply(200, { person: { id, name, locale: "en" }, key });
    }
    return reply(200, this.server.answer(parseSyncRequest(JSON.parse(String(options.body)))));
  }
}

function inboxOf(person: Who) {
  const [row] = inboxBody.assignments;
  const token = (letter: string) => person.id.slice(0, 1).concat(letter).padEnd(64, "0");
  const mine = {
    ...row,
    id: person.id,
    write: token("a"),
    read: token("b"),
    ratee: { name: "Cleo Fernwick" },
  };
  const { id, name } = person;
  return { ...inboxBody, person: { id, name, locale: "en", shared: true }, assignments: [mine] };
}

let net: Net;
const apps: App[] = [];

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("localStorage", new Tab());
  vi.stubGlobal("sessionStorage", new Tab());
  net = new Net();
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) => net.fetch(url, options));
});
afterEach(() => {
  for (const app of apps.splice(0)) app.view().owner?.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(): App {
  const app = createApp({
    version: "test",
    isDurable: true,
    isVisible: () => true,
    languages: ["en"],
    english: en,
    bringSender: () => import("../src/app/sender"),
    loadCatalogue: async () => en,
  });
  apps.push(app);
  return app;
}

async function signIn(app: App, who: Who): Promise<void> {
  net.next = who;
  expect(await app.enterCode("1234 5678", true)).toBe("ok");
  expect(app.view()).toMatchObject({ phase: "ready", isShared: true, person: { name: who.name } });
}

async function answer(app: App, value: number): Promise<void> {
  const owner = app.view().owner;
  const task = owner?.tasks()[0];
  if (owner === null || owner === undefined || task === undefined) throw new Error("nobody is here");
  await owner.enter(task, { cell: CELL, value, renderedFrom: [] });
}

function answered(app: App): unknown {
  const owner = app.view().owner;
  const task = owner?.tasks()[0];
  return task && owner?.cells(task)[CELL]?.[0]?.v;
}

/** Every byte the databases of this phone hold, as far as it can be read. */
async function onDisk(): Promise<string> {
  const found: unknown[] = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const asked = indexedDB.open(name ?? "");
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const store of db.objectStoreNames) {
      const all = db.transaction(store).objectStore(store).getAll();
      await new Promise((resolve) => {
        all.onsuccess = resolve;
      });
      found.push(name, store, all.result);
    }
    db.close();
  }
  return JSON.stringify(found);
}

test("nothing readable of a person is on the disk of a shared phone, and all is gone at the end", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  net.isDown = true;
  await answer(app, 4);
  const kept = await onDisk();
  for (const word of ["Dan", "Cleo", "Autumn 360", "Spring 360", "da00", "db00"])
    expect(kept).not.toContain(word);
  net.isDown = false;
  app.view().owner?.wake("manual");
  await vi.waitFor(() => expect(app.view().unsent).toBe(0));
  await app.signOut();
  expect(app.view().phase).toBe("sign_in");
  expect((await indexedDB.databases()).map((one) => one.name)).toEqual(["sightline"]);
  expect(net.session).toBeNull();
});

test("unsent answers stay locked for the next person and come back to the first", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  net.isDown = true;
  await answer(app, 4);
  expect(app.view().unsent).toBe(1);
  await app.signOut();
  expect(sessionStorage.getItem("sightline-shared")).toBeNull();
  net.isDown = false;
  await signIn(app, EVE);
  expect(answered(app)).toBeUndefined();
  await answer(app, 2);
  app.view().owner?.wake("manual");
  await vi.waitFor(() => expect(app.view().unsent).toBe(0));
  await app.signOut();
  await signIn(app, DAN);
  expect(answered(app)).toBe(4);
  app.view().owner?.wake("manual");
  await vi.waitFor(() => expect(app.view().unsent).toBe(0));
});

test("a reload in the same tab goes on without network; another tab shows nothing", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  net.isDown = true;
  await answer(app, 5);
  app.view().owner?.stop();
  const again = open();
  await again.start();
  expect(again.view()).toMatchObject({ phase: "ready", isShared: true, unsent: 1 });
  expect(answered(again)).toBe(5);
  again.view().owner?.stop();
  vi.stubGlobal("sessionStorage", new Tab());
  net.isDown = false;
  const other = open();
  await other.start();
  expect(other.view()).toMatchObject({ phase: "sign_in", owner: null });
});

test("who signs in with a card in another tab takes the turn of whoever was here", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  localStorage.setItem("sightline-turn", "somebody else");
  app.seen();
  await vi.waitFor(() => expect(app.view()).toMatchObject({ phase: "sign_in", owner: null }));
});

test("a shared phone on which no turn is noted any more shows nobody", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  localStorage.removeItem("sightline-turn");
  app.seen();
  await vi.waitFor(() => expect(app.view()).toMatchObject({ phase: "sign_in", owner: null }));
});

test("the shift is over after eight hours, also without network", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  net.isDown = true;
  vi.useFakeTimers({ now: Date.now() + 8 * 3_600_000, toFake: ["Date"] });
  app.seen();
  await vi.waitFor(() => expect(app.view()).toMatchObject({ phase: "sign_in", owner: null }));
});

test("what is dropped on purpose is gone", async () => {
  const app = open();
  await app.start();
  await signIn(app, DAN);
  net.isDown = true;
  await answer(app, 4);
  await app.wipe();
  net.isDown = false;
  await signIn(app, DAN);
  expect(answered(app)).toBeUndefined();
});

test("the page of a card says the same in every language", () => {
  const keys = Object.keys(CLAIM_WORDS.en).sort();
  for (const words of Object.values(CLAIM_WORDS)) {
    expect(Object.keys(words).sort()).toEqual(keys);
    for (const [key, text] of Object.entries(words)) {
      const places = CLAIM_WORDS.en[key as keyof typeof CLAIM_WORDS.en].match(/\{\w+\}/g) ?? [];
      expect(text.match(/\{\w+\}/g) ?? []).toEqual(places);
    }
  }
});
