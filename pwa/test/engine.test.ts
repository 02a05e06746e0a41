/** The sender and the keeper against a server and a disk that fail in every way. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Change } from "../src/core/change";
import { edit, type Phone, type Row, sheetOf } from "../src/core/phone";
import { tidied } from "../src/core/rejoin";
import { openMemoryStore } from "../src/store/memory-store";
import { NO_META, type Stored } from "../src/store/types";
import { createKeeper } from "../src/sync/keeper";
import { CELL, phoneAt, World } from "./sender-world";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_374_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const diskWith = (rows: readonly Row[]): Stored => ({
  meta: NO_META,
  tasks: [],
  rows: new Map([["one", rows]]),
  asides: new Map(),
  nUnreadable: 0,
});

describe("sending", () => {
  test("an answer leaves 1.5 s after the last edit, and only once", async () => {
    const world = new World();
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(1400);
    expect(world.requests).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.requests).toHaveLength(1);
    expect(world.stored()).toBe(3);
  });

  test("a lost reply is followed by the same answer again, and the server holds it once", async () => {
    const world = new World();
    world.isReplyLost = true;
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(1600);
    world.isReplyLost = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.requests.length).toBeGreaterThan(1);
    expect(world.server.sheets.get("w")?.[CELL]).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(600_000);
    const sent = world.requests.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(world.requests).toHaveLength(sent);
  });

  test("a slow server never has two requests of one page at once", async () => {
    const world = new World();
    world.slowMs = 60_000;
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(2000);
    for (const why of ["manual", "online", "visible", "manual"] as const) world.engine.wake(why);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(world.requests).toHaveLength(1);
  });

  test("an answer changed while its request is under way goes out after it", async () => {
    const world = new World();
    world.slowMs = 5_000;
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(2_000);
    await world.answer(5);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(world.stored()).toBe(5);
    expect(sheetOf(world.keeper.phone(), "one")?.rows.every((row) => !row.dirty)).toBe(true);
  });

  test("after an hour without server it drains by itself within five minutes", async () => {
    const world = new World();
    world.fault = { kind: "network" };
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(world.requests.length).toBeLessThan(40);
    world.fault = null;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(world.stored()).toBe(3);
  });

  test("a page somebody looks at has sent all within 5 s of the server's return", async () => {
    const world = new World();
    world.isVisible = true;
    world.fault = { kind: "network" };
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(3_600_000);
    world.fault = null;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.stored()).toBe(3);
  });

  test("an answer entered while an empty round waits long is not kept back by that wait", async () => {
    const world = new World();
    world.fault = { kind: "network" };
    world.isVisible = true;
    world.engine.wake("start");
    await vi.advanceTimersByTimeAsync(3_600_000);
    const tries = world.requests.length;
    expect(tries).toBeLessThan(40);
    world.fault = null;
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(world.stored()).toBe(3);
  });

  test("sent is said only when answers of this phone have arrived", async () => {
    const world = new World();
    world.engine.wake("start");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.requests).toHaveLength(1);
    expect(world.sent).toBe(0);
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.sent).toBe(1);
  });

  test("being online again sends at once, whatever the waiting was", async () => {
    const world = new World();
    world.fault = { kind: "network" };
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(3_600_000);
    world.fault = null;
    world.engine.wake("online");
    await vi.advanceTimersByTimeAsync(100);
    expect(world.stored()).toBe(3);
  });

  test("while another tab sends, this one looks again later", async () => {
    const world = new World();
    world.isLocked = true;
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(world.requests).toHaveLength(0);
    world.isLocked = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(world.stored()).toBe(3);
  });

  test("a page that goes says its last words once", async () => {
    const world = new World();
    await world.answer(3);
    world.engine.leave();
    world.engine.leave();
    expect(world.leaving).toHaveLength(1);
    expect(world.leaving[0]?.sheets[0]?.cells[CELL]?.[0]?.v).toBe(3);
  });

  test("a sheet nobody knows is asked about and no longer sent", async () => {
    const world = new World();
    world.server.status.set("w", "unknown");
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(world.statuses).toEqual(["unknown"]);
    expect(world.requests).toHaveLength(1);
    expect(sheetOf(world.keeper.phone(), "one")?.rows).toHaveLength(1);
  });

  test("a stopped sender takes nothing in and sends nothing more", async () => {
    const world = new World();
    world.slowMs = 5_000;
    await world.answer(3);
    await vi.advanceTimersByTimeAsync(2_000);
    world.engine.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(world.requests).toHaveLength(1);
    expect(sheetOf(world.keeper.phone(), "one")?.rows[0]?.dirty).toBe(true);
  });
});

describe("saving", () => {
  test("saved is said only when the disk has said it", async () => {
    let finish: () => void = () => expect.unreachable("the disk was not asked");
    const slow = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const world = new World({ write: slow });
    const done = world.answer(3);
    expect(world.keeper.isSaved()).toBe(false);
    await vi.advanceTimersByTimeAsync(0);
    finish();
    await done;
    expect(world.keeper.isSaved()).toBe(true);
  });

  test("what could not be saved is in the next write, whole", async () => {
    const world = new World();
    world.isDiskFull = true;
    await world.answer(3);
    expect(world.keeper.hasFailed()).toBe(true);
    expect(world.keeper.isSaved()).toBe(false);
    world.isDiskFull = false;
    await world.keeper.update((phone) => phone);
    expect(world.keeper.isSaved()).toBe(true);
    expect(world.writes[0]?.put[0]?.row.version.v).toBe(3);
  });

  test("what cannot be saved is sent all the same", async () => {
    const world = new World();
    world.isDiskFull = true;
    await world.answer(3);
    world.engine.wake("manual");
    await vi.advanceTimersByTimeAsync(100);
    expect(world.stored()).toBe(3);
  });

  test("another tab's answers appear, its replacements are taken over, and own unsaved ones stay", async () => {
    const other = edit(phoneAt("b"), "one", { cell: "SS02.f_match", value: 2, renderedFrom: [] }, Date.now());
    const rows = sheetOf(other, "one")?.rows ?? [];
    const world = new World({ load: () => Promise.resolve(diskWith(rows)) });
    world.isDiskFull = true;
    await world.answer(3);
    await world.keeper.reload();
    const cells = sheetOf(world.keeper.phone(), "one")?.rows.map((row) => [row.cell, row.version.v]);
    expect(cells).toEqual(
      expect.arrayContaining([
        [CELL, 3],
        ["SS02.f_match", 2],
      ]),
    );
    expect(world.keeper.isSaved()).toBe(false);
  });

  test("what another tab calls sent is asked about once more by this one", async () => {
    const mine = edit(phoneAt("b"), "one", { cell: CELL, value: 2, renderedFrom: [] }, Date.now());
    const rows = (sheetOf(mine, "one")?.rows ?? []).map((row) => ({ ...row, dirty: false }));
    const world = new World({ load: () => Promise.resolve(diskWith(rows)) });
    await world.keeper.reload();
    expect(sheetOf(world.keeper.phone(), "one")).toMatchObject({ rows, isFullDue: true });
    const notDue = (phone: Phone): Phone => ({
      ...phone,
      sheets: phone.sheets.map((sheet) => ({ ...sheet, isFullDue: false })),
    });
    await world.keeper.update(notDue);
    await world.keeper.reload();
    expect(sheetOf(world.keeper.phone(), "one")?.isFullDue).toBe(false);
  });

  test("a version that another tab put back beside the later one leaves the disk at the next start", async () => {
    const at = Date.now();
    const first = edit(phoneAt("b"), "one", { cell: CELL, value: 2, renderedFrom: [] }, at);
    const old = sheetOf(first, "one")?.rows ?? [];
    const later = edit(
      first,
      "one",
      { cell: CELL, value: 3, renderedFrom: old.map((row) => row.version) },
      at,
    );
    const fresh = sheetOf(later, "one")?.rows ?? [];
    const both = { ...later, sheets: later.sheets.map((sheet) => ({ ...sheet, rows: [...old, ...fresh] })) };
    const writes: Change[] = [];
    const store = { ...openMemoryStore(), write: async (change: Change) => void writes.push(change) };
    const deps = {
      store,
      onChange: () => undefined,
      onSaved: () => undefined,
      bringRejoin: () => import("../src/core/rejoin"),
    };
    const keeper = createKeeper(both, deps, tidied(both));
    expect(sheetOf(keeper.phone(), "one")?.rows).toEqual(fresh);
    await keeper.update((phone) => phone);
    expect(writes.map((change) => [change.put.length, change.drop.map((row) => row.n)])).toEqual([[0, [1]]]);
  });
});
