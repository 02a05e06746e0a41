/** A phone that others use too: who is here and the key of what is kept, in this tab only; both go with the tab. */

export const NAME = "sightline-shared";
export const TURN = "sightline-turn";

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

export function clearShared(): void {
  storage("sessionStorage")?.removeItem(NAME);
}

/** Whether the shift is over, or somebody else signed in on this phone meanwhile. */
export function isOver(here: SharedHere, now: number): boolean {
  const turns = storage("localStorage");
  return now >= here.until || (turns !== null && turns.getItem(TURN) !== here.turn);
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
