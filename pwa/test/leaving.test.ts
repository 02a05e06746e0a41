/** Signing out: the server's own pages and every other tab of the browser hear of it, and nothing unsent is lost. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { App } from "../src/app/app";
import { readDevice } from "../src/store/device";
import { answer, CELL, closeAll, DAN, EVE, freshNet, kill, type Net, open, shown } from "./app-world";

let net: Net;
let cookies: Map<string, string>;
let written: string[];

beforeEach(() => {
  net = freshNet();
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
  cookies = new Map();
  written = [];
  vi.stubGlobal("location", { protocol: "https:" });
  vi.stubGlobal("document", {
    get cookie() {
      return [...cookies].map((pair) => pair.join("=")).join("; ");
    },
    set cookie(line: string) {
      written.push(line);
      const [pair = ""] = line.split("; ");
      const [name = "", value = ""] = pair.split("=");
      if (line.includes("Max-Age=0")) cookies.delete(name);
      else cookies.set(name, value);
    },
  });
});
afterEach(() => {
  closeAll();
  vi.useRealTimers();
});

async function started(): Promise<App> {
  const app = open();
  await app.start();
  return app;
}

const databases = async () => (await indexedDB.databases()).map((one) => one.name).sort();

test("a sign-out leaves a cookie for the server's pages before the network is asked", async () => {
  net.session = DAN;
  const app = await started();
  let wasThere = false;
  vi.stubGlobal("fetch", async () => {
    wasThere = cookies.get("signed_out") === "1";
    throw new TypeError("refused");
  });
  await app.signOut();
  await vi.waitFor(() => expect(wasThere).toBe(true));
  expect(written).toEqual(["signed_out=1; Max-Age=1209600; Path=/; SameSite=Lax; Secure"]);
});

test("signing out in one tab closes the others at once, and keeps what is not sent", async () => {
  net.session = DAN;
  const one = await started();
  const other = await started();
  net.isDown = true;
  await answer(other, 4);
  const open = other.view().owner;
  const task = open?.tasks()[0];
  other.onHide(() => task && void open?.enter(task, { cell: CELL, value: 5, renderedFrom: [] }));
  const turn = localStorage.getItem("sightline-turn");
  const left = one.signOut();
  await vi.waitFor(() => expect(localStorage.getItem("sightline-turn")).not.toBe(turn));
  other.seen();
  expect(other.view().owner).toBeNull();
  await left;
  await vi.waitFor(() => expect(other.view()).toMatchObject({ phase: "sign_in", person: null }));
  kill(one);
  net.isDown = false;
  net.session = null;
  const nobody = await started();
  expect(nobody.view()).toMatchObject({ phase: "sign_in", owner: null });
  net.session = DAN;
  expect(await nobody.enterCode("12345678")).toBe("ok");
  expect(shown(nobody)).toBe(5);
  expect(net.requests.flatMap((request) => request.sheets)).not.toEqual([]);
});

test("another tab does not write removed data back", async () => {
  net.session = DAN;
  const one = await started();
  const other = await started();
  await answer(other, 4);
  const owner = other.view().owner;
  const task = owner?.tasks()[0];
  const turn = localStorage.getItem("sightline-turn");
  const left = one.wipe();
  await vi.waitFor(() => expect(localStorage.getItem("sightline-turn")).not.toBe(turn));
  other.seen();
  await left;
  await vi.waitFor(() => expect(other.view()).toMatchObject({ phase: "sign_in", owner: null }));
  if (task !== undefined) await owner?.enter(task, { cell: CELL, value: 2, renderedFrom: [] });
  await vi.waitFor(async () => expect(await databases()).toEqual(["sightline"]));
});

test("whoever signs in again in one tab is found in the others, and a stranger sees nothing of the first", async () => {
  net.session = DAN;
  const one = await started();
  const other = await started();
  expect(await one.enterCode("12345678")).toBe("ok");
  other.seen();
  await vi.waitFor(() => expect(other.view()).toMatchObject({ phase: "ready", person: { name: "Dan" } }));
  net.session = EVE;
  expect(await one.enterCode("12345678")).toBe("ok");
  net.isDown = true;
  other.seen();
  expect(other.view().owner).toBeNull();
});

test("a sign-out on a page of the server closes every tab, not only the first that is looked at", async () => {
  net.session = DAN;
  const one = await started();
  const other = await started();
  cookies.set("left", "1");
  net.session = null;
  one.seen();
  await vi.waitFor(() => expect(localStorage.getItem("sightline-turn")).toContain("left"));
  other.seen();
  const isOut = (app: App) => expect(app.view()).toMatchObject({ phase: "sign_in", owner: null });
  await vi.waitFor(() => [one, other].forEach(isOut));
});

async function leftWithoutNetwork(): Promise<void> {
  net.session = DAN;
  const app = await started();
  net.isDown = true;
  await app.signOut();
  net.isDown = false;
  kill(app);
}

test("whoever signed in on a page after a sign-out without network stays signed in", async () => {
  await leftWithoutNetwork();
  cookies.delete("signed_out"); // as the server does at every sign-in
  net.session = EVE;
  expect((await started()).view()).toMatchObject({ phase: "ready", person: { name: "Eve" } });
});

test("a browser that drops the cookie after a week brings nobody back", async () => {
  await leftWithoutNetwork();
  cookies.delete("signed_out");
  vi.useFakeTimers({ now: Date.now() + 7 * 24 * 3_600_000, toFake: ["Date"] });
  expect((await started()).view()).toMatchObject({ phase: "sign_in", owner: null });
  expect(net.session).toBeNull();
});

test("a start without network after a sign-out counts what waits here, and does not call it the first time", async () => {
  net.session = DAN;
  const first = await started();
  net.isDown = true;
  await answer(first, 4);
  await first.signOut();
  const out = await started();
  expect(out.view()).toMatchObject({ phase: "first_online", person: null, waiting: { [DAN.id]: 1 } });
  net.isDown = false;
  net.session = DAN;
  expect(await out.enterCode("12345678")).toBe("ok");
  await vi.waitFor(() => expect(out.view().unsent).toBe(0), { timeout: 4_000 });
  net.isDown = true;
  await out.signOut();
  expect((await started()).view().waiting).toEqual({});
});

test("a phone on which nobody ever was has nothing to count", async () => {
  net.isDown = true;
  expect((await started()).view()).toMatchObject({ phase: "first_online", waiting: null });
});

/** A network that takes every request and never answers, as in front of a server that stands still. */
const silent = () => vi.stubGlobal("fetch", () => new Promise<Response>(() => undefined));

