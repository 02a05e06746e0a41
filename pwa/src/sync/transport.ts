/** Talks to the server; only a reply with our header came from it (a hotel's sign-in page does not have one). */

import type { Failure } from "../core/retry";
import { type Inbox, parseInbox, parseSyncReply, type SyncReply, type SyncRequest } from "../core/wire";

export type SyncOutcome = { readonly kind: "reply"; readonly reply: SyncReply } | Failure;

export type InboxOutcome =
  | { readonly kind: "inbox"; readonly inbox: Inbox }
  | { readonly kind: "signed_out" }
  | { readonly kind: "offline" };

export type CodeOutcome = "ok" | "offline" | "code_wrong" | "code_expired" | "too_many";

const TIMEOUT_MS = 30_000;
const WORTH_PACKING_BYTES = 1024;
const HEADER = "x-sightline";

export async function postSync(request: SyncRequest): Promise<SyncOutcome> {
  try {
    const { body, headers } = await packed(JSON.stringify(request));
    const reply = await fetch("/api/v1/sync", {
      method: "POST",
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      headers,
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!isOurs(reply)) return { kind: "network" };
    if (reply.ok) return { kind: "reply", reply: parseSyncReply(await reply.json()) };
    return {
      kind: "http",
      status: reply.status,
      code: await codeOf(reply),
      retryAfterMs: retryAfter(reply.headers.get("retry-after")),
    };
  } catch {
    // Cut off, timed out, or a reply that says less than it must: all of it proves nothing arrived.
    return { kind: "network" };
  }
}

/** The last words of a page that is being closed; nobody waits for the reply. */
export function postLeaving(request: SyncRequest): void {
  const options = { method: "POST", credentials: "omit", keepalive: true } as const;
  const headers = { "content-type": "application/json" };
  fetch("/api/v1/sync", { ...options, headers, body: JSON.stringify(request) }).catch(() => undefined);
}

export async function getInbox(locale: string): Promise<InboxOutcome> {
  try {
    const reply = await ours(`/api/v1/inbox?locale=${encodeURIComponent(locale)}`, { cache: "no-store" });
    if (reply?.status === 401) return { kind: "signed_out" };
    if (reply?.ok !== true) return { kind: "offline" };
    return { kind: "inbox", inbox: parseInbox(await reply.json()) };
  } catch {
    return { kind: "offline" };
  }
}

/** A form as the server sends it, or null when it cannot be had now. */
export async function getForm(hash: string, locale: string): Promise<unknown> {
  try {
    const reply = await ours(`/api/v1/forms/${hash}/${locale}.json`, {});
    return reply?.ok === true ? await reply.json() : null;
  } catch {
    return null;
  }
}

export type DocOutcome =
  | { readonly kind: "body"; readonly body: unknown }
  /** The server says that there is nothing here for this person. */
  | { readonly kind: "gone" }
  | { readonly kind: "offline" };

/** A document to read: cards, a gap list, a profile. */
export async function getDoc(url: string): Promise<DocOutcome> {
  try {
    const reply = await ours(url, {});
    // 403: theirs, but shut to the way they signed in (docs/wire.md).
    if (reply?.status === 404 || reply?.status === 403) return { kind: "gone" };
    return reply?.ok === true ? { kind: "body", body: await reply.json() } : { kind: "offline" };
  } catch {
    return { kind: "offline" };
  }
}

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
export async function refuseIdentity(): Promise<boolean> {
  try {
    return (await ours("/api/v1/identity/objection", { method: "POST" }))?.ok === true;
  } catch {
    return false;
  }
}

/** Ends the session on the server (one that is over already is fine); false when that could not be said to it. */
export async function endSession(): Promise<boolean> {
  try {
    const reply = await ours("/api/v1/session", { method: "DELETE" });
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

async function ours(url: string, options: RequestInit): Promise<Response | null> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const reply = await fetch(url, { credentials: "same-origin", redirect: "error", signal, ...options });
  return isOurs(reply) ? reply : null;
}

const isOurs = (reply: Response): boolean => reply.headers.get(HEADER) !== null;

async function codeOf(reply: Response): Promise<string> {
  const problem: unknown = await reply.json().catch(() => null);
  const code = (problem as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

function retryAfter(value: string | null): number | null {
  const seconds = Number(value);
  return value === null || !Number.isFinite(seconds) || seconds < 0 ? null : seconds * 1000;
}

async function packed(json: string): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const headers = { "content-type": "application/json" };
  if (json.length < WORTH_PACKING_BYTES || typeof CompressionStream === "undefined")
    return { body: json, headers };
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).blob(), headers: { ...headers, "content-encoding": "gzip" } };
}
