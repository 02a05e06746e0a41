/** What happens to a phone that is old, wiped, copied, opened twice, or away for a year. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changeSheet, edit, type Phone, sheetOf } from "../src/core/phone";
import { plan } from "../src/core/planner";
import { settle } from "../src/core/settle";
import { stayedHere } from "../src/core/stayed";
import {
  answer,
  CELL,
  closeAll,
  DAN,
  freshNet,
  kill,
  type Net,
  open,
  shown,
  TOKEN,
  wipeStorage,
} from "./app-world";
import { FakeServer } from "./fake-server";
import { phoneAt } from "./sender-world";

const OTHER_CELL = "SS02.f_match";
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const arrived = { timeout: 5_000 };
let net: Net;

beforeEach(() => {
  net = freshNet();
  net.session = DAN;
});
afterEach(() => {
  vi.useRealTimers();
  closeAll();
});

const onServer = (cell = CELL) => net.server.sheets.get(TOKEN)?.[cell]?.map((version) => version.v);

test("what a browser cleared comes back from the server, except what was never sent", async () => {
  const first = open();
  await first.start();
  await answer(first, 4);
  await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
  net.isDown = true;
  await answer(first, 2, OTHER_CELL);
  kill(first);
  wipeStorage();
  net.isDown = false;
  const second = open();
  await second.start();
  await vi.waitFor(() => expect(shown(second)).toBe(4), arrived);
  expect(shown(second, OTHER_CELL)).toBeNull();
});

/** A page that ends at one moment of its first sending, and all that its phone has sent by then. */
async function endsWhileSending(isReplyBack: boolean): Promise<void> {
  const first = open();
  await first.start();
  const hasAnswered = new Promise<void>((done) => {
    vi.stubGlobal("fetch", async (url: string, options?: RequestInit) => {
      const reply = await net.fetch(url, options);
      if (url !== "/api/v1/sync" || onServer() === undefined) return reply;
      kill(first);
      done();
      return isReplyBack ? reply : new Promise<Response>(() => undefined);
    });
  });
  await answer(first, 4);
  await hasAnswered;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(first.view().unsent).toBe(1);
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) => net.fetch(url, options));
}

test.each([
  ["before the reply", false],
  ["after the reply, before it was noted", true],
])(
  "a page that ends %s sends the same once more at the next start, and it is held once",
  async (_, isBack) => {
    vi.useFakeTimers({ toFake: ["Date"], now: net.server.now });
    await endsWhileSending(isBack);
    const held = net.server.sheets.get(TOKEN)?.[CELL];
    expect(held).toHaveLength(1);
    // Without locks of the browser, what a dead page holds ends by the clock.
    vi.setSystemTime(Date.now() + MINUTE_MS);
    const second = open();
    await second.start();
    expect(shown(second)).toBe(4);
    await vi.waitFor(() => expect(second.view().unsent).toBe(0), arrived);
    // Once by each: it was unsent at the start of the second.
    expect(net.server.sheets.get(TOKEN)?.[CELL]).toEqual(held);
    const sent = net.requests.flatMap(({ sheets }) => sheets.flatMap(({ cells }) => cells[CELL] ?? []));
    expect(sent.map(({ d, n }) => [d, n])).toEqual([0, 1].map(() => [held?.[0]?.d, held?.[0]?.n]));
  },
);

/** Locks of one browser, where it has them; else the lease on its disk must do. */
function locksOf(browser: { isHeld: boolean }) {
  const request = async (_: string, __: object, work: (lock: object | null) => Promise<boolean>) => {
    if (browser.isHeld) return work(null);
    browser.isHeld = true;
    return work({}).finally(() => {
      browser.isHeld = false;
    });
  };
  return { request };
}

test.each([
  ["with locks", { onLine: true, locks: locksOf({ isHeld: false }) }],
  ["without locks", { onLine: true }],
])(
  "of two tabs %s one sends at a time, both show, and each answer arrives once",
  async (_, navigator) => {
    vi.stubGlobal("navigator", navigator);
    let sending = 0;
    let most = 0;
    vi.stubGlobal("fetch", async (url: string, options?: RequestInit) => {
      if (url !== "/api/v1/sync") return net.fetch(url, options);
      sending += 1;
      most = Math.max(most, sending);
      await new Promise((resolve) => setTimeout(resolve, 30));
      sending -= 1;
      return net.fetch(url, options);
    });
    const [one, two] = [open(), open()];
    await Promise.all([one.start(), two.start()]);
    await answer(one, 4);
    await vi.waitFor(() => expect(shown(two)).toBe(4), arrived);
    await answer(two, 2, OTHER_CELL);
    for (const app of [one, two])
      for (const why of ["online", "visible", "manual"] as const) app.view().owner?.wake(why);
    await vi.waitFor(() => {
      expect([onServer(), onServer(OTHER_CELL)]).toEqual([[4], [2]]);
      expect([one.view().unsent, two.view().unsent]).toEqual([0, 0]);
    }, arrived);
    expect(most).toBe(1);
  },
  10_000,
);

test("a draft of thirty days ago goes on where it was", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const first = open();
  await first.start();
  net.isDown = true;
  await answer(first, 4);
  kill(first);
  vi.setSystemTime(Date.now() + 30 * DAY_MS);
  const second = open();
  await second.start();
  expect(shown(second)).toBe(4);
  expect(second.view().unsent).toBe(1);
  net.isDown = false;
  net.server.now = Date.now();
  second.view().owner?.wake("manual");
  await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
});

