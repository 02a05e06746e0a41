/** Signing in and out, and other words of the person to the server. */

import { endingAfter, ours, TIMEOUT_MS } from "./ask";
import { codeOf } from "./problem";

export type CodeOutcome = "ok" | "offline" | "code_wrong" | "code_expired" | "too_many";

/** Says that the person has opened a profile; false when it did not arrive. */
export async function postSeen(id: string, version: string): Promise<boolean> {
  try {
    const url = `/api/v1/profiles/${encodeURIComponent(id)}/${encodeURIComponent(version)}/seen`;
    return (await ours(url, { method: "POST" }))?.ok === true;
  } catch {
    return false;
  }
}

export function askForCode(mail: string): Promise<CodeOutcome> {
  return postSession("/api/v1/session/code", { mail });
}

/** On a shared phone the reply says who is here and with which key. */
export async function enterCode(
  code: string,
  isShared = false,
  onShared: (body: unknown) => void = () => undefined,
): Promise<CodeOutcome> {
  return postSession("/api/v1/session", isShared ? { code, shared: true } : { code }, onShared);
}

/** The person's word against a changed way to sign in; false when it could not be said. */
export async function refuseIdentity(onSaid: () => Promise<void>): Promise<boolean> {
  try {
    if ((await ours("/api/v1/identity/objection", { method: "POST" }))?.ok !== true) return false;
  } catch {
    return false;
  }
  await onSaid();
  return true;
}

/** Ends the session on the server (one that is over already is fine); false when that could not be said to it. */
export async function endSession(stop: AbortSignal): Promise<boolean> {
  const control = new AbortController();
  // `AbortSignal.any` is missing in browsers of 2023.
  for (const signal of [stop, endingAfter(TIMEOUT_MS)])
    signal.addEventListener("abort", () => control.abort());
  try {
    const reply = await ours("/api/v1/session", { method: "DELETE", signal: control.signal });
    return reply !== null && (reply.ok || reply.status === 401);
  } catch {
    return false;
  }
}

async function postSession(
  url: string,
  body: object,
  onBody: (body: unknown) => void = () => undefined,
): Promise<CodeOutcome> {
  try {
    const headers = { "content-type": "application/json" };
    const reply = await ours(url, { method: "POST", headers, body: JSON.stringify(body) });
    if (reply === null) return "offline";
    if (reply.status === 200) onBody(await reply.json());
    if (reply.ok) return "ok";
    if (reply.status === 429) return "too_many";
    if (reply.status >= 500) return "offline";
    return (await codeOf(reply)) === "code_expired" ? "code_expired" : "code_wrong";
  } catch {
    return "offline";
  }
}
