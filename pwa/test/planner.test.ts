/** What the phone sends, and what replies and failures mean to it. */

import { describe, expect, test } from "vitest";
import {
  type Aside,
  cellsOf,
  edit,
  LARGEST_SIZE,
  newPhone,
  type Phone,
  type PhoneSheet,
  sheetOf,
} from "../src/core/phone";
import { plan, planLeaving, type Sent } from "../src/core/planner";
import { fail, hasten, wake } from "../src/core/retry";
import { settle } from "../src/core/settle";
import { readValue, type Value } from "../src/core/sheet";
import { FakeServer } from "./fake-server";

const WALL = 1_795_374_000_000;
const CELL = "SS01.f_match";

const sheet = (id: string, more: Partial<PhoneSheet> = {}): PhoneSheet => ({
  id,
  cycle: "c".repeat(32),
  write: `write-${id}`,
  read: `read-${id}`,
  status: "ok",
  rows: [],
  aside: [],
  isFullDue: false,
  ...more,
});

const phoneWith = (...sheets: PhoneSheet[]): Phone => ({ ...newPhone("a".repeat(16), [], 0), sheets });

const answer = (phone: Phone, id: string, cell: string, value: Value, wall = WALL): Phone =>
  edit(phone, id, { cell, value, renderedFrom: cellsOf(sheetOf(phone, id))[cell] ?? [] }, wall);

const sent = (phone: Phone): Sent => {
  const next = plan(phone, "test");
  if (next === null) throw new Error("nothing to send");
  return next;
};

const sync = (phone: Phone, server: FakeServer): Phone => {
  const request = sent(phone);
  return settle(phone, request, server.answer(request.request), WALL).phone;
};

const at = (random: number, isSeen = false) => ({ wall: WALL, random, isSeen });

const dirty = (phone: Phone): number =>
  phone.sheets.reduce((sum, one) => sum + one.rows.filter((row) => row.dirty).length, 0);

const asides = (phone: Phone): readonly Aside[] => phone.sheets.flatMap((one) => one.aside);

describe("what is sent", () => {
  test("an answer goes out once and is clean after the reply", () => {
    const server = new FakeServer();
    const phone = sync(answer(phoneWith(sheet("one")), "one", CELL, 4), server);
    expect(dirty(phone)).toBe(0);
    expect(plan(phone, "test")).toBeNull();
    expect(readValue(server.sheets.get("write-one")?.[CELL] ?? [])).toBe(4);
  });

  test("an edit made while a request is under way stays dirty", () => {
    const server = new FakeServer();
    const before = answer(phoneWith(sheet("one")), "one", CELL, 4);
    const request = sent(before);
    const meanwhile = answer(before, "one", CELL, 2);
    const after = settle(meanwhile, request, server.answer(request.request), WALL).phone;
    expect(dirty(after)).toBe(1);
    expect(readValue(cellsOf(sheetOf(after, "one"))[CELL] ?? [])).toBe(2);
    expect(dirty(sync(after, server))).toBe(0);
    expect(server.sheets.get("write-one")?.[CELL]).toHaveLength(1);
  });

  test("read goes along with a full round only, and a full round names what is not carried", () => {
    const server = new FakeServer();
    const clean = sync(answer(phoneWith(sheet("one")), "one", CELL, 4), server);
    expect(sent(answer(clean, "one", CELL, 5)).request.sheets[0]?.read).toBeUndefined();
    const woken = wake(answer(clean, "one", "SS02.f_match", 5), "start", WALL);
    const part = sent(woken).request.sheets[0];
    expect(part?.read).toBe("read-one");
    expect(part?.have).toEqual({ ["a".repeat(16)]: { [CELL]: 1 } });
    expect(Object.keys(part?.cells ?? {})).toEqual(["SS02.f_match"]);
  });

  test("a request stays under 512 KiB and 100 sheets, and everything arrives in the end", () => {
    const server = new FakeServer();
    let phone = phoneWith(...Array.from({ length: 130 }, (_, i) => sheet(`s${i}`)));
    for (const one of phone.sheets) {
      for (let i = 0; i < 4; i++) phone = answer(phone, one.id, `OQ${i}.text`, "ب".repeat(2000));
    }
    const first = sent(phone);
    expect(new TextEncoder().encode(JSON.stringify(first.request)).length).toBeLessThanOrEqual(512 * 1024);
    expect(first.sheets.length).toBeLessThanOrEqual(100);
    let requests = 0;
    for (; dirty(phone) > 0 && requests < 20; requests++) phone = sync(phone, server);
    expect(dirty(phone)).toBe(0);
    expect(requests).toBeGreaterThan(1);
  });

  test("a page that is closed sends its newest answers first, in 60 KB", () => {
    let phone = phoneWith(sheet("old"), sheet("new"));
    for (let i = 0; i < 40; i++) phone = answer(phone, "old", `OQ${i}.text`, "x".repeat(2000), WALL + i);
    phone = answer(phone, "new", CELL, 5, WALL + 99);
    const leaving = planLeaving(phone, "test");
    expect(JSON.stringify(leaving?.request).length).toBeLessThanOrEqual(60 * 1024);
    expect(leaving?.sheets[0]?.id).toBe("new");
    expect(Object.keys(leaving?.request.sheets[1]?.cells ?? {})[0]).toBe("OQ39.text");
  });
});

