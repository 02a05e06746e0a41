/** What is unsent on this phone, apart: what may still go, and what nobody takes any more. */

import { isEditable, type Phone, type PhoneSheet } from "./phone";
import { unsentOn } from "./status";

/** Sheets that can never be sent any more and still hold something unsent: they go once the person has seen it. One that
 *  was revoked may come back with a sign-in, as long as nobody is signed in. */
export function stayedHere({ sheets }: Phone, isSignedOut: boolean): readonly PhoneSheet[] {
  const isOver = (sheet: PhoneSheet) => !isEditable(sheet) || (sheet.status === "revoked" && !isSignedOut);
  return sheets.filter((sheet) => isOver(sheet) && unsentOn(sheet) > 0);
}

/** Count the versions that the next request may carry. */
export function toSend({ sheets }: Phone): number {
  return sheets.reduce((sum, sheet) => sum + (sheet.status === "ok" ? unsentOn(sheet) : 0), 0);
}

/** Count the versions that nobody takes any more. */
export const leftBehind = (phone: Phone, isSignedOut: boolean): number =>
  stayedHere(phone, isSignedOut).reduce((sum, sheet) => sum + unsentOn(sheet), 0);
