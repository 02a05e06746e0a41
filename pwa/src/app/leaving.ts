/** Signing out: said to the server's own pages and to other tabs first, because the network may be silent for long. */

import type { Need } from "../core/status";
import { type Device, hasCookie, SIGNED_OUT } from "../store/device";
import { LEFT, WIPED } from "../store/shared";
import { drawTurn, takeTurn } from "../store/turn";
import { endSession } from "../sync/session";

/** As long as a session can last at most. */
const LONGEST_SESSION_S = 14 * 24 * 3600;
/** Safari forgets a cookie that a script wrote after seven days. */
const SURELY_KEPT_MS = 6 * 24 * 3_600_000;

/** Whether leaving now loses what is not sent, because this phone could not keep it. */
export const losesUnsent = (needs: readonly Need[]): boolean =>
  needs.includes("unsaved") || needs.includes("memory");

export function noteLeaving(isWiped: boolean): void {
  leaveSignedOut();
  endTurn(isWiped);
}

/** Says what could not be said when somebody signed out; the session of whoever signed in on a page since is another. */
export async function endDue(device: Device, now: number, stop: AbortSignal): Promise<boolean> {
  const isHeard = typeof document !== "undefined" && !hasCookie(SIGNED_OUT);
  return (isHeard && now - device.leftAt < SURELY_KEPT_MS) || endSession(stop);
}

/** Other tabs close too; where the data was removed they must not write it back. */
function endTurn(isWiped: boolean): void {
  takeTurn((isWiped ? WIPED : LEFT) + drawTurn());
}

/** Somebody signed out on a page of the server. */
export function takeLeft(): void {
  endTurn(false);
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is missing in Safari
  document.cookie = "left=; Max-Age=0; Path=/app/";
}

/** The session's cookie cannot be removed without network. The server counts whoever sends this one as signed out, until
 *  it hears the sign-out or somebody signs in; sent whenever the other is, so no stricter about where one comes from. */
function leaveSignedOut(): void {
  if (typeof document === "undefined") return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is missing in Safari
  document.cookie = `${SIGNED_OUT}; Max-Age=${LONGEST_SESSION_S}; Path=/; SameSite=Lax${secure}`;
}
