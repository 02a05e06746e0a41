/** Asks for documents to read; none is asked for before the first question. */

import { ours } from "./ask";

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
