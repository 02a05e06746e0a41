/** What a fresh inbox does to the tasks on a phone, and what a task is called. */

import { describe, expect, test } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import inboxBody from "../../tests/vectors/wire/inbox.json";
import { isPairDone } from "../src/app/pair-watch";
import { phoneFrom } from "../src/app/returning";
import { isToSendAgain, joinTasks, leftDue, nameOf, openPairOf, stateOf, withTasks } from "../src/app/tasks";
import { minutesLeft, unansweredSteps } from "../src/core/asked";
import { parseForm } from "../src/core/form";
import {
  cellsOf,
  changeSheet,
  edit,
  enter as enterOn,
  type Phone,
  seeAside,
  sheetOf,
} from "../src/core/phone";
import type { Value } from "../src/core/sheet";
import { isTakenBack, needsOf, statusLine, unsentCount } from "../src/core/status";
import { leftBehind, stayedHere, toSend } from "../src/core/stayed";
import { type Assignment, parseInbox, type Status } from "../src/core/wire";
import { NO_META, type Stored, type Task } from "../src/store/types";
import type { Keeper } from "../src/sync/keeper";
import { formsToAnswer } from "../src/ui/more/ready";
import { hasRead } from "../src/ui/opening";
import { placeOf } from "../src/ui/step";

const form = parseForm(formBody);
const listed = parseInbox(inboxBody).assignments;
const assignment = listed[0] as Assignment;
const { id } = assignment;
const nothing: Stored = {
  meta: NO_META,
  tasks: [],
  rows: new Map(),
  asides: new Map(),
  nUnreadable: 0,
};
const empty = phoneFrom(nothing, "a".repeat(16));
const tasks = joinTasks([], listed, empty);
const task = tasks[0] as Task;
const fresh = withTasks(empty, tasks);

const enter = (phone: Phone, cell: string, value: Value): Phone =>
  edit(phone, id, { cell, value, renderedFrom: cellsOf(sheetOf(phone, id))[cell] ?? [] }, 1);
const complete = enter(enter(fresh, "SS01.f_match", 4), "SS16.f_match", "not_observed");
const sent = (phone: Phone): Phone => ({
  ...phone,
  sheets: phone.sheets.map((one) => ({ ...one, rows: one.rows.map((row) => ({ ...row, dirty: false })) })),
});
const told = (phone: Phone, status: Status): Phone => ({
  ...phone,
  sheets: phone.sheets.map((one) => ({ ...one, status })),
});
const storedAs = (phone: Phone, status: Status): Stored => ({
  ...nothing,
  tasks: [{ ...task, status }],
  rows: new Map([[id, sheetOf(phone, id)?.rows ?? []]]),
});

describe("a fresh inbox", () => {
  test("brings tasks in, each due for a full round", () => {
    expect(task).toMatchObject({ accepted: null, place: null, status: "ok" });
    expect(sheetOf(fresh, id)).toMatchObject({ isFullDue: true, rows: [], read: assignment.read });
  });

  test("keeps what was read and where the person was", () => {
    const known = [{ ...task, accepted: "hash", place: 7 }];
    expect(joinTasks(known, listed, fresh)[0]).toMatchObject({ accepted: "hash", place: 7 });
  });

  test("a task that left the inbox stays while it holds answers, and goes when it holds none", () => {
    expect(joinTasks(tasks, [], complete)).toHaveLength(1);
    expect(joinTasks(tasks, [], fresh)).toHaveLength(0);
  });

  test("a new token brings a sheet back into the queue, whole; closed stays closed", () => {
    const renewed = [{ ...assignment, write: "f".repeat(64) }];
    const renew = (status: Status) => {
      const phone = told(complete, status);
      return sheetOf(withTasks(phone, joinTasks(tasks, renewed, phone)), id);
    };
    expect(renew("revoked")).toMatchObject({ status: "ok", write: "f".repeat(64), isFullDue: true });
    expect(renew("revoked")?.rows).toHaveLength(2);
    expect(renew("closed")?.status).toBe("closed");
  });

  test("what ended while the app was open is not brought back into the queue by the next inbox", () => {
    const opened = told(sent(complete), "opened");
    const kept = joinTasks(tasks, [], opened);
    expect(kept.map((one) => one.status)).toEqual(["opened"]);
    expect(sheetOf(withTasks(opened, kept), id)).toMatchObject({ status: "opened" });
  });

  test("the same inbox again makes nothing due", () => {
    const quiet = { ...fresh, sheets: fresh.sheets.map((one) => ({ ...one, isFullDue: false })) };
    expect(sheetOf(withTasks(quiet, joinTasks(tasks, listed, quiet)), id)?.isFullDue).toBe(false);
  });
});

