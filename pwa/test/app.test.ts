/** Who may see what on a phone that more than one person uses, and what a start without network shows. */

import { openDB } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import type { App } from "../src/app/app";
import { answer, CELL, closeAll, DAN, EVE, freshNet, kill, type Net, open, shown, TOKEN } from "./app-world";

const OTHER_CELL = "SS02.f_match";

let net: Net;

beforeEach(() => {
  net = freshNet();
});
afterEach(closeAll);

const everything = (app: App) => JSON.stringify(app.view().owner?.tasks() ?? []);

test("a person signs in, answers, and a start without network shows it all", async () => {
  net.session = DAN;
  const first = open();
  await first.start();
  expect(first.view().phase).toBe("ready");
  net.isDown = true;
  await answer(first, 4);
  expect(first.view().unsent).toBe(1);
  expect(first.view().owner?.keeper.isSaved()).toBe(true);
  kill(first);
  const second = open();
  await second.start();
  const owner = second.view().owner;
  const task = owner?.tasks()[0];
  expect(second.view()).toMatchObject({ phase: "ready", unsent: 1, person: { name: "Dan" } });
  expect(task && owner?.form(task)?.steps).toHaveLength(3);
  expect(task && owner?.cells(task)[CELL]?.[0]?.v).toBe(4);
});

test("ready without network is said when the questions and the app itself are kept, not before", async () => {
  net.session = DAN;
  const app = open();
  let wasReadyEarly = false;
  app.subscribe(() => {
    wasReadyEarly ||= app.view().isReadyOffline;
  });
  await app.start();
  expect([wasReadyEarly, app.view().isReadyOffline]).toEqual([false, false]);
  app.shellKept();
  expect(app.view().isReadyOffline).toBe(true);
  const full = open();
  await full.start();
  const fault = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  full.shellKept();
  await full.refresh();
  expect(full.view().isReadyOffline).toBe(false);
  await answer(app, 4);
  expect([app.view().needs, app.view().isReadyOffline]).toEqual([["unsaved"], false]);
  fault.mockRestore();
});

test("a first start needs one reply: the inbox in the person's language, with the forms in it", async () => {
  const asked: string[] = [];
  const whole = {
    ...net.inbox(DAN),
    person: { ...DAN, locale: "ar" },
    locale: "ar",
    forms: [{ ...formBody, locale: "ar" }],
  };
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return new Response(JSON.stringify(whole), { headers: { "x-sightline": "1" } });
  });
  const app = open();
  await app.start();
  const owner = app.view().owner;
  const task = owner?.tasks()[0];
  expect(app.view().words.locale).toBe("ar");
  expect(task && owner?.form(task)?.locale).toBe("ar");
  expect(asked.filter((url) => url !== "/api/v1/sync")).toEqual(["/api/v1/inbox?start=1"]);
  kill(app);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
  const again = open();
  await again.start();
  expect(task && again.view().owner?.form(task)?.locale).toBe("ar");
});

test("the very first start without network asks for network, and keeps nothing", async () => {
  net.isDown = true;
  const app = open();
  await app.start();
  expect(app.view()).toMatchObject({ phase: "first_online", owner: null });
  net.session = DAN;
  net.isDown = false;
  app.online();
  await vi.waitFor(() => expect(app.view()).toMatchObject({ phase: "ready", person: { name: "Dan" } }));
});

test("answers whose task is missing go as soon as the network is back, in the same start", async () => {
  net.session = DAN;
  const first = open();
  await first.start();
  net.isDown = true;
  await answer(first, 4);
  await first.view().owner?.store.saveTasks([]);
  kill(first);
  const app = open();
  await app.start();
  expect(app.view().unsent).toBe(1);
  net.isDown = false;
  app.online();
  const isSent = () => expect(JSON.stringify([...net.server.sheets])).toContain(CELL);
  await vi.waitFor(isSent, { timeout: 4_000 });
});

