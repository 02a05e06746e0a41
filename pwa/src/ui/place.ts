/** Comes back to where a screen was scrolled to: with the Back of the browser, after a reload, when the app was killed. */

import { NAME, storage } from "../store/shared";

/** "hash y" */
export const PLACE = "sightline-place";
/** On a phone that others use too it stays in this tab, as who is here does. */
export const placeKept = () =>
  storage(storage("sessionStorage")?.getItem(NAME) ? "sessionStorage" : "localStorage");
/** What the page before this one left, until its screen is open again. */
let left: string | null = null;

/** Where a screen begins: at its top, or where it was left, by the Back of the browser or with the last page. */
export function startOf(): number {
  if (history.state) return history.state.y;
  left ??= placeKept()?.getItem(PLACE) ?? "";
  const [hash, y] = left.split(" ");
  return hash === location.hash ? Number(y) : 0;
}

/** Whoever comes to that screen once more begins at its top. */
export function dropPlace(): void {
  left = "";
}
