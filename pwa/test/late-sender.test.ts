/** What was asked of the sender before it was here is not forgotten. */

import { expect, test, vi } from "vitest";
import { createLateSender } from "../src/app/late-sender";
import type { Engine } from "../src/sync/engine";

function engineThatSays(said: string[]): Engine {
  return {
    edited: () => said.push("edited"),
    wake: (why) => said.push(why),
    leave: () => said.push("leave"),
    stop: () => said.push("stop"),
    sending: () => ({ done: 1, total: 2 }),
  };
}

const arrived = () => new Promise((resolve) => setTimeout(resolve));

test("what was asked meanwhile is said once, and what comes later at once", async () => {
  const said: string[] = [];
  const sender = createLateSender(async () => engineThatSays(said));
  sender.wake("start");
  sender.wake("start");
  sender.edited();
  sender.leave();
  expect(sender.sending()).toBeNull();
  await arrived();
  expect(said).toEqual(["start", "edited"]);
  sender.wake("online");
  expect(said.at(-1)).toBe("online");
  expect(sender.sending()).toEqual({ done: 1, total: 2 });
});

test("a sender that could not be fetched is fetched again at the next word", async () => {
  const said: string[] = [];
  let isOnline = false;
  const sender = createLateSender(async () => {
    if (!isOnline) throw new TypeError("refused");
    return engineThatSays(said);
  });
  sender.edited();
  await arrived();
  isOnline = true;
  sender.wake("online");
  await arrived();
  expect(said).toEqual(["online", "edited"]);
});

test("a sender that could not be fetched is fetched again by itself, though nobody says another word", async () => {
  vi.useFakeTimers();
  const said: string[] = [];
  let tries = 0;
  const sender = createLateSender(async () => {
    tries += 1;
    if (tries < 3) throw new TypeError("refused");
    return engineThatSays(said);
  });
  sender.edited();
  await vi.advanceTimersByTimeAsync(4_500);
  vi.useRealTimers();
  expect(said).toEqual(["edited"]);
});

test("a sender that comes after the owner has left sends nothing", async () => {
  const said: string[] = [];
  const sender = createLateSender(async () => engineThatSays(said));
  sender.wake("start");
  sender.stop();
  await arrived();
  expect(said[0]).toBe("stop");
});
