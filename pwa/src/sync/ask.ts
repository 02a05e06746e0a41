/** Asks the server; only a reply with our header came from it (a hotel's sign-in page does not have one). */

import { type Inbox, parseInbox } from "../core/wire";

export type InboxOutcome =
  | { readonly kind: "inbox"; readonly inbox: Inbox }
  | { readonly kind: "signed_out" }
  | { readonly kind: "offline" };

export const TIMEOUT_MS = 30_000;
const HEADER = "x-sightline";

/** Null at a first start: the server knows the person's language, and has sent this on its way with the page. */
export async function getInbox(locale: string | null): Promise<InboxOutcome> {
  try {
    const asked = locale === null ? "start=1" : `locale=${encodeURIComponent(locale)}`;
    const reply = await ours(`/api/v1/inbox?${asked}`, locale === null ? {} : { cache: "no-store" });
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

/** The reply, or null when it did not come from our server. */
export async function ours(url: string, options: RequestInit): Promise<Response | null> {
  const signal = endingAfter(TIMEOUT_MS);
  const reply = await fetch(url, { credentials: "same-origin", redirect: "error", signal, ...options });
  return isOurs(reply) ? reply : null;
}

/** `AbortSignal.timeout` is missing in Safari before 16 and in Chromium before 103. */
export function endingAfter(ms: number): AbortSignal {
  const control = new AbortController();
  setTimeout(() => control.abort(), ms);
  return control.signal;
}

export const isOurs = (reply: Response): boolean => reply.headers.get(HEADER) !== null;
