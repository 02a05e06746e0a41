/** What somebody is told who does not see the status line: each state once it has come to rest, not each tap. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { App, View } from "../src/app/app";
import type { Owner } from "../src/app/owner";
import { createWords, type Locale } from "../src/core/i18n";
import type { StatusLine } from "../src/core/status";
import ar from "../src/i18n/ar.json";
import en from "../src/i18n/en.json";
import { sayStatus } from "../src/ui/more/watch";

const CATALOGUES = { en, ar };
const SENT_AT = Date.UTC(2026, 10, 23, 10, 42);
const REST_MS = 3_000;

let region: { role: string; lang: string; said: string[] };

/** A page with one region; whatever is written into it would be read aloud. */
function stubPage(): void {
  region = { role: "", lang: "", said: [] };
  const element = {
    className: "",
    setAttribute: (name: string, value: string) => {
      if (name === "role") region.role = value;
    },
    set lang(value: string) {
      region.lang = value;
    },
    set textContent(value: string) {
      region.said.push(value);
    },
  };
  vi.stubGlobal("document", { createElement: () => element, body: { append: () => undefined } });
  vi.stubGlobal("window", globalThis);
}

/** An app of which only the status line is known. */
function appWith(locale: keyof typeof CATALOGUES & Locale = "en") {
  const words = createWords(locale, CATALOGUES[locale]);
  let status: StatusLine = { kind: "ready" };
  let owner: View["owner"] = {} as Owner;
  let heard = (): void => undefined;
  sayStatus({
    view: () => ({ status, words, owner }) as View,
    subscribe: (listener: () => void) => {
      heard = listener;
      return () => undefined;
    },
  } satisfies Pick<App, "view" | "subscribe">);
  return (next: StatusLine | null, forMs: number) => {
    status = next ?? { kind: "ready" };
    owner = next === null ? null : ({} as Owner);
    heard();
    vi.advanceTimersByTime(forMs);
  };
}

const saved: StatusLine = { kind: "saved" };
const sending: StatusLine = { kind: "sending", done: 0, total: 1 };
const sent: StatusLine = { kind: "sent", at: SENT_AT };
const words = createWords("en", en);
const SENT = words.t("status_sent", { time: words.time(SENT_AT) });

beforeEach(() => {
  vi.useFakeTimers();
  stubPage();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("without a network every answer is saved and it is said once, politely", () => {
  const becomes = appWith();
  expect(region.role).toBe("status");
  for (let tap = 0; tap < 5; tap += 1) {
    becomes({ kind: "saving" }, 20);
    becomes(saved, 1_000);
  }
  expect(region.said).toEqual([]);
  becomes(saved, REST_MS);
  for (let tap = 0; tap < 5; tap += 1) becomes(saved, 2 * REST_MS);
  expect(region.said).toEqual([words.t("status_saved")]);
});

test("with a network each answer is saved, sent and received, and only the first time it is said", () => {
  const becomes = appWith();
  for (let tap = 0; tap < 5; tap += 1) {
    becomes(saved, 1_500);
    becomes(sending, 200);
    becomes(sent, 2 * REST_MS);
  }
  expect(region.said).toEqual([SENT]);
});

test("a long sending is not counted aloud", () => {
  const becomes = appWith();
  for (let done = 0; done < 14; done += 1) becomes({ kind: "sending", done, total: 14 }, 2 * REST_MS);
  expect(region.said).toEqual([]);
});

test("the network goes and comes back, and something needs the person: each is said", () => {
  const becomes = appWith();
  becomes(sent, REST_MS);
  becomes(saved, REST_MS);
  becomes(sending, 1_000);
  becomes(sent, REST_MS);
  becomes({ kind: "needs" }, REST_MS);
  expect(region.said).toEqual([SENT, words.t("status_saved"), SENT, words.t("status_needs")]);
});

test("it is said in the reader's language, and marked as such", () => {
  const becomes = appWith("ar");
  becomes(saved, REST_MS);
  expect(region).toEqual({ role: "status", lang: "ar", said: [createWords("ar", ar).t("status_saved")] });
});

test("what was said goes with whoever it was said of, and is said anew of the next", () => {
  const becomes = appWith();
  becomes(sent, REST_MS);
  becomes(null, 0);
  expect(region.said).toEqual([SENT, ""]);
  becomes(sent, REST_MS);
  expect(region.said).toEqual([SENT, "", SENT]);
});