describe("what a reply means", () => {
  test("a version that is wanted stays dirty; after three times it is stamped anew, then set aside", () => {
    let phone = answer(phoneWith(sheet("one")), "one", CELL, 4);
    const stubborn = {
      now: WALL,
      epoch: "e",
      sheets: [{ status: "ok" as const, want: [CELL], refused: [], cells: {} }],
    };
    for (let i = 0; i < 3; i++) phone = settle(phone, sent(phone), stubborn, WALL).phone;
    expect(sheetOf(phone, "one")?.rows[0]).toMatchObject({
      restamped: true,
      dirty: true,
      version: { n: 2, v: 4 },
    });
    for (let i = 0; i < 3; i++) phone = settle(phone, sent(phone), stubborn, WALL).phone;
    expect(asides(phone)).toMatchObject([{ reason: "diverged", version: { v: 4 } }]);
    expect(plan(phone, "test")).toBeNull();
  });

  test("a refused version is set aside, never named again, and still replaced by the next edit", () => {
    const server = new FakeServer();
    server.unknown.add("SS99.f_match");
    let phone = answer(answer(phoneWith(sheet("one")), "one", "SS99.f_match", 4), "one", CELL, 3);
    phone = sync(phone, server);
    expect(asides(phone)).toMatchObject([{ cell: "SS99.f_match", reason: "unknown_cell" }]);
    expect(readValue(server.sheets.get("write-one")?.[CELL] ?? [])).toBe(3);
    const request = sent(wake(phone, "start", WALL));
    expect(JSON.stringify(request.request)).not.toContain("SS99");
    // Another page load: only the refused version itself can say what it stood for.
    const reloaded = { ...phone, page: { ...phone.page, d: "b".repeat(16), n: 0, own: {} } };
    const again = answer(reloaded, "one", "SS99.f_match", 5);
    expect(sheetOf(again, "one")?.rows.at(-1)?.version.seen).toEqual({ ["a".repeat(16)]: 1 });
  });

  test("a phone a day ahead learns the time and its answer arrives", () => {
    const server = new FakeServer();
    let phone = answer(phoneWith(sheet("one")), "one", CELL, 4, WALL + 86_400_000);
    phone = sync(phone, server);
    expect(dirty(phone)).toBe(1);
    phone = sync(phone, server);
    expect(dirty(phone)).toBe(0);
    expect(asides(phone)).toEqual([]);
    expect(readValue(server.sheets.get("write-one")?.[CELL] ?? [])).toBe(4);
  });

  test("two texts side by side that are both refused for their clock stay two", () => {
    const server = new FakeServer();
    const far = WALL + 86_400_000;
    const from = (d: string, v: string) => ({
      cell: "OQ1.text",
      version: { v, hlc: far, d: d.repeat(16), n: 1, seen: {} },
      dirty: true,
      tries: 0,
      restamped: false,
    });
    let phone = phoneWith(sheet("one", { rows: [from("b", "Here."), from("c", "There.")] }));
    phone = sync(phone, server);
    const mine = answer(phone, "one", CELL, 4);
    phone = sync(mine, server);
    const stored = server.sheets.get("write-one")?.["OQ1.text"] ?? [];
    expect(stored.map((version) => version.v).sort()).toEqual(["Here.", "There."]);
    expect([dirty(phone), asides(phone)]).toEqual([0, []]);
  });

  test.each(["closed", "opened", "revoked", "unknown", "update"] as const)(
    "%s takes a sheet out of the queue, whole",
    (status) => {
      const server = new FakeServer();
      server.status.set("write-one", status);
      const phone = sync(answer(phoneWith(sheet("one")), "one", CELL, 4), server);
      expect(plan(phone, "test")).toBeNull();
      expect(dirty(phone)).toBe(1);
      const locked = answer(phone, "one", CELL, 5) === phone;
      expect(locked).toBe(status === "closed" || status === "opened");
    },
  );

  test("what the other phone wrote arrives clean; a text of both stays two", () => {
    const server = new FakeServer();
    const text = "OQ1.text";
    const other = { ...newPhone("b".repeat(16), [], 0), sheets: [sheet("one")] };
    sync(answer(answer(other, "one", text, "From my laptop."), "one", CELL, 2), server);
    const phone = sync(
      wake(answer(phoneWith(sheet("one")), "one", text, "From my phone."), "start", WALL),
      server,
    );
    expect(cellsOf(sheetOf(phone, "one"))[text]).toHaveLength(2);
    expect(readValue(cellsOf(sheetOf(phone, "one"))[CELL] ?? [])).toBe(2);
    expect(dirty(phone)).toBe(0);
  });

  test("a server restored from a backup gets back what it lost", () => {
    const server = new FakeServer();
    const phone = sync(answer(phoneWith(sheet("one")), "one", CELL, 4), server);
    server.sheets.clear();
    server.epoch = "e2";
    let after = sync(answer(phone, "one", "SS02.f_match", 5), server);
    expect(server.sheets.get("write-one")?.[CELL]).toBeUndefined();
    after = sync(after, server);
    after = sync(after, server);
    expect(readValue(server.sheets.get("write-one")?.[CELL] ?? [])).toBe(4);
    expect(plan(after, "test")).toBeNull();
  });

  test("a reply for a token that was replaced meanwhile counts for nothing", () => {
    const phone = answer(phoneWith(sheet("one")), "one", CELL, 4);
    const request = sent(phone);
    const renewed: Phone = { ...phone, sheets: phone.sheets.map((one) => ({ ...one, write: "write-new" })) };
    const after = settle(renewed, request, new FakeServer().answer(request.request), WALL).phone;
    expect(dirty(after)).toBe(1);
  });
});

