/** Documents to read: the phone's copy first, then the server's; cards only after the first input; nothing readable on the disk. */

import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bringCards, cardsUrl, createShelf, gapsUrl, profileUrl, type Shelf } from "../src/app/shelf";
import { parseForm } from "../src/core/form";
import { databaseName, openPhoneStore } from "../src/store/phone-store";
import type { Store } from "../src/store/types";
import { employeeForm } from "./clarity-form";

const bring = () => import("../src/app/later");
const CANARY = "Canary 4711";
const url = gapsUrl("c".repeat(32), "e".repeat(32), "en");
const form = parseForm(employeeForm);
const tapped = { "SS01.e_expected": [{ v: "full", hlc: 1, d: "a".repeat(16), n: 1, seen: {} }] };

let owner = 0;
let asked: string[] = [];
let answer: () => Response = () => new Response(null, { status: 500 });
let store: Store;

beforeEach(async () => {
  owner += 1;
  asked = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return answer();
  });
  store = await openPhoneStore(`shelf-${owner}`, bring);
});
afterEach(() => vi.unstubAllGlobals());

const says = (body: unknown, status = 200, headers: Record<string, string> = { "x-sightline": "1" }) => {
  answer = () => new Response(JSON.stringify(body), { status, headers });
};
const isDown = () => {
  answer = () => {
    throw new TypeError("refused");
  };
};
const open = (): Shelf => createShelf(store, () => undefined);

describe("a document", () => {
  test("is undefined until somebody looks, and null where it cannot be had", async () => {
    const shelf = open();
    expect(shelf.body(url)).toBeUndefined();
    isDown();
    await shelf.refresh(url);
    expect(shelf.body(url)).toBeNull();
  });

  test("that was seen once opens without network, on the next page load too", async () => {
    says({ rows: [CANARY] });
    await open().refresh(url);
    isDown();
    const later = open();
    await later.refresh(url);
    expect(later.body(url)).toEqual({ rows: [CANARY] });
  });

  test("is newer after a refresh", async () => {
    const shelf = open();
    says({ state: "waiting" });
    await shelf.refresh(url);
    says({ state: "open" });
    await shelf.refresh(url);
    expect(shelf.body(url)).toEqual({ state: "open" });
  });

  test("that never changes is asked for once", async () => {
    says({ cards: {} });
    const shelf = open();
    await Promise.all([shelf.bring(url), shelf.bring(url)]);
    await shelf.bring(url);
    await open().bring(url);
    expect(asked).toHaveLength(1);
  });

  test("is tried again after a failure", async () => {
    const shelf = open();
    isDown();
    await shelf.bring(url);
    says({ cards: {} });
    await shelf.bring(url);
    expect(shelf.body(url)).toEqual({ cards: {} });
  });

  test("the person may not read any more is removed from the phone; a hotel's page removes nothing", async () => {
    says({ rows: [CANARY] });
    await open().refresh(url);
    says("<html>", 404, {});
    const shelf = open();
    await shelf.refresh(url);
    expect(shelf.body(url)).toEqual({ rows: [CANARY] });
    says({}, 404);
    await shelf.refresh(url);
    expect(shelf.body(url)).toBeNull();
    isDown();
    const later = open();
    await later.refresh(url);
    expect(later.body(url)).toBeNull();
  });

  test("lies encrypted on the disk", async () => {
    says({ rows: [CANARY] });
    await open().refresh(url);
    const raw = await dump("doc");
    expect(raw).toHaveLength(1);
    const bytes = new TextDecoder("latin1").decode((raw[0] as { box: ArrayBuffer }).box);
    expect(bytes).not.toContain("Canary");
    expect(await store.findDoc(url)).toEqual({ rows: [CANARY] });
  });
});

describe("cards", () => {
  test("are not asked for before the first input", async () => {
    says({});
    bringCards(open(), form, {});
    bringCards(open(), null, tapped);
    await settled();
    expect(asked).toEqual([]);
  });

  test("come with the first input, in the language of the form", async () => {
    says({});
    bringCards(open(), form, tapped);
    await settled();
    expect(asked).toEqual([cardsUrl(form.hash, "en")]);
  });
});

test("addresses hold no sign that would end them", () => {
  expect(profileUrl("a/b", "1.0.0?", "en")).toBe("/api/v1/profiles/a%2Fb/1.0.0%3F/en.json");
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

function dump(name: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName(`shelf-${owner}`));
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const all = opening.result.transaction(name).objectStore(name).getAll();
      all.onsuccess = () => {
        opening.result.close();
        resolve(all.result);
      };
    };
  });
}
