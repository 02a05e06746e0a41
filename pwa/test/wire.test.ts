/** The examples both languages parse, and what a phone says to anything else. */

import { describe, expect, test } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import inboxBody from "../../tests/vectors/wire/inbox.json";
import replyBody from "../../tests/vectors/wire/sync-reply.json";
import requestBody from "../../tests/vectors/wire/sync-request.json";
import { progress, requiredNow } from "../src/core/asked";
import { parseForm } from "../src/core/form";
import { parseSyncReply, parseSyncRequest } from "../src/core/sync-wire";
import { parseInbox, WireError } from "../src/core/wire";

/** A copy of an example with one place changed; undefined takes it out. */
function changed(body: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(body);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const at = keys.reduce((part, key) => (part as Record<string, unknown>)[key], copy) as Record<
    string,
    unknown
  >;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

describe("the examples of the wire", () => {
  test("an inbox", () => {
    const inbox = parseInbox(inboxBody);
    expect(inbox.person).toEqual({ ...inboxBody.person, shared: false, identity: [] });
    expect(inbox.assignments[0]?.ratee).toBe("Nuria Valdekamp");
    expect(inbox.assignments[0]?.graceUntil).toBe(1796172800000);
    expect(inbox.reports[0]?.url).toMatch(/^\/reports\//);
  });

  test("a form", () => {
    const form = parseForm(formBody);
    expect(form.steps.map((step) => step.id)).toEqual(["SS01", "SS16", "OQ1"]);
    expect(requiredNow(form, {})).toEqual(["SS01.f_match", "SS16.f_match"]);
    expect(form.scales.match5?.points).toHaveLength(5);
    expect(progress(form, {})).toEqual({ answered: 0, total: 2 });
  });

  test("a sync request", () => {
    const request = parseSyncRequest(requestBody);
    expect(JSON.parse(JSON.stringify(request))).toEqual(requestBody);
  });

  test("a sync reply with a refusal, cells of another phone and needs", () => {
    const reply = parseSyncReply(replyBody);
    expect(reply.sheets[0]?.refused[0]?.reason).toBe("unknown_cell");
    expect(reply.sheets[0]?.needs).toEqual(["SS03.f_match"]);
    expect(reply.sheets[0]?.cells["OQ1.text"]?.[0]?.v).toBe("From my laptop.");
    expect(reply.sheets[1]).toEqual({ status: "unknown", want: [], refused: [], cells: {} });
  });
});

describe("anything else is an error that names its place", () => {
  test.each([
    [() => parseInbox("<html>"), "inbox"],
    [() => parseInbox(changed(inboxBody, "assignments.0.write", undefined)), "assignments.0.write"],
    [() => parseInbox(changed(inboxBody, "reports.0.url", "https://elsewhere.example/")), "reports.0.url"],
    [() => parseInbox(changed(inboxBody, "reports.0.url", "//elsewhere.example/")), "reports.0.url"],
    [() => parseInbox(changed(inboxBody, "reports.0.url", "javascript:1")), "reports.0.url"],
    [() => parseSyncReply(changed(replyBody, "sheets.0.status", "fine")), "sheets.0.status"],
    [() => parseSyncReply(changed(replyBody, "now", 1.5)), "now"],
    [() => parseSyncReply(changed(replyBody, "sheets.0.cells", { X: [{ v: {} }] })), "sheets.0.cells.X.0.v"],
    [() => parseForm(changed(formBody, "schema", "form/9")), "schema"],
    [() => parseForm(changed(formBody, "lines.0.questions.0.kind", "slider")), "lines.0.questions.0.kind"],
    [() => parseForm(changed(formBody, "lines.0.questions.0.scale", "none")), "question SS01.f_match"],
  ])("%#", (parse, field) => {
    try {
      parse();
      expect.unreachable("it was accepted");
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
      expect((error as WireError).field).toBe(field);
    }
  });
});
