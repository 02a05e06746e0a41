/** What waits is sent though no page of the app is open: the page asks the browser, and the worker does it. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchLeaving } from "../src/app/background";
import { sendAll } from "../src/send-closed";
import { answer, closeAll, DAN, freshNet, kill, type Net, open, shown, TOKEN } from "./app-world";

let net: Net;

beforeEach(() => {
  net = freshNet();
  vi.stubGlobal("APP_VERSION", "test");
});
afterEach(() => {
  closeAll();
});

const arrived = () => Object.keys(net.server.sheets.get(TOKEN) ?? {}).length;

/** Somebody answers without network, and the page goes. */
async function leftBehind(): Promise<void> {
  net.session = DAN;
  const app = open();
  await app.start();
  net.isDown = true;
  await answer(app, 4);
  kill(app);
}

test("answers of a page that is gone arrive, and the next page knows", async () => {
  await leftBehind();
  net.isDown = false;
  await sendAll();
  expect(arrived()).toBe(1);
  const app = open();
  await app.start();
  expect(shown(app)).toBe(4);
  expect(app.view().unsent).toBe(0);
});

test("what could not be sent fails, so that the browser calls again", async () => {
  await leftBehind();
  await expect(sendAll(300)).rejects.toThrow("not all answers could be sent");
  expect(arrived()).toBe(0);
});

test("of somebody who signed out nothing is sent, and nobody at all is nothing to do", async () => {
  await sendAll();
  net.session = DAN;
  const app = open();
  await app.start();
  net.isDown = true;
  await answer(app, 4);
  await app.signOut();
  net.isDown = false;
  await sendAll();
  expect(arrived()).toBe(0);
});

test.each([
  [2, "hidden", ["send"]],
  [2, "visible", []],
  [0, "hidden", []],
])("a page with %s answers unsent that becomes %s asks for %j", async (unsent, visibilityState, asked) => {
  const tags: string[] = [];
  const page = Object.assign(new EventTarget(), { visibilityState });
  vi.stubGlobal("document", page);
  const sync = { register: async (tag: string) => void tags.push(tag) };
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration: async () => ({ sync }) } });
  watchLeaving({ view: () => ({ unsent }) } as never);
  page.dispatchEvent(new Event("visibilitychange"));
  await new Promise((resolve) => setTimeout(resolve));
  expect(tags).toEqual(asked);
});
