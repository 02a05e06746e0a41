/** Stands in for the shelf until it is here; nothing lies on it before the first question. */

import type { Shelf } from "./shelf";

export function createLateShelf(make: () => Promise<Shelf>): Shelf {
  let shelf: Shelf | null = null;
  let coming: Promise<Shelf> | null = null;

  async function there(): Promise<Shelf> {
    coming ??= make();
    shelf = await coming;
    return shelf;
  }

  return {
    body: (url) => shelf?.body(url),
    bring: async (url) => (await there()).bring(url),
    refresh: async (url) => (await there()).refresh(url),
  };
}