describe("a new start", () => {
  test("answers whose task could not be kept come back with the inbox that lists it", () => {
    const stored = { ...storedAs(complete, "ok"), tasks: [] };
    const phone = phoneFrom(stored, "b".repeat(16));
    expect(unsentCount(phone)).toBe(2);
    const back = sheetOf(withTasks(phone, joinTasks([], listed, phone)), id);
    expect(back).toMatchObject({
      status: "ok",
      write: assignment.write,
      cycle: assignment.cycle,
      isFullDue: true,
    });
    expect(back?.rows).toEqual(sheetOf(complete, id)?.rows);
  });

  test("finds its answers and a clock that is not behind them", () => {
    const phone = phoneFrom(storedAs(complete, "ok"), "b".repeat(16));
    expect(sheetOf(phone, id)?.rows).toHaveLength(2);
    expect(phone.page).toMatchObject({ d: "b".repeat(16), n: 0, highest: complete.page.highest });
  });

  test.each([
    ["unknown", "ok"],
    ["revoked", "ok"],
    ["update", "ok"],
    ["closed", "closed"],
    ["opened", "opened"],
  ] as const)("a sheet that was %s is %s", (before, after) => {
    expect(sheetOf(phoneFrom(storedAs(complete, before), "b".repeat(16)), id)?.status).toBe(after);
  });
});

describe("what a task is called", () => {
  const submitted = enter(complete, "@submit", true);
  test.each([
    ["new", fresh],
    ["draft", enter(fresh, "SS01.f_match", 4)],
    ["ready", complete],
    ["finished", submitted],
    ["received", sent(submitted)],
    ["ready", enter(submitted, "@submit", false)],
    ["draft", enter(submitted, "SS01.f_match", null)],
    ["declined", enter(complete, "@decline", "We hardly worked together")],
    ["closed", told(submitted, "closed")],
    ["opened", told(submitted, "opened")],
    ["gone", told(submitted, "revoked")],
  ] as const)("%s", (state, phone) => {
    expect(stateOf(task, form, phone)).toBe(state);
  });

  test("in the days of grace nothing new is started, what is begun may end", () => {
    const late = { ...task, assignment: { ...assignment, state: "grace" } };
    expect(stateOf(late, form, fresh)).toBe("late");
    expect(stateOf(late, form, complete)).toBe("ready");
  });
});

describe("a sheet that was sent in", () => {
  const submitted = enter(complete, "@submit", true);
  const changed = (phone: Phone, cell: string, value: Value): Phone =>
    enterOn(phone, id, { cell, value, renderedFrom: cellsOf(sheetOf(phone, id))[cell] ?? [] }, 1);
  const submits = (phone: Phone) => cellsOf(sheetOf(phone, id))["@submit"];

  test("is taken back by the first change on it, in the same step, and has to be sent in again", () => {
    const after = changed(sent(submitted), "SS01.f_match", 2);
    expect(submits(after)?.map((version) => version.v)).toEqual([false]);
    expect(stateOf(task, form, after)).toBe("ready");
    expect(isToSendAgain(cellsOf(sheetOf(after, id)))).toBe(true);
    const twice = changed(after, "SS01.f_match", 3);
    expect(submits(twice)).toEqual(submits(after));
    expect(stateOf(task, form, changed(twice, "@submit", true))).toBe("finished");
  });

  test("before that nothing is taken back, and one never sent in is told apart", () => {
    expect(submits(changed(complete, "SS01.f_match", 2))).toBeUndefined();
    expect(isToSendAgain(cellsOf(sheetOf(complete, id)))).toBe(false);
    expect(isToSendAgain(cellsOf(sheetOf(submitted, id)))).toBe(false);
    expect(submits(changed(told(submitted, "closed"), "SS01.f_match", 2))).toEqual(submits(submitted));
  });

  test("has had its promise read, on whatever phone that was; one never sent in has not", () => {
    const { hash } = assignment.promise;
    expect(hasRead(task, cellsOf(sheetOf(complete, id)))).toBe(false);
    expect(hasRead(task, cellsOf(sheetOf(submitted, id)))).toBe(true);
    expect(hasRead(task, cellsOf(sheetOf(changed(submitted, "SS01.f_match", 2), id)))).toBe(true);
    expect(hasRead({ ...task, accepted: hash }, {})).toBe(true);
    expect(hasRead({ ...task, accepted: "another" }, cellsOf(sheetOf(submitted, id)))).toBe(false);
  });

  test("or over is not counted among what can be answered offline", () => {
    const counted = (phone: Phone) =>
      formsToAnswer({ form: () => form, keeper: { phone: () => phone } as Keeper }, [task]).length;
    expect([fresh, complete, enter(complete, "SS01.f_match", null)].map(counted)).toEqual([1, 1, 1]);
    expect([submitted, told(complete, "closed"), told(complete, "revoked")].map(counted)).toEqual([0, 0, 0]);
  });

  test("by somebody who may not see what they sent before, it is sent in with lines empty here", () => {
    const { read: _, ...unseen } = assignment;
    const theirs = { ...task, assignment: unseen };
    const part = enter(fresh, "SS01.f_match", 4);
    expect(stateOf(theirs, form, part)).toBe("draft");
    expect(stateOf(theirs, form, enter(part, "@submit", true))).toBe("finished");
    expect(stateOf(theirs, form, sent(enter(part, "@submit", true)))).toBe("received");
    expect(stateOf(task, form, enter(part, "@submit", true))).toBe("draft");
  });
});

