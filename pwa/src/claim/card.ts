/** What the server says about a printed card. The code goes in the body, never in an address. */

import { integer, record, text } from "../core/wire";
import { readDevice, saveDevice } from "../store/device";
import type { SharedHere } from "../store/shared";
import { drawTurn, saveShared, sharedFrom, takeTurn } from "../store/turn";

const CODE_LENGTH = 16;

export type CardState =
  | { readonly kind: "ready" | "ended"; readonly name: string; readonly locale: string }
  | {
      readonly kind: "used" | "again" | "waiting";
      readonly name: string;
      readonly locale: string;
      readonly at: number;
    };
export type CardProblem = { readonly kind: "wrong" | "many" | "offline" };
/** What stands beside the number of a shared phone: choose another, this is not the one, or too many tries. */
export type PinProblem = "pin_wanted" | "pin_wrong" | "pin_tried";

/** The code behind the # of the address a card holds; one that is cut off is shown to be completed. */
export function codeIn(hash: string): string {
  return decoded(hash.replace(/^#/, "")).slice(0, 40);
}

/** What no browser has written stays as it is, to be corrected. */
function decoded(typed: string): string {
  try {
    return decodeURIComponent(typed);
  } catch {
    return typed;
  }
}

export const isWhole = (code: string): boolean => code.replace(/[^0-9a-z]/gi, "").length === CODE_LENGTH;

export async function lookAt(code: string): Promise<CardState | CardProblem> {
  const reply = await post("/api/v1/card", { code });
  if ("kind" in reply) return asProblem(reply);
  const card = record(reply.body, "card");
  const holder = { name: text(card.name, "name"), locale: text(card.locale, "locale") };
  if (card.state === "used")
    return {
      kind: card.pin === true ? "again" : "used",
      ...holder,
      at: Date.parse(text(card.used_on, "used_on")),
    };
  if (card.state === "waiting") return { kind: "waiting", ...holder, at: integer(card.from, "from") };
  return { kind: card.state === "ready" ? "ready" : "ended", ...holder };
}

/** Null when this phone is signed in now; on a shared phone the card goes with a number of its holder. */
export async function claim(
  code: string,
  isShared: boolean,
  pin = "",
): Promise<CardState | CardProblem | PinProblem | null> {
  const reply = await post("/api/v1/claim", { code, shared: isShared, ...(isShared ? { pin } : {}) });
  // Meanwhile used, or replaced: look again and say which.
  if ("kind" in reply && reply.kind === "changed") return lookAt(code);
  if ("kind" in reply) return reply.kind === "pin" ? reply.problem : asProblem(reply);
  if (isShared) saveShared(hereFrom(reply.body));
  else takeTurn(drawTurn());
  // Whoever was here before is not shown again, and an end of their session that is still due must not end this one.
  const device = await readDevice().catch(() => null);
  if (device !== null) await saveDevice({ ...device, owner: null, mustEnd: false }).catch(() => undefined);
  return null;
}

export async function dispute(code: string): Promise<CardProblem | null> {
  const reply = await post("/api/v1/claim/objection", { code });
  return "kind" in reply && reply.kind !== "changed" ? asProblem(reply) : null;
}

const hereFrom = (body: unknown): SharedHere => sharedFrom(body, Date.now());

type Refused =
  | CardProblem
  | { readonly kind: "changed" }
  | { readonly kind: "pin"; readonly problem: PinProblem };
type Posted = { readonly body: unknown } | Refused;
const PIN_PROBLEMS: readonly unknown[] = ["pin_wanted", "pin_wrong", "pin_tried"] satisfies PinProblem[];

async function post(url: string, body: object): Promise<Posted> {
  try {
    const headers = { "content-type": "application/json" };
    const options = { method: "POST", credentials: "same-origin", redirect: "error" } as const;
    const reply = await fetch(url, { ...options, headers, body: JSON.stringify(body) });
    if (reply.headers.get("x-sightline") === null || reply.status >= 500) return { kind: "offline" };
    if (reply.status === 409) return { kind: "changed" };
    if (!reply.ok) return refused(reply.status, record(await reply.json(), "problem").code);
    return { body: reply.status === 204 ? {} : await reply.json() };
  } catch {
    return { kind: "offline" };
  }
}

function refused(status: number, code: unknown): Refused {
  if (PIN_PROBLEMS.includes(code)) return { kind: "pin", problem: code as PinProblem };
  return { kind: status === 429 ? "many" : "wrong" };
}

const asProblem = (reply: Refused): CardProblem =>
  reply.kind === "changed" || reply.kind === "pin" ? { kind: "wrong" } : reply;
