/** Sends sheets to the server. */

import type { Failure } from "../core/retry";
import { parseSyncReply, type SyncReply, type SyncRequest } from "../core/sync-wire";
import { endingAfter, isOurs, TIMEOUT_MS } from "./ask";
import { codeOf } from "./problem";

export type SyncOutcome = { readonly kind: "reply"; readonly reply: SyncReply } | Failure;

const WORTH_PACKING_BYTES = 1024;
/** The slowest line worth waiting for: a kilobyte a second, packed eight to one. */
const SLOWEST_BYTES_PER_MS = 8;

/** Sends one request; `patienceMs` is how long silence is borne beyond what the bytes need. */
export async function postSync(request: SyncRequest, patienceMs = TIMEOUT_MS): Promise<SyncOutcome> {
  try {
    const json = JSON.stringify(request);
    const { body, headers } = await packed(json);
    const reply = await fetch("/api/v1/sync", {
      method: "POST",
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      headers,
      body,
      signal: endingAfter(patienceMs + json.length / SLOWEST_BYTES_PER_MS),
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
