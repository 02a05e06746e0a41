/** Whose turn it is on this phone. On one that others use too, who is here and the key of what is kept are in one tab
 *  only, and go with it. */

export const NAME = "sightline-shared";
export const TURN = "sightline-turn";
/** How a turn begins that came by signing out, and by removing the data with it. */
export const LEFT = "left-";
export const WIPED = "wiped-";
export const saysLeft = (turn: string): boolean => /^(left|wiped)-/.test(turn);

export interface SharedHere {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  /** 64 hex digits from the server: the same person gets the same key again, and only they do. */
  readonly key: string;
  readonly until: number;
  /** Drawn at each sign-in on this phone: a tab of an earlier one sees that it is somebody else's turn. */
  readonly turn: string;
}

/** Null before anybody signed in or out with this app, after site data was cleared, or where nothing can be kept. */
export const currentTurn = (): string | null => storage("localStorage")?.getItem(TURN) ?? null;

/** With who was here goes where they were. */
export function clearShared(): void {
  storage("sessionStorage")?.clear();
}

/** Whether the shift is over, or somebody else signed in on this phone meanwhile. */
export function isOver(here: SharedHere, now: number): boolean {
  return now >= here.until || (storage("localStorage") !== null && currentTurn() !== here.turn);
}

/** Who is here on a shared phone, in this tab. */
export function readShared(now: number): SharedHere | null {
  const kept = storage("sessionStorage")?.getItem(NAME) ?? null;
  if (kept === null) return null;
  const here = JSON.parse(kept) as SharedHere;
  if (!isOver(here, now)) return here;
  clearShared();
  return null;
}

export function storage(name: "sessionStorage" | "localStorage"): Storage | null {
  // A browser may forbid it; then nobody is here after a reload.
  try {
    return globalThis[name] ?? null;
  } catch {
    return null;
  }
}