test("after a claim was taken back the phone is signed out plainly, and loses nothing", async () => {
  net.session = DAN;
  const app = open();
  await app.start();
  net.isDown = true;
  await answer(app, 4);
  net.isDown = false;
  net.session = null;
  net.server.status.set("da".padEnd(64, "0"), "revoked");
  app.view().owner?.wake("manual");
  const isOut = () => expect(app.view()).toMatchObject({ phase: "sign_in", owner: null });
  await vi.waitFor(isOut, { timeout: 4_000 });
  net.session = DAN;
  net.server.status.clear();
  const back = open();
  await back.start();
  const task = back.view().owner?.tasks()[0];
  expect(task && back.view().owner?.cells(task)[CELL]?.[0]?.v).toBe(4);
});

test("without a session nothing is shown but the sign-in", async () => {
  const app = open();
  await app.start();
  expect(app.view()).toMatchObject({ phase: "sign_in", owner: null });
});

test("another person's session shows nothing of the first and sends nothing of hers", async () => {
  net.session = DAN;
  const dan = open();
  await dan.start();
  net.isDown = true;
  await answer(dan, 4);
  kill(dan);
  net.isDown = false;
  net.session = EVE;
  const seen: string[] = [];
  const eve = open();
  eve.subscribe(() => seen.push(everything(eve)));
  await eve.start();
  await vi.waitFor(() => expect(net.requests.length).toBeGreaterThan(0));
  expect(everything(eve)).toContain("for Eve");
  expect(seen.join("")).not.toContain("for Dan");
  expect(JSON.stringify(net.requests)).not.toContain(CELL);
  kill(eve);
  net.session = DAN;
  // Or it may have arrived before anybody looks.
  net.refuses = 503;
  const back = open();
  await back.start();
  expect(back.view().unsent).toBe(1);
});

test("when the other session is known only late, the first person's data goes at once", async () => {
  net.session = DAN;
  const dan = open();
  await dan.start();
  kill(dan);
  net.session = EVE;
  net.inboxDelayMs = 1_500;
  const app = open();
  await app.start();
  expect(everything(app)).toContain("for Eve");
  expect(app.view().person?.name).toBe("Eve");
});

/** Inboxes that arrive when the test says so, as whose. */
function heldInboxes(): ((who: typeof DAN) => void)[] {
  const held: ((who: typeof DAN) => void)[] = [];
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) => {
    if (!url.startsWith("/api/v1/inbox")) return net.fetch(url, options);
    return new Promise<Response>((resolve) => {
      const headers = { "x-sightline": "1" };
      held.push((who) => resolve(new Response(JSON.stringify(net.inbox(who)), { headers })));
    });
  });
  return held;
}

test("an inbox asked for before somebody else signed in is not taken in", async () => {
  const held = heldInboxes();
  const app = open();
  const started = app.start();
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const entered = app.enterCode("12345678");
  await vi.waitFor(() => expect(held).toHaveLength(2));
  held[1]?.(EVE);
  held[0]?.(DAN);
  await Promise.all([started, entered]);
  expect(app.view()).toMatchObject({ phase: "ready", person: { name: "Eve" } });
  expect(everything(app)).toContain("for Eve");
  const names = (await indexedDB.databases()).map((one) => one.name);
  expect(names.sort()).toEqual(["sightline", `sightline-${EVE.id}`]);
});

/** Lets nobody else read or write a database until the test lets go. */
async function holdDatabase(name: string): Promise<() => void> {
  const db = await openDB(name);
  const store = db.transaction("meta", "readwrite").objectStore("meta");
  let isHeld = true;
  const hold = async () => {
    while (isHeld) await store.get("nothing");
    db.close();
  };
  void hold();
  return () => {
    isHeld = false;
  };
}

test("whoever's data is still being opened when somebody else comes is not shown, nor given the other's", async () => {
  net.session = DAN;
  const dan = open();
  await dan.start();
  kill(dan);
  const held = heldInboxes();
  const app = open();
  const started = app.start();
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const first = app.refresh();
  await vi.waitFor(() => expect(held).toHaveLength(2));
  const release = await holdDatabase(`sightline-${DAN.id}`);
  held[0]?.(DAN);
  await new Promise((resolve) => setTimeout(resolve, 0));
  held[1]?.(EVE);
  await vi.waitFor(() => expect(everything(app)).toContain("for Eve"));
  release();
  await Promise.all([started, first]);
  expect(app.view().person?.name).toBe("Eve");
  expect(everything(app)).toContain("for Eve");
  expect(everything(app)).not.toContain("for Dan");
});

