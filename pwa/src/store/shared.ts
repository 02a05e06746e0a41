/** A phone that others use too: who is here and the key of what is kept, in this tab only; both go with the tab. */

import { record, text } from "../core/wire";

const NAME = "sightline-shared";
const TURN = "sightline-turn";
const SHIFT_MS = 8 * 3_600_000;

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

/** `randomUUID` is missing at an insecure address, and in Chromium before 92. */
const drawTurn = (): string => crypto.getRandomValues(new Uint8Array(16)).join("-");

/** What the server says when somebody signs in on a shared phone. */
export function sharedFrom(body: unknown, now: number): SharedHere {
  const reply = record(body, "reply");
  const person = record(reply.person, "person");
  const [id, name, locale] = (["id", "name", "locale"] as const).map((part) => text(person[part], part));
  return {
    id: id ?? "",
    name: name ?? "",
    locale: locale ?? "",
    key: text(reply.key, "key"),
    until: now + SHIFT_MS,
    turn: drawTurn(),
  };
}

export function saveShared(here: SharedHere): void {
  storage("sessionStorage")?.setItem(NAME, JSON.stringify(here));
  takeTurn(here.turn);
}

/** Somebody signed in: whoever was here in another tab is not any more. */
export function takeTurn(turn: string = drawTurn()): void {
  storage("localStorage")?.setItem(TURN, turn);
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