test("a phone that comes back a year after closing empties its queue, says so, and forgets once it was seen", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const first = open();
  await first.start();
  net.isDown = true;
  await answer(first, 4);
  kill(first);
  vi.setSystemTime(Date.now() + 365 * DAY_MS);
  net.isDown = false;
  net.session = null;
  net.server.status.set(TOKEN, "closed");
  const back = open();
  await back.start();
  await vi.waitFor(() => expect(back.view().needs).toContain("late"), arrived);
  const owner = back.view().owner;
  const phone = owner?.keeper.phone();
  expect(phone && plan(phone, "test")).toBeNull();
  expect(back.view().status).toEqual({ kind: "needs" });
  const asked = net.requests.length;
  owner?.wake("manual");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(net.requests).toHaveLength(asked);
  expect(phone && stayedHere(phone, false).map((sheet) => sheet.id)).toEqual([DAN.id]);
  for (const task of owner?.tasks() ?? []) await owner?.forget(task);
  expect(back.view()).toMatchObject({ unsent: 0, status: { kind: "ready" } });
  kill(back);
  const again = open();
  await again.start();
  expect(again.view().owner?.tasks()).toEqual([]);
});

test("a program that is too old keeps its answers, says so, and the new one sends them", async () => {
  net.server.status.set(TOKEN, "update");
  const old = open();
  await old.start();
  await answer(old, 4);
  await vi.waitFor(() => expect(old.view().needs).toContain("update"), arrived);
  expect(old.view().unsent).toBe(1);
  kill(old);
  net.server.status.clear();
  const fresh = open();
  await fresh.start();
  await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
  expect(fresh.view().needs).toEqual([]);
});

test("an old browser without the newer calls answers, sends and starts again", async () => {
  vi.stubGlobal("AbortSignal", {});
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto), subtle: crypto.subtle });
  // Vitest itself could not load it any more below.
  const later = await import("../src/app/later");
  const at = Object.getOwnPropertyDescriptor(Array.prototype, "at");
  Reflect.deleteProperty(Array.prototype, "at");
  try {
    const first = open(
      true,
      async () => later,
      async () => later,
    );
    await first.start();
    await answer(first, 4);
    await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
    kill(first);
    const second = open(
      true,
      async () => later,
      async () => later,
    );
    await second.start();
    expect(shown(second)).toBe(4);
  } finally {
    Object.defineProperty(Array.prototype, "at", at ?? {});
  }
});

test("at an insecure address, without the calls of a secure one, a person signs in, answers and sends", async () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  net.session = null;
  const app = open(false);
  await app.start();
  expect(app.view().phase).toBe("sign_in");
  net.session = DAN;
  expect(await app.enterCode("12345678")).toBe("ok");
  await answer(app, 4);
  await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
  expect(app.view().needs).toEqual(["memory"]);
  expect(await indexedDB.databases()).toEqual([]);
});

test("a disk that cannot be read lets the person answer all the same, and says what that means", async () => {
  const first = open();
  await first.start();
  kill(first);
  const names = (await indexedDB.databases()).map((one) => one.name);
  const real = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((name, version) => {
    if (name !== "sightline" && names.includes(name)) throw new DOMException("broken", "UnknownError");
    return real(name, version);
  });
  const app = open();
  await app.start();
  await answer(app, 4);
  expect(app.view().needs).toContain("memory");
  await vi.waitFor(() => expect(onServer()).toEqual([4]), arrived);
});

test("handing in twice, and after a reload, is handing in once", async () => {
  const first = open();
  await first.start();
  const submit = (app = first) => {
    const owner = app.view().owner;
    const task = owner?.tasks()[0];
    if (owner === null || owner === undefined || task === undefined) throw new Error("nobody is here");
    const renderedFrom = owner.cells(task)["@submit"] ?? [];
    return owner.enter(task, { cell: "@submit", value: true, renderedFrom });
  };
  await Promise.all([submit(), submit()]);
  kill(first);
  const second = open();
  await second.start();
  await submit(second);
  await vi.waitFor(() => expect(second.view().unsent).toBe(0), arrived);
  expect(onServer("@submit")).toEqual([true]);
  expect(second.view().needs).toEqual([]);
});

test("a copied profile is two page loads: what both enter is kept", () => {
  const server = new FakeServer();
  const wall = server.now;
  const sent = (phone: Phone): Phone => {
    const one = plan(phone, "test");
    return one === null ? phone : settle(phone, one, server.answer(one.request), wall).phone;
  };
  const entered = (phone: Phone, value: string): Phone =>
    edit(phone, "one", { cell: "OQ1.text", value, renderedFrom: [] }, wall);
  const disk = entered(phoneAt("a"), "before");
  const rows = sheetOf(disk, "one")?.rows ?? [];
  const copies = ["b", "c"].map((d) =>
    entered(
      changeSheet(phoneAt(d), "one", (sheet) => ({ ...sheet, rows })),
      `on ${d}`,
    ),
  );
  for (const copy of copies) sent(copy);
  const texts = server.sheets.get("w")?.["OQ1.text"]?.map((version) => version.v);
  expect(texts).toEqual(expect.arrayContaining(["on b", "on c"]));
});

test.each([401, 422, 503])(
  "nothing leaves the phone because a server said %i",
  async (status) => {
    const app = open();
    await app.start();
    net.refuses = status;
    await answer(app, 4);
    app.view().owner?.wake("manual");
    await vi.waitFor(() => expect(net.requests.length).toBeGreaterThan(1), arrived);
    expect([shown(app), app.view().unsent]).toEqual([4, 1]);
    net.refuses = null;
    app.view().owner?.wake("online");
    await vi.waitFor(() => expect(onServer()).toEqual([4]), { timeout: 8_000 });
  },
  15_000,
);
