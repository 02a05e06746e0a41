/** What counts as a reply, and what only looks like one. */

import { afterEach, describe, expect, test, vi } from "vitest";
import inboxBody from "../../tests/vectors/wire/inbox.json";
import replyBody from "../../tests/vectors/wire/sync-reply.json";
import requestBody from "../../tests/vectors/wire/sync-request.json";
import { parseSyncRequest } from "../src/core/sync-wire";
import { getForm, getInbox } from "../src/sync/ask";
import { endSession, enterCode } from "../src/sync/session";
import { postLeaving, postSync } from "../src/sync/transport";

const long = { ...requestBody, sheets: [...requestBody.sheets, ...requestBody.sheets] };
const request = parseSyncRequest(long);
const OURS = { "x-sightline": "1" };

function answering(body: unknown, status = 200, headers: Record<string, string> = OURS) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const fake = vi.fn(async (_url: string, _options: RequestInit) => {
    return new Response(status === 204 ? null : text, { status, headers });
  });
  vi.stubGlobal("fetch", fake);
  return fake;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("sync", () => {
  test("goes out without cookies and packed, and its reply is read", async () => {
    const fake = answering(replyBody);
    const outcome = await postSync(request);
    expect(outcome).toMatchObject({ kind: "reply", reply: { epoch: "a3f09c1277de0b54" } });
    const [url, options] = fake.mock.calls[0] ?? [];
    expect(url).toBe("/api/v1/sync");
    expect(options?.credentials).toBe("omit");
    expect(options?.headers).toMatchObject({ "content-encoding": "gzip" });
    const packed = options?.body as Blob;
    const plain = packed.stream().pipeThrough(new DecompressionStream("gzip"));
    expect(JSON.parse(await new Response(plain).text())).toEqual(long);
  });

  test("goes out plain where the browser cannot pack", async () => {
    vi.stubGlobal("CompressionStream", undefined);
    const fake = answering(replyBody);
    expect((await postSync(request)).kind).toBe("reply");
    expect(fake.mock.calls[0]?.[1].body).toBe(JSON.stringify(long));
  });

  test("a hotel's page is no reply, whatever it answers", async () => {
    for (const status of [200, 400, 403, 422, 503]) {
      answering(replyBody, status, {});
      expect(await postSync(request)).toEqual({ kind: "network" });
    }
  });

  test.each([["<html>"], [{ now: 1 }], [{ ...replyBody, sheets: [{ status: "fine" }] }]])(
    "a reply that cannot be read proves nothing (%#)",
    async (body) => {
      answering(body);
      expect(await postSync(request)).toEqual({ kind: "network" });
    },
  );

  test("a refusal is told with its code and the wait the server asks for", async () => {
    answering({ code: "busy" }, 503, { ...OURS, "retry-after": "7" });
    expect(await postSync(request)).toEqual({ kind: "http", status: 503, code: "busy", retryAfterMs: 7000 });
    answering({ code: "busy" }, 503, { ...OURS, "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" });
    expect(await postSync(request)).toMatchObject({ retryAfterMs: null });
  });

  test("no network is no network", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
    expect(await postSync(request)).toEqual({ kind: "network" });
    expect(() => postLeaving(request)).not.toThrow();
    expect(await getInbox("en")).toEqual({ kind: "offline" });
    expect(await getForm("h", "en")).toBeNull();
    expect(await enterCode("12345678")).toBe("offline");
    expect(await endSession(new AbortController().signal)).toBe(false);
  });

  test("last words are kept alive and plain", () => {
    const fake = answering(replyBody);
    postLeaving(request);
    expect(fake.mock.calls[0]?.[1]).toMatchObject({ keepalive: true, credentials: "omit" });
  });
});

describe("session", () => {
  test("an inbox is read; without a session it says so; a hotel's 401 is not believed", async () => {
    answering(inboxBody);
    expect((await getInbox("ar")).kind).toBe("inbox");
    answering({}, 401);
    expect((await getInbox("ar")).kind).toBe("signed_out");
    answering({}, 401, {});
    expect((await getInbox("ar")).kind).toBe("offline");
  });

  test.each([
    [204, "", "ok"],
    [422, "code_wrong", "code_wrong"],
    [422, "code_expired", "code_expired"],
    [429, "slow_down", "too_many"],
    [503, "busy", "offline"],
  ])("a code answered with %i %s is %s", async (status, code, outcome) => {
    answering({ code }, status);
    expect(await enterCode("12345678")).toBe(outcome);
  });
});
