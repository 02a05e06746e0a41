/** The one status line: ready while nothing was ever entered, then one of four states, never another. */

import type { Phone, PhoneSheet } from "./phone";

export type Need =
  | "unsaved"
  | "memory"
  | "unreadable"
  | "aside"
  | "late"
  | "gone"
  | "unknown"
  | "update"
  | "sign_in";

export type StatusLine =
  | { readonly kind: "ready" }
  /** The disk has not answered yet: nothing may be said of it. */
  | { readonly kind: "saving" }
  | { readonly kind: "saved" }
  | { readonly kind: "sending"; readonly done: number; readonly total: number }
  | { readonly kind: "sent"; readonly at: number }
  | { readonly kind: "needs" };

export interface Facts {
  readonly phone: Phone;
  readonly isDurable: boolean;
  readonly hasFailed: boolean;
  /** Everything entered is on the disk, by the disk's own word. */
  readonly isSaved: boolean;
  readonly isSignedOut: boolean;
  readonly sending: { readonly done: number; readonly total: number } | null;
  readonly sentAt: number | null;
}

/** Count the versions that are on this phone only. */
export function unsentCount(phone: Phone): number {
  return phone.sheets.reduce((sum, sheet) => sum + unsentOn(sheet), 0);
}

/** Count the versions of one sheet that are on this phone only. */
export function unsentOn(sheet: PhoneSheet | undefined): number {
  return sheet?.rows.filter((row) => row.dirty).length ?? 0;
}

/** Whether nothing here may be sent and something was revoked: without a session, the card of this phone was taken back. */
export function isTakenBack({ sheets }: Phone): boolean {
  return sheets.every((sheet) => sheet.status !== "ok") && sheets.some((sheet) => sheet.status === "revoked");
}

/** Everything the person has to know or do, the worst first. */
export function needsOf(facts: Facts): readonly Need[] {
  const { isSignedOut } = facts;
  const { sheets } = facts.phone;
  const holds = (status: string) =>
    sheets.some((sheet) => sheet.status === status && sheet.rows.some((row) => row.dirty));
  const needs: [Need, boolean][] = [
    ["unsaved", facts.hasFailed],
    ["memory", !facts.isDurable],
    ["unreadable", facts.phone.nUnreadable > 0],
    ["update", sheets.some((sheet) => sheet.status === "update")],
    ["aside", sheets.some((sheet) => sheet.aside.some((aside) => !aside.isSeen))],
    ["late", holds("closed") || holds("opened")],
    // Whoever is signed in has been told whom they are asked about; else a new sign-in may bring the sheet back.
    ["gone", holds("revoked") && !isSignedOut],
    ["unknown", sheets.some((sheet) => sheet.status === "unknown") || (holds("revoked") && isSignedOut)],
    ["sign_in", isSignedOut],
  ];
  return needs.filter(([, is]) => is).map(([need]) => need);
}

export function statusLine(facts: Facts): StatusLine {
  // A signed-out phone still saves and sends; it is told in its place, not shouted.
  if (needsOf(facts).some((need) => need !== "sign_in" && need !== "memory")) return { kind: "needs" };
  if (facts.sending !== null) return { kind: "sending", ...facts.sending };
  if (unsentCount(facts.phone) > 0) {
    if (!facts.isDurable) return { kind: "needs" };
    return { kind: facts.isSaved ? "saved" : "saving" };
  }
  return facts.sentAt === null ? { kind: "ready" } : { kind: "sent", at: facts.sentAt };
}