describe("the way through the form", () => {
  test("the steps without an answer and the minutes left", () => {
    expect(unansweredSteps(form, {})).toEqual([0, 1]);
    expect(minutesLeft(form, {})).toBe(5);
    const half = cellsOf(sheetOf(enter(fresh, "SS01.f_match", 4), id));
    expect(unansweredSteps(form, half)).toEqual([1]);
    expect(minutesLeft(form, half)).toBe(3);
    expect(minutesLeft(form, cellsOf(sheetOf(complete, id)))).toBe(0);
  });
});

describe("where a sheet goes on", () => {
  const half = cellsOf(sheetOf(enter(fresh, "SS01.f_match", 4), id));

  test("where this phone left it, else at the first open line", () => {
    expect(placeOf(task, form, {})).toMatchObject({ screen: "step", step: 0 });
    expect(placeOf(task, form, half)).toMatchObject({ screen: "step", step: 1 });
    expect(placeOf({ ...task, place: 0 }, form, half)).toMatchObject({ screen: "step", step: 0 });
    expect(placeOf({ ...task, place: 2 }, form, half)).toMatchObject({ screen: "step", step: 2 });
  });

  test("at the last look once nothing is open", () => {
    expect(placeOf(task, form, cellsOf(sheetOf(complete, id)))).toMatchObject({ screen: "review" });
  });
});