describe("what a failure means", () => {
  const http = (status: number, retryAfterMs: number | null = null) =>
    ({ kind: "http", status, code: "bad_field", retryAfterMs }) as const;

  test.each([400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503])("http %i removes nothing", (status) => {
    const phone = answer(answer(phoneWith(sheet("one")), "one", CELL, 4), "one", "SS02.f_match", 5);
    const after = fail(phone, sent(phone), http(status), at(0.5)).phone;
    expect(after.sheets).toEqual(phone.sheets);
  });

  test("a request nobody can read is halved until the culprit is alone; the rest arrives", () => {
    const server = new FakeServer();
    let phone = phoneWith(sheet("one"));
    for (let i = 0; i < 37; i++) phone = answer(phone, "one", `SS${i}.f_match`, i === 23 ? "poison" : 3);
    phone = wake(phone, "start", WALL);
    let rounds = 0;
    for (let next = plan(phone, "test"); next !== null && rounds < 60; next = plan(phone, "test")) {
      rounds++;
      const isSearching = phone.queue.size < LARGEST_SIZE && phone.queue.suspect === null && dirty(phone) > 0;
      if (isSearching) expect(next.request.sheets.every((one) => one.read === undefined)).toBe(true);
      const isPoisoned = JSON.stringify(next.request).includes("poison");
      phone = isPoisoned
        ? fail(phone, next, http(422), at(0)).phone
        : settle(phone, next, server.answer(next.request), WALL).phone;
    }
    expect(asides(phone)).toMatchObject([{ cell: "SS23.f_match", reason: "bad_field" }]);
    expect(Object.keys(server.sheets.get("write-one") ?? {})).toHaveLength(36);
    expect(dirty(phone)).toBe(0);
    expect(rounds).toBeLessThan(30);
  });

  test("a server that refuses every request makes no answer a culprit", () => {
    let phone = answer(answer(phoneWith(sheet("one")), "one", CELL, 4), "one", "SS02.f_match", 5);
    for (let i = 0; i < 30; i++) phone = fail(phone, sent(phone), http(422), at(0)).phone;
    expect(asides(phone)).toEqual([]);
    expect(dirty(phone)).toBe(2);
    expect(phone.queue.failures).toBeGreaterThan(0);
  });

  test("waiting grows from 2 s to 5 min with full jitter and is forgotten after a reply", () => {
    let phone = answer(phoneWith(sheet("one")), "one", CELL, 4);
    const delays: number[] = [];
    for (let i = 0; i < 10; i++) {
      phone = fail(phone, sent(phone), { kind: "network" }, at(1)).phone;
      delays.push(phone.queue.notBefore - WALL);
    }
    expect(delays.slice(0, 3)).toEqual([2000, 4000, 8000]);
    expect(delays.at(-1)).toBe(300_000);
    expect(fail(phone, sent(phone), { kind: "network" }, at(0)).phone.queue.notBefore).toBe(WALL);
    expect(sync(phone, new FakeServer()).queue.failures).toBe(0);
  });

  test("since when the server is not reached is known until it replies", () => {
    let phone = answer(phoneWith(sheet("one")), "one", CELL, 4);
    phone = fail(phone, sent(phone), { kind: "network" }, at(0)).phone;
    phone = fail(phone, sent(phone), http(503), { ...at(0), wall: WALL + 60_000 }).phone;
    expect(wake(phone, "manual", WALL + 90_000).queue.failingSince).toBe(WALL);
    expect(sync(phone, new FakeServer()).queue.failingSince).toBeUndefined();
  });

  test("while somebody sees unsent answers wait, it is never for longer than 4 s", () => {
    let phone = answer(phoneWith(sheet("one")), "one", CELL, 4);
    const delays: number[] = [];
    for (let i = 0; i < 10; i++) {
      phone = fail(phone, sent(phone), { kind: "network" }, at(1, true)).phone;
      delays.push(phone.queue.notBefore - WALL);
    }
    expect(delays.slice(0, 3)).toEqual([2000, 4000, 4000]);
    expect(Math.max(...delays)).toBe(4000);
    const asked = fail(phone, sent(phone), http(503, 90_000), at(1, true)).phone;
    expect(asked.queue.notBefore).toBe(WALL + 90_000);
    expect(hasten(asked, WALL).queue.notBefore).toBe(WALL + 90_000);
    const hidden = fail(phone, sent(phone), { kind: "network" }, at(1)).phone;
    expect(hidden.queue.notBefore).toBe(WALL + 300_000);
    expect(hasten(hidden, WALL).queue.notBefore).toBe(WALL + 4000);
  });

  test("Retry-After is honoured, also when the person comes back or presses send", () => {
    const phone = answer(phoneWith(sheet("one")), "one", CELL, 4);
    const after = fail(phone, sent(phone), http(503, 90_000), at(0)).phone;
    expect(after.queue.notBefore).toBe(WALL + 90_000);
    expect(wake(after, "manual", WALL + 10).queue.notBefore).toBe(WALL + 90_000);
    const offline = fail(phone, sent(phone), { kind: "network" }, at(1)).phone;
    expect(wake(offline, "online", WALL + 10).queue.notBefore).toBe(WALL + 10);
  });

  test("the size grows again after the culprit is out", () => {
    const phone = { ...phoneWith(sheet("one")), queue: { ...phoneWith().queue, size: 1 } };
    let after = answer(phone, "one", CELL, 4);
    for (let i = 0; i < 13; i++) after = sync(answer(after, "one", CELL, (i % 5) + 1), new FakeServer());
    expect(after.queue.size).toBe(LARGEST_SIZE);
  });
});

