/** The server opens a pair only after it has answered the phone; the phone looks a few times, then leaves it be. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPairWatch } from "../src/app/pair-watch";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("looks soon, and again, until the pair is open", () => {
  let isWaiting = true;
  const look = vi.fn();
  const watch = createPairWatch(() => isWaiting, look);
  watch.sent();
  vi.advanceTimersByTime(600);
  expect(look).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3_000);
  expect(look).toHaveBeenCalledTimes(2);
  isWaiting = false;
  vi.advanceTimersByTime(60_000);
  expect(look).toHaveBeenCalledTimes(2);
});

test("does not look while the own side is not finished, nor when the person has gone", () => {
  const look = vi.fn();
  createPairWatch(() => false, look).sent();
  const gone = createPairWatch(() => true, look);
  gone.sent();
  gone.stop();
  vi.advanceTimersByTime(60_000);
  expect(look).not.toHaveBeenCalled();
});

test("answers that arrive in two parts are looked after once", () => {
  const look = vi.fn();
  const watch = createPairWatch(() => true, look);
  watch.sent();
  watch.sent();
  vi.advanceTimersByTime(60_000);
  expect(look).toHaveBeenCalledTimes(3);
});
