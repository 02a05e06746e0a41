/** Comes back to where a screen was scrolled to, after a reload or when the browser had let the page go. */

import { storage } from "../store/shared";

const KEY = "sightline-place";
const kept = () => storage("sessionStorage");

/** Where a screen begins: at its top, or where this page was left on it. */
export function startOf(): number {
  const [hash, y] = (kept()?.getItem(KEY) ?? "").split(" ");
  return hash === location.hash ? Number(y) : 0;
}

export function keepPlace(): void {
  kept()?.setItem(KEY, `${location.hash} ${Math.round(scrollY)}`);
}

export function dropPlace(): void {
  kept()?.removeItem(KEY);
}
