/** When the page takes a new version, and when it says that the app itself is on this phone. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { App } from "../src/app/app";
import { watchShell } from "../src/app/shell";

/** The browser's side: events to fire, and what was posted to which worker. */
class Target {
  private readonly listeners = new Map<string, (() => void)[]>();
  readonly posted: unknown[] = [];

  addEventListener(name: string, listener: () => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  fire(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener();
  }

  postMessage(word: unknown, ports: readonly MessagePort[] = []): void {
    this.posted.push(word);
    if (word === "kept?" && isKept !== null) ports[0]?.postMessage(isKept);
  }
}

let isKept: boolean | null;
let page: Target;
let container: Target & { controller: Target | null; ready: Promise<unknown>; register(): Promise<unknown> };
let registration: Target & { waiting: Target | null; installing: Target | null; update(): Promise<void> };
let place: { hash: string; reload: () => void };
let focused: { matches(): boolean } | null;
let view: { unsent: number; owner: null };
let reloads: number;
let offered: (() => void)[];
let nKept: number;
/** Tells whoever listens that something in the app has changed. */
let changed: () => void;

beforeEach(() => {
  const active = new Target();
  registration = Object.assign(new Target(), {
    waiting: null,
    installing: null,
    update: async () => undefined,
  });
  container = Object.assign(new Target(), {
    controller: active,
    ready: Promise.resolve({ active }),
    register: async () => registration,
  });
  [page, isKept, reloads, offered, nKept, focused] = [new Target(), null, 0, [], 0, null];
  changed = () => undefined;
  place = { hash: "#/", reload: () => (reloads += 1) };
  view = { unsent: 0, owner: null };
  vi.stubGlobal("navigator", { serviceWorker: container });
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("location", place);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("setInterval", () => 0);
  const addEventListener = () => undefined;
  vi.stubGlobal("document", {
    addEventListener,
    get activeElement() {
      return focused;
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const watch = () =>
  watchShell({
    view: () => view,
    offerUpdate: (load: () => void) => {
      offered.push(load);
      changed();
    },
    subscribe: (listener: () => void) => (changed = listener),
    shellKept: () => (nKept += 1),
  } as unknown as App);

/** A new version has been fetched and waits. */
function newVersion(): Target {
  const waiting = new Target();
  registration.installing = waiting;
  registration.fire("updatefound");
  registration.waiting = waiting;
  waiting.fire("statechange");
  return waiting;
}

/** Some tab, this one or another, has called the new version. */
function takenOver(): void {
  registration.waiting = null;
  container.fire("controllerchange");
}

test("a page on the list with nothing unsent takes a new version by itself", async () => {
  await watch();
  expect(newVersion().posted).toEqual(["activate"]);
  takenOver();
  takenOver();
  expect([reloads, offered]).toEqual([1, []]);
});

const BUSY: readonly (readonly [string, () => void])[] = [
  ["somebody answers", () => (place.hash = "#/sheet/1")],
  ["an answer is not sent", () => (view.unsent = 1)],
  ["somebody types", () => (focused = { matches: () => true })],
];

test.each(BUSY)("while %s a new version is offered, and loaded at a tap", async (_, busy) => {
  busy();
  await watch();
  const waiting = newVersion();
  expect([waiting.posted, offered.length]).toEqual([[], 1]);
  offered[0]?.();
  expect(waiting.posted).toEqual(["activate"]);
  takenOver();
  expect(reloads).toBe(1);
});

test.each(BUSY)(
  "while %s the version another tab has taken is offered, and reloads nothing",
  async (_, busy) => {
    busy();
    await watch();
    takenOver();
    expect([reloads, offered.length]).toEqual([0, 1]);
    offered[0]?.();
    expect(reloads).toBe(1);
  },
);

test("a version another tab has taken is loaded once this one is back on the list", async () => {
  place.hash = "#/sheet/1";
  await watch();
  takenOver();
  expect(reloads).toBe(0);
  place.hash = "#/";
  page.fire("hashchange");
  expect(reloads).toBe(1);
});

test("a version that was offered on the list is loaded once the last answer went", async () => {
  view.unsent = 1;
  await watch();
  takenOver();
  changed();
  expect([reloads, offered.length]).toEqual([0, 1]);
  view.unsent = 0;
  changed();
  expect(reloads).toBe(1);
});

test("the first worker of a page reloads nothing; the next one is a new version", async () => {
  container.controller = null;
  await watch();
  takenOver();
  expect([reloads, offered]).toEqual([0, []]);
  takenOver();
  expect(reloads).toBe(1);
});

test("the app is called kept only when the worker says that every file of it is there", async () => {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
  for (const [said, kept] of [
    [null, 0],
    [false, 0],
    [true, 1],
  ] as const) {
    isKept = said;
    await watch();
    await soon();
    expect(nKept).toBe(kept);
  }
});