test("an inbox that arrives after signing out brings nobody back", async () => {
  net.session = DAN;
  const app = open();
  await app.start();
  const held = heldInboxes();
  const asked = app.refresh();
  await vi.waitFor(() => expect(held).toHaveLength(1));
  await app.signOut();
  held[0]?.(DAN);
  await asked;
  expect(app.view()).toMatchObject({ phase: "sign_in", owner: null, person: null });
});

test("questions that cannot be read from the disk come from the server", async () => {
  net.session = DAN;
  const { get } = IDBObjectStore.prototype;
  const fault = vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(function (
    this: IDBObjectStore,
    key,
  ) {
    if (this.name === "form") throw new DOMException("damaged", "UnknownError");
    return get.call(this, key);
  });
  const app = open();
  await app.start();
  fault.mockRestore();
  const task = app.view().owner?.tasks()[0];
  expect(task && app.view().owner?.form(task)?.steps).toHaveLength(3);
});

test("an ended session keeps everything, goes on sending and says so", async () => {
  net.session = DAN;
  const first = open();
  await first.start();
  net.isDown = true;
  await answer(first, 4, OTHER_CELL);
  kill(first);
  net.isDown = false;
  net.session = null;
  const app = open();
  await app.start();
  expect(app.view()).toMatchObject({ phase: "ready", needs: ["sign_in"] });
  expect([shown(app, OTHER_CELL), app.view().unsent]).toEqual([4, 1]);
  await answer(app, 5);
  const arrived = () => Object.keys(net.server.sheets.get(TOKEN) ?? {}).sort();
  await vi.waitFor(() => expect(arrived()).toEqual([CELL, OTHER_CELL]), { timeout: 4_000 });
  expect(app.view().needs).toEqual(["sign_in"]);
});

test("signing out shows the sign-in and keeps what is not sent for the next time", async () => {
  net.session = DAN;
  const first = open();
  await first.start();
  net.isDown = true;
  await answer(first, 3);
  net.isDown = false;
  await first.signOut();
  expect(first.view()).toMatchObject({ phase: "sign_in", owner: null, person: null });
  net.isDown = true;
  const nobody = open();
  await nobody.start();
  expect(nobody.view().phase).toBe("first_online");
  net.isDown = false;
  net.session = DAN;
  const again = open();
  await again.start();
  await vi.waitFor(() => expect(JSON.stringify([...net.server.sheets])).toContain(CELL), { timeout: 4_000 });
});

test("signing out without network ends the session before anything is asked again", async () => {
  net.session = DAN;
  const first = open();
  await first.start();
  net.isDown = true;
  await first.signOut();
  net.isDown = false;
  const app = open();
  await app.start();
  expect(app.view()).toMatchObject({ phase: "sign_in", owner: null });
  expect(net.session).toBeNull();
});

test("a code entered after signing out without network begins a session that stays", async () => {
  net.session = DAN;
  const app = open();
  await app.start();
  net.isDown = true;
  await app.signOut();
  net.isDown = false;
  net.session = EVE;
  expect(await app.enterCode("12345678")).toBe("ok");
  expect(app.view()).toMatchObject({ phase: "ready", person: { name: "Eve" } });
});

test("removing my data leaves no database of mine", async () => {
  net.session = DAN;
  const app = open();
  await app.start();
  await answer(app, 3);
  await app.wipe();
  const names = (await indexedDB.databases()).map((one) => one.name);
  expect(names).toEqual(["sightline"]);
});

test("where nothing can be kept the app works online and says so", async () => {
  net.session = DAN;
  const app = open(false);
  await app.start();
  await answer(app, 3);
  expect(app.view()).toMatchObject({ phase: "ready", needs: ["memory"], status: { kind: "needs" } });
  expect(await indexedDB.databases()).toEqual([]);
});

test("the language chosen on this phone stays, and the questions come in it", async () => {
  net.session = DAN;
  const first = open();
  await first.start();
  await first.setLocale("ar");
  expect(first.view().words.dir).toBe("rtl");
  kill(first);
  net.isDown = true;
  const second = open();
  await second.start();
  const owner = second.view().owner;
  const task = owner?.tasks()[0];
  expect(second.view().words.locale).toBe("ar");
  expect(task && owner?.form(task)?.locale).toBe("ar");
});
