/** The hybrid clock of a page: the wall clock corrected by the server, never behind what was seen. */

const HOUR_MS = 3_600_000;

/** How far the server's clock is ahead of this phone's. */
export function offsetFrom(serverNow: number, wall: number): number {
  return serverNow - wall;
}

/** The next stamp. A stamp from a phone whose clock ran ahead counts only up to an hour past server time. */
export function nextStamp(wall: number, offset: number, highest: number): number {
  const now = wall + offset;
  return Math.max(now, Math.min(highest, now + HOUR_MS - 1)) + 1;
}
