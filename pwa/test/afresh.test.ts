import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { App } from "../src/app/app";
import { noted, startAfresh } from "../src/ui/afresh";

const reload = vi.fn();
let isReached = true;
let isAnswered = true;

const appWith = (isDurable: boolean, isSaved: boolean): App =>
  ({
    view: () => ({ owner: { store: { isDurable }, keeper: { isSaved: () => isSaved } } }),
  }) as unknown as App;
const nobodyHere = { view: () => ({ owner: null }) } as unknown as App;
const allSaved = appWith(true, true);

/** A part whose script does not come as long as it is gone. */
function part() {
  const state = { isGone: true };
  const bring = noted(async () => {
    if (state.isGone) throw new TypeError("failed to fetch");
    return "here";
  });
  return { state, bring };
}

beforeEach(() => {
  isReached = isAnswered = true;
  vi.stubGlobal("location", { pathname: "/app/", reload });
  vi.stubGlobal("fetch", async () => {
    if (!isReached) throw new TypeError("no network");
    return { ok: isAnswered };
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  reload.mockClear();
});

describe("a page that keeps in mind that a script did not come", () => {
  test("starts again once the server answers and all is on the disk", async () => {
    const { state, bring } = part();
    await expect(bring()).rejects.toThrow("failed to fetch");
    await startAfresh(appWith(false, true));
    await startAfresh(appWith(true, false));
    isReached = false;
    await startAfresh(allSaved);
    isReached = true;
    isAnswered = false;
    await startAfresh(allSaved);
    expect(reload).not.toHaveBeenCalled();
    isAnswered = true;
    await startAfresh(allSaved);
    expect(reload).toHaveBeenCalledTimes(1);
    await startAfresh(nobodyHere);
    expect(reload).toHaveBeenCalledTimes(2);
    state.isGone = false;
    await expect(bring()).resolves.toBe("here");
  });

  test("stays when the script came after all", async () => {
    const { state, bring } = part();
    await expect(bring()).rejects.toThrow("failed to fetch");
    state.isGone = false;
    await bring();
    await startAfresh(allSaved);
    expect(reload).not.toHaveBeenCalled();
  });
});
