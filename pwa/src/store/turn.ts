/** Signing in on a shared phone: whose turn it is, and what the server says of it. */

import { record, text } from "../core/wire";
import { NAME, type SharedHere, storage, TURN } from "./shared";

const SHIFT_MS = 8 * 3_600_000;

/** `randomUUID` is missing at an insecure address, and in Chromium before 92. */
export const drawTurn = (): string => crypto.getRandomValues(new Uint8Array(16)).join("-");

/** Somebody signed in or out: whoever was here in another tab is not any more. */
export function takeTurn(turn: string): void {
  try {
    storage("localStorage")?.setItem(TURN, turn);
  } catch {
    // No room for it: other tabs learn it from the server.
  }
}

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
