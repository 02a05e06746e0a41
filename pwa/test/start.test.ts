/** A first start has nothing but the first script: what comes later may stay away. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AppDeps } from "../src/app/app";
import { answer, closeAll, DAN, freshNet, kill, open, shown } from "./app-world";

type Later = typeof import("../src/app/later");

const never = () => new Promise<never>(() => undefined);

beforeEach(() => {
  freshNet().session = DAN;
});
afterEach(closeAll);

test("an answer given before anything later has come is on the disk all the same", async () => {
  const first = open(true, never as AppDeps["bringSender"], never);
  void first.start();
  await vi.waitFor(() => expect(first.view().phase).toBe("ready"));
  await answer(first, 4);
  expect(first.view().status).toEqual({ kind: "saved" });
  kill(first);
  const second = open();
  await second.start();
  expect(shown(second)).toBe(4);
});

test("a phone that holds answers waits for what reads them back, and never seems empty", async () => {
  const first = open();
  await first.start();
  await answer(first, 4);
  kill(first);
  let come: (later: Later) => void = () => undefined;
  const coming = new Promise<Later>((resolve) => {
    come = resolve;
  });
  const second = open(true, undefined, () => coming);
  const starting = second.start();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(second.view().owner).toBeNull();
  expect(second.view().phase).toBe("starting");
  come(await import("../src/app/later"));
  await starting;
  expect(shown(second)).toBe(4);
});
