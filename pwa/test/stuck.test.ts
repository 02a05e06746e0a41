/** What could hold the sender up for ever: a silent network, a lock nobody gives back, a clock set back, a dead disk. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { edit, newPhone } from "../src/core/phone";
import { plan } from "../src/core/planner";
import { dueAt, fail, wake } from "../src/core/retry";
import { CELL, phoneAt, World } from "./sender-world";

const WALL = 1_795_374_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: WALL });
});
afterEach(() => {
  vi.useRealTimers();
});

test("silence is borne for ten seconds at first, longer after each failure, a minute at most", async () => {
  const world = new World();
  world.fault = { kind: "network" };
  await world.answer(3);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(world.patience.slice(0, 5)).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
  world.fault = null;
  await vi.advanceTimersByTimeAsync(300_000);
  await world.answer(4);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(world.patience[world.patience.length - 1]).toBe(10_000);
});

test("a lock that nobody gives back holds the sender up for a minute, not for ever", async () => {
  const world = new World();
  world.isLocked = true;
  await world.answer(3);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(world.requests).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(world.stored()).toBe(3);
});

test("a clock set back by a month while the sender waits does not make it wait a month", async () => {
  const world = new World();
  world.fault = { kind: "network" };
  await world.answer(3);
  await vi.advanceTimersByTimeAsync(600_000);
  vi.setSystemTime(WALL - 30 * 86_400_000);
  world.fault = null;
  await vi.advanceTimersByTimeAsync(310_000);
  expect(world.stored()).toBe(3);
});

test("a server that asks for a year of quiet is asked again after ten minutes", () => {
  const phone = edit(phoneAt("a"), "one", { cell: CELL, value: 3, renderedFrom: [] }, WALL);
  const sent = plan(phone, "test");
  if (sent === null) throw new Error("nothing to send");
  const failure = { kind: "http", status: 503, code: "busy", retryAfterMs: 365 * 86_400_000 } as const;
  const after = fail(phone, sent, failure, { wall: WALL, random: 1, isSeen: false }).phone;
  expect(dueAt(after.queue, WALL)).toBe(WALL + 600_000);
});

test("coming back after the clock was set back asks at once", () => {
  const { queue, ...rest } = newPhone("a".repeat(16), [], 0);
  const early = { ...rest, queue: { ...queue, notBefore: WALL, askedUntil: WALL, fullAt: WALL } };
  const back = WALL - 86_400_000;
  expect(wake(early, "visible", back).queue.notBefore).toBe(back);
});

test("a disk that never answers does not keep the answer from being sent", async () => {
  const world = new World({ write: () => new Promise(() => undefined) });
  void world.answer(3);
  world.engine.edited();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(world.stored()).toBe(3);
  expect(world.keeper.isSaved()).toBe(false);
});
