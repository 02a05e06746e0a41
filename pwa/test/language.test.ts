/** A language chosen without network: what could not be had in it is asked for again when the server is back. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import type { App } from "../src/app/app";
import { watchLanguage } from "../src/ui/more/language";
import { answer, closeAll, DAN, freshNet, type Net, open } from "./app-world";

const AGAIN_MS = 30_000;

let net: Net;
let page: EventTarget;
let tick: () => void;
let nInboxes: number;

/** The server gives the promise and the form in the language asked for. */
function inOwnLanguage(url: string): Promise<Response> {
  if (net.isDown) throw new TypeError("refused");
  const headers = { "x-sightline": "1" };
  const [, locale = "en"] = /locale=(\w+)/.exec(url) ?? [];
  if (url.startsWith("/api/v1/inbox")) {
    nInboxes += 1;
    const { assignments, ...inbox } = net.inbox(DAN);
    const promise = { hash: "one for all", lines: [`told in ${locale}`], lang: locale };
    const rows = assignments.map((row) => ({ ...row, locales: ["en", "ar"], promise }));
    return Promise.resolve(new Response(JSON.stringify({ ...inbox, assignments: rows }), { headers }));
  }
  if (url.startsWith("/api/v1/forms/"))
    return Promise.resolve(
      new Response(JSON.stringify({ ...formBody, locale: url.slice(-7, -5) }), { headers }),
    );
  throw new TypeError("no such address");
}

beforeEach(() => {
  net = freshNet();
  net.session = DAN;
  nInboxes = 0;
  page = new EventTarget();
  const whole = net.fetch.bind(net);
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) =>
    options?.method === undefined ? inOwnLanguage(url) : whole(url, options),
  );
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("setInterval", (work: () => void, ms: number) => {
    expect(ms).toBe(AGAIN_MS);
    tick = work;
  });
});
afterEach(closeAll);

async function chosenWithoutNetwork(): Promise<App> {
  const app = open();
  await app.start();
  watchLanguage(app);
  const task = app.view().owner?.tasks()[0];
  app.view().owner?.noteTask(task?.assignment.id ?? "", { accepted: "one for all" });
  net.isDown = true;
  await app.setLocale("ar");
  expect([app.view().words.locale, ...languages(app)]).toEqual(["ar", "en", "en"]);
  net.isDown = false;
  return app;
}

/** Of the promise, and of the form. */
function languages(app: App): readonly (string | undefined)[] {
  const owner = app.view().owner;
  const task = owner?.tasks()[0];
  return [task?.assignment.promise.lang, task && owner?.form(task)?.locale];
}

const BACK: readonly (readonly [string, (app: App) => unknown])[] = [
  ["the network is back", () => page.dispatchEvent(new Event("online"))],
  ["answers went", (app) => answer(app, 4).then(() => app.view().owner?.wake("manual"))],
  ["some time has passed", () => tick()],
];

test.each(BACK)("promise and lines come in the chosen language when %s", async (_, back) => {
  const app = await chosenWithoutNetwork();
  await back(app);
  await vi.waitFor(() => expect(languages(app)).toEqual(["ar", "ar"]));
  // What was read in one language has been read.
  const task = app.view().owner?.tasks()[0];
  expect(task?.accepted).toBe(task?.assignment.promise.hash);
});

test("where everything is in the language of the app nothing more is asked for", async () => {
  const app = open();
  await app.start();
  watchLanguage(app);
  const before = nInboxes;
  page.dispatchEvent(new Event("online"));
  tick();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(nInboxes).toBe(before);
});
