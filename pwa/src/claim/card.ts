/** What the server says about a printed card. The code goes in the body, never in an address. */

import { integer, record, text } from "../core/wire";
import { readDevice, saveDevice } from "../store/device";
import { type SharedHere, saveShared, sharedFrom, takeTurn } from "../store/shared";

const CODE_LENGTH = 16;

export type CardState =
  | { readonly kind: "ready" | "ended"; readonly name: string; readonly locale: string }
  | {
      readonly kind: "used" | "waiting";
      readonly name: string;
      readonly locale: string;
      readonly at: number;
    };
export type CardProblem = { readonly kind: "wrong" | "many" | "offline" };

/** The code behind the # of the address a card holds; one that is cut off is shown to be completed. */
export function codeIn(hash: string): string {
  return decodeURIComponent(hash.replace(/^#/, "")).slice(0, 40);
}

export const isWhole = (code: string): boolean => code.replace(/[^0-9a-z]/gi, "").length === CODE_LENGTH;

export async function lookAt(code: string): Promise<CardState | CardProblem> {
  const reply = await post("/api/v1/card", { code });
  if (!("body" in reply)) return reply.kind === "changed" ? { kind: "wrong" } : reply;
  const card = record(reply.body, "card");
  const holder = { name: text(card.name, "name"), locale: text(card.locale, "locale") };
  if (card.state === "used")
    return { kind: "used", ...holder, at: Date.parse(text(card.used_on, "used_on")) };
  if (card.state === "waiting") return { kind: "waiting", ...holder, at: integer(card.from, "from") };
  return { kind: card.state === "ready" ? "ready" : "ended", ...holder };
}

/** Null when this phone is signed in now. */
export async function claim(code: string, isShared: boolean): Promise<CardState | CardProblem | null> {
  const reply = await post("/api/v1/claim", { code, shared: isShared });
  // Meanwhile used, or replaced: look again and say which.
  if ("kind" in reply) return reply.kind === "changed" ? lookAt(code) : reply;
  if (isShared) saveShared(hereFrom(reply.body));
  else takeTurn();
  // Whoever was here before is not shown again, and an end of their session that is still due must not end this one.
  const device = await readDevice().catch(() => null);
  if (device !== null) await saveDevice({ ...device, owner: null, mustEnd: false }).catch(() => undefined);
  return null;
}

export async function dispute(code: string): Promise<CardProblem | null> {
  const reply = await post("/api/v1/claim/objection", { code });
  return "kind" in reply && reply.kind !== "changed" ? reply : null;
}

const hereFrom = (body: unknown): SharedHere => sharedFrom(body, Date.now());

type Posted = { readonly body: unknown } | CardProblem | { readonly kind: "changed" };

async function post(url: string, body: object): Promise<Posted> {
  try {
    const headers = { "content-type": "application/json" };
    const options = { method: "POST", credentials: "same-origin", redirect: "error" } as const;
    const reply = await fetch(url, { ...options, headers, body: JSON.stringify(body) });
    if (reply.headers.get("x-sightline") === null || reply.status >= 500) return { kind: "offline" };
    if (reply.status === 429) return { kind: "many" };
    if (reply.status === 409) return { kind: "changed" };
    if (!reply.ok) return { kind: "wrong" };
    return { body: reply.status === 204 ? {} : await reply.json() };
  } catch {
    return { kind: "offline" };
  }
}