describe("what an edit replaces", () => {
  test("seen keeps at most 16 entries; what is replaced directly stays; own old pages go first", () => {
    const page = (i: number) => i.toString(16).padStart(16, "0");
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [page(i), i + 1]));
    const version = { v: 1, hlc: 1, d: "b".repeat(16), n: 1, seen: many };
    const phone = { ...newPhone("a".repeat(16), [page(28), page(29)], 0), sheets: [sheet("one")] };
    const after = edit(phone, "one", { cell: CELL, value: 2, renderedFrom: [version] }, WALL);
    const seen = sheetOf(after, "one")?.rows[0]?.version.seen ?? {};
    expect(Object.keys(seen)).toHaveLength(16);
    expect(seen["b".repeat(16)]).toBe(1);
    expect(seen).not.toHaveProperty(page(28));
    expect(seen).not.toHaveProperty(page(0));
    expect(seen[page(27)]).toBe(28);
  });

  test("a version that arrived after the field was shown is not replaced by what was typed", () => {
    const arrived = { v: "new", hlc: 5, d: "b".repeat(16), n: 1, seen: {} };
    const row = { cell: "OQ1.text", version: arrived, dirty: false, tries: 0, restamped: false };
    const phone = phoneWith(sheet("one", { rows: [row] }));
    const after = edit(phone, "one", { cell: "OQ1.text", value: "typed", renderedFrom: [] }, WALL);
    expect(cellsOf(sheetOf(after, "one"))["OQ1.text"]).toHaveLength(2);
  });

  test("a page's second edit of a cell replaces its first even when it was typed without a fresh look", () => {
    let phone = phoneWith(sheet("one"));
    phone = edit(phone, "one", { cell: "OQ1.text", value: "ty", renderedFrom: [] }, WALL);
    phone = edit(phone, "one", { cell: "OQ1.text", value: "typed", renderedFrom: [] }, WALL);
    expect(cellsOf(sheetOf(phone, "one"))["OQ1.text"]).toHaveLength(1);
  });
});