describe("the status line", () => {
  const facts = {
    phone: complete,
    isDurable: true,
    isSaved: true,
    hasFailed: false,
    isSignedOut: false,
    sending: null,
    sentAt: 5,
  };

  test("has four states", () => {
    expect(statusLine(facts)).toEqual({ kind: "saved" });
    expect(statusLine({ ...facts, sending: { done: 3, total: 14 } })).toEqual({
      kind: "sending",
      done: 3,
      total: 14,
    });
    expect(statusLine({ ...facts, phone: sent(complete) })).toEqual({ kind: "sent", at: 5 });
    expect(statusLine({ ...facts, hasFailed: true })).toEqual({ kind: "needs" });
  });

  test("says saved only of a phone that saves, and only once its disk has said so", () => {
    expect(statusLine({ ...facts, isSaved: false })).toEqual({ kind: "saving" });
    expect(statusLine({ ...facts, isDurable: false })).toEqual({ kind: "needs" });
  });

  test("calls for the person when a round closed too early, not when everything had arrived", () => {
    expect(needsOf({ ...facts, phone: told(complete, "closed") })).toEqual(["late"]);
    expect(needsOf({ ...facts, phone: told(sent(complete), "closed") })).toEqual([]);
    expect(needsOf({ ...facts, phone: told(complete, "unknown") })).toEqual(["unknown"]);
  });

  test("tells a rater who is no longer asked so, not that the round closed; signed out it may be the card", () => {
    const phone = told(complete, "revoked");
    expect(needsOf({ ...facts, phone })).toEqual(["gone"]);
    expect(needsOf({ ...facts, phone, isSignedOut: true })).toEqual(["unknown", "sign_in"]);
    expect(needsOf({ ...facts, phone: told(sent(complete), "revoked") })).toEqual([]);
  });

  test("what stayed here goes once seen: of a round that is over or of a rater no longer asked, never of one whose card may come back", () => {
    const stayed = (phone: Phone, isSignedOut = false) => stayedHere(phone, isSignedOut).map((one) => one.id);
    expect(stayed(told(complete, "closed"))).toEqual([id]);
    expect(stayed(told(complete, "opened"), true)).toEqual([id]);
    expect(stayed(told(sent(complete), "closed"))).toEqual([]);
    expect(stayed(told(complete, "revoked"))).toEqual([id]);
    expect(stayed(told(complete, "revoked"), true)).toEqual([]);
    expect(stayed(complete)).toEqual([]);
  });

  test("what nobody takes any more is not promised to come back from a file, nor offered to be sent", () => {
    const gone = told(complete, "revoked");
    expect([leftBehind(gone, false), leftBehind(gone, true), leftBehind(complete, false)]).toEqual([2, 0, 0]);
    expect([toSend(gone), toSend(complete), toSend(sent(complete))]).toEqual([0, 2, 0]);
  });

  test("a card was taken back when something was revoked and nothing else may be sent", () => {
    expect(isTakenBack(told(complete, "revoked"))).toBe(true);
    expect(isTakenBack(told(complete, "closed"))).toBe(false);
    expect(isTakenBack(complete)).toBe(false);
    const [one] = told(complete, "revoked").sheets;
    if (one === undefined) throw new Error("no sheet");
    expect(isTakenBack({ ...complete, sheets: [one, { ...one, id: "other", status: "ok" }] })).toBe(false);
    expect(isTakenBack(empty)).toBe(false);
  });

  test("calls for the person while something refused has not been seen", () => {
    const [row] = sheetOf(complete, id)?.rows ?? [];
    if (row === undefined) throw new Error("no row");
    const aside = { cell: row.cell, version: row.version, reason: "too_long", isSeen: false };
    const phone = changeSheet(complete, id, (sheet) => ({ ...sheet, aside: [aside] }));
    expect(needsOf({ ...facts, phone })).toEqual(["aside"]);
    const seen = seeAside(phone, id);
    expect(needsOf({ ...facts, phone: seen })).toEqual([]);
    expect(sheetOf(seen, id)?.aside).toHaveLength(1);
  });

  test("an ended session is told in its place and does not stop the work", () => {
    expect(needsOf({ ...facts, isSignedOut: true })).toEqual(["sign_in"]);
    expect(statusLine({ ...facts, isSignedOut: true })).toEqual({ kind: "saved" });
  });
});

describe("a clarity pair", () => {
  const other = { id: "e".repeat(32), name: "Nuria Valdekamp" };
  const pairOf = (you: "employee" | "manager", name = other.name) =>
    ({
      cycle: assignment.cycle,
      title: "Clarity",
      employee: { ...other, name },
      manager: "Oskar",
      you,
      isOwn: false,
    }) as const;
  const own: Task = { ...task, assignment: { ...assignment, kind: "clarity", relationship: "self" } };
  const led: Task = { ...task, assignment: { ...assignment, kind: "clarity", relationship: "manager" } };

  test("belongs to the side that answered", () => {
    expect(openPairOf(own, [pairOf("manager"), pairOf("employee")])?.you).toBe("employee");
    expect(openPairOf(led, [pairOf("employee", "Somebody"), pairOf("manager")])?.employee.name).toBe(
      other.name,
    );
    expect(openPairOf(led, [{ ...pairOf("manager"), cycle: "another" }])).toBeUndefined();
  });

  test("names the own side by the round", () => {
    expect(nameOf(own)).toBe(assignment.title);
    expect(nameOf(led)).toBe(assignment.ratee);
  });

  test("a sheet that left the inbox is asked about once more, unless its end is known", () => {
    const calm = { ...complete, sheets: complete.sheets.map((one) => ({ ...one, isFullDue: false })) };
    expect(sheetOf(leftDue(calm, listed), id)?.isFullDue).toBe(false);
    expect(sheetOf(leftDue(calm, []), id)?.isFullDue).toBe(true);
    expect(sheetOf(leftDue(told(calm, "opened"), []), id)?.isFullDue).toBe(false);
  });

  test("is looked for once the own side is finished", () => {
    const submitted = enter(complete, "@submit", true);
    expect(isPairDone(own, form, complete)).toBe(false);
    expect(isPairDone(own, form, submitted)).toBe(true);
    expect(isPairDone(own, form, told(submitted, "opened"))).toBe(false);
    expect(isPairDone(task, form, submitted)).toBe(false);
  });
});