test("on a silent network what is shown is gone at once, and a start after it shows nobody", async () => {
  net.session = DAN;
  const app = await started();
  silent();
  const left = app.signOut();
  expect(app.view()).toMatchObject({ phase: "sign_in", owner: null, person: null });
  await left;
  expect(await readDevice()).toMatchObject({ owner: null, mustEnd: true });
  const again = open();
  void again.start();
  const isOut = () => expect(again.view()).toMatchObject({ phase: "first_online", person: null });
  await vi.waitFor(isOut, { timeout: 500 });
  expect(again.view().owner).toBeNull();
});

test("a phone whose sign-out was heard says so on a silent network too", async () => {
  net.session = DAN;
  const app = await started();
  await app.signOut();
  await vi.waitFor(async () => expect(await readDevice()).toMatchObject({ owner: null, mustEnd: false }));
  expect(net.session).toBeNull();
  cookies.delete("signed_out"); // as the server does
  silent();
  const again = open();
  void again.start();
  await vi.waitFor(() => expect(again.view().phase).toBe("first_online"), { timeout: 2_000 });
});

test("whoever signs in while a sign-out is still on its way is not signed out by its reply", async () => {
  net.session = DAN;
  const app = await started();
  let isOnItsWay = false;
  vi.stubGlobal("fetch", async (url: string, options: RequestInit = {}) => {
    if (options.method === "DELETE")
      return new Promise<Response>((_, reject) => {
        isOnItsWay = true;
        options.signal?.addEventListener("abort", () => {
          isOnItsWay = false;
          reject(new DOMException("ended", "AbortError"));
        });
      });
    const reply = await net.fetch(url, options);
    // What the late reply does to the browser's cookie.
    if (url === "/api/v1/session" && isOnItsWay) net.session = null;
    return reply;
  });
  await app.signOut();
  await vi.waitFor(() => expect(isOnItsWay).toBe(true));
  net.session = EVE;
  expect(await app.enterCode("12345678")).toBe("ok");
  expect(app.view()).toMatchObject({ phase: "ready", person: { name: "Eve" } });
  expect(await readDevice()).toMatchObject({ owner: { name: "Eve" }, mustEnd: false });
});

/** Somebody signs out on a phone that can write nothing more. */
async function leftWithFullDisk(): Promise<void> {
  net.session = DAN;
  const app = await started();
  net.isDown = true;
  const fault = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  await answer(app, 4);
  await app.signOut();
  await vi.waitFor(() => expect(cookies.get("signed_out")).toBe("1"));
  fault.mockRestore();
  kill(app);
}

test.each([
  ["not heard of", () => undefined],
  ["heard of", () => cookies.delete("signed_out")],
])("a sign-out %s that a full disk could not note brings nobody back without network", async (_, then) => {
  await leftWithFullDisk();
  then();
  const again = await started();
  expect(again.view()).toMatchObject({ phase: "first_online", owner: null, person: null });
});

test("where neither the disk nor the browser has room for a note, the cookie is one", async () => {
  vi.stubGlobal("localStorage", {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("no room", "QuotaExceededError");
    },
  });
  await leftWithFullDisk();
  expect((await started()).view()).toMatchObject({ phase: "first_online", owner: null, person: null });
});

test("a sign-out that a full disk could not note is said to the server at the next start", async () => {
  await leftWithFullDisk();
  net.isDown = false;
  expect((await started()).view()).toMatchObject({ phase: "sign_in", owner: null });
  expect(net.session).toBeNull();
});

test("whoever signs in on a page after signing out in the app is here without network too", async () => {
  await leftWithoutNetwork();
  cookies.delete("signed_out"); // as the server does at every sign-in
  kill(await started());
  net.isDown = true;
  expect((await started()).view()).toMatchObject({ phase: "ready", person: { name: "Dan" } });
});

test("answers that the phone could not keep are not counted as waiting here", async () => {
  net.session = DAN;
  const app = await started();
  net.isDown = true;
  const { put } = IDBObjectStore.prototype;
  const fault = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    ...given
  ) {
    if (this.name === "cell") throw new DOMException("no room", "QuotaExceededError");
    return put.apply(this, given);
  });
  await answer(app, 4);
  await app.signOut();
  fault.mockRestore();
  expect((await started()).view().waiting).toEqual({});
});
