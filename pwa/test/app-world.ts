/** The whole app without a page: who is signed in, a server, a network and a disk that tests can take away. */

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { vi } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import inboxBody from "../../tests/vectors/wire/inbox.json";
import { type App, type AppDeps, createApp } from "../src/app/app";
import { readValue } from "../src/core/sheet";
import { parseSyncRequest, type SyncRequest } from "../src/core/sync-wire";
import ar from "../src/i18n/ar.json";
import en from "../src/i18n/en.json";
import { FakeServer } from "./fake-server";

export const CELL = "SS01.f_match";

/** The server as the phone sees it: one session at a time, or none, or no network. */
export class Net {
  readonly server = new FakeServer();
  readonly requests: SyncRequest[] = [];
  session: { id: string; name: string } | null = null;
  isDown = false;
  inboxDelayMs = 0;
  /** Answers every request with answers in it with this status. */
  refuses: number | null = null;

  async fetch(url: string, options: RequestInit = {}): Promise<Response> {
    if (this.isDown) throw new TypeError("refused");
    const reply = (status: number, body: unknown = {}) =>
      new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "x-sightline": "1" } });
    if (url.startsWith("/api/v1/forms/")) return reply(200, { ...formBody, locale: url.slice(-7, -5) });
    if (url.startsWith("/api/v1/inbox")) {
      if (this.inboxDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.inboxDelayMs));
      return this.session === null ? reply(401) : reply(200, this.inbox(this.session));
    }
    if (url === "/api/v1/session") {
      this.session = options.method === "DELETE" ? null : this.session;
      return reply(204);
    }
    const request = parseSyncRequest(JSON.parse(String(options.body)));
    this.requests.push(request);
    if (this.refuses !== null) return reply(this.refuses);
    return reply(200, this.server.answer(request));
  }

  inbox(person: { id: string; name: string }) {
    const token = (letter: string) => person.id.slice(0, 1).concat(letter).padEnd(64, "0");
    const [row] = inboxBody.assignments;
    const mine = {
      ...row,
      id: person.id,
      write: token("a"),
      read: token("b"),
      ratee: { name: `for ${person.name}` },
    };
    return { ...inboxBody, person: { ...person, locale: "en" }, assignments: [mine] };
  }
}

export const DAN = { id: "d".repeat(32), name: "Dan" };
export const EVE = { id: "e".repeat(32), name: "Eve" };
export const TOKEN = "da".padEnd(64, "0");

const apps: App[] = [];

/** A browser nobody has used yet, in front of a server that knows everybody. */
export function freshNet(): Net {
  const net = new Net();
  wipeStorage();
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) => net.fetch(url, options));
  return net;
}

/** What a browser does that clears a site: nothing of it is left. */
export function wipeStorage(): void {
  vi.stubGlobal("indexedDB", new IDBFactory());
}

export function closeAll(): void {
  for (const app of apps.splice(0)) app.view().owner?.stop();
  vi.unstubAllGlobals();
}

export function open(
  isDurable = true,
  bringSender: AppDeps["bringSender"] = () => import("../src/app/sender"),
  bringLater = () => import("../src/app/later"),
): App {
  const app = createApp({
    version: "test",
    isDurable,
    isVisible: () => true,
    languages: ["en"],
    english: en,
    bringSender,
    bringLater,
    loadCatalogue: async (locale) => (locale === "ar" ? ar : en),
  });
  apps.push(app);
  return app;
}

export async function answer(app: App, value: number, cell = CELL): Promise<void> {
  const owner = app.view().owner;
  const task = owner?.tasks()[0];
  if (owner === null || owner === undefined || task === undefined) throw new Error("nobody is here");
  await owner.enter(task, { cell, value, renderedFrom: [] });
}

/** The page goes away without a word; only what is on the disk stays. */
export function kill(app: App): void {
  app.view().owner?.stop();
}

/** What this phone shows for a cell. */
export function shown(app: App, cell = CELL): unknown {
  const owner = app.view().owner;
  const task = owner?.tasks()[0];
  return task === undefined ? undefined : readValue(owner?.cells(task)[cell] ?? []);
}
