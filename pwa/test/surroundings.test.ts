/** What a browser may do to answers, and who is told of it. */

import { expect, test } from "vitest";
import { type Held, type Surroundings, startsEmpty, warningsOf } from "../src/core/surroundings";

const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT}`;
const SAFARI = `${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`;
const ANDROID =
  "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const MAC_SAFARI = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.1 Safari/605.1.15`;

const around = (agent: string, change: Partial<Surroundings> = {}): Surroundings => ({
  isSecure: true,
  hasWorker: true,
  agent,
  isTouch: false,
  isInstalled: false,
  isPrivate: false,
  ...change,
});
const held: Held = { isDurable: true, isShared: false, unsent: 3 };

test("an ordinary browser that keeps things is told nothing", () => {
  for (const agent of [ANDROID, FIREFOX]) expect(warningsOf(around(agent), held)).toEqual([]);
});

test("at an insecure address that is the one thing to say", () => {
  const facts = around(SAFARI, { isSecure: false, hasWorker: false });
  expect(warningsOf(facts, { ...held, isDurable: false })).toEqual(["insecure"]);
});

test.each([
  [`${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]`, true],
  [`${IPHONE} Mobile/15E148`, false],
  [ANDROID.replace("Android 15)", "Android 15; wv)"), true],
  [`${ANDROID} LinkedInApp`, true],
])("a window inside another app is named (%#)", (agent, hasWorker) => {
  expect(warningsOf(around(agent, { hasWorker }), held)).toContain("in_app");
});

test("seven days are told of in a tab of Safari while something waits, and in no installed app", () => {
  for (const agent of [SAFARI, MAC_SAFARI]) {
    expect(warningsOf(around(agent), held)).toEqual(["seven_days"]);
    expect(warningsOf(around(agent), { ...held, unsent: 0 })).toEqual([]);
    expect(warningsOf(around(agent, { isInstalled: true }), held)).toEqual([]);
  }
});

test("a browser that keeps nothing, and a window that forgets, are told apart", () => {
  expect(warningsOf(around(FIREFOX), { ...held, isDurable: false })).toEqual(["blocked"]);
  expect(warningsOf(around(FIREFOX, { isPrivate: true }), held)).toEqual(["private"]);
  // Nothing is meant to stay on a phone that others use.
  expect(warningsOf(around(FIREFOX, { isPrivate: true }), { ...held, isShared: true })).toEqual([]);
});

test("only on an iPhone or iPad does the app on the home screen start empty", () => {
  expect(startsEmpty(around(SAFARI))).toBe(true);
  expect(startsEmpty(around(MAC_SAFARI, { isTouch: true }))).toBe(true);
  expect(startsEmpty(around(MAC_SAFARI))).toBe(false);
  expect(startsEmpty(around(SAFARI, { isInstalled: true }))).toBe(false);
  expect(startsEmpty(around(ANDROID))).toBe(false);
});
