/** Unsent answers in a file, taken back on another phone; and the receipt of what was acknowledged. */

import { describe, expect, test } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import inboxBody from "../../tests/vectors/wire/inbox.json";
import { phoneFrom } from "../src/app/returning";
import { joinTasks, withTasks } from "../src/app/tasks";
import { answerOf } from "../src/core/answers";
import { noteNow } from "../src/core/asked";
import { parseForm } from "../src/core/form";
import { cellsOf, changeSheet, edit, type Phone, sheetOf } from "../src/core/phone";
import { receiptOf, receiptText } from "../src/core/receipt";
import { type Asked, parseRescue, rescueFile, takeBack } from "../src/core/rescue";
import type { Value } from "../src/core/sheet";
import { unsentOn } from "../src/core/status";
import { type Assignment, parseInbox, WireError } from "../src/core/wire";
import { NOTHING_STORED } from "../src/store/types";

const form = parseForm(formBody);
const listed = parseInbox(inboxBody).assignments;
const { id, write } = listed[0] as Assignment;
const asked: Asked = { id, about: "Cleo Fernwick", round: "Autumn 360", form };
const MADE = "2026-11-22T09:00:00.000Z";

function phone(d: string): Phone {
  const empty = phoneFrom(NOTHING_STORED, d.repeat(16));
  return withTasks(empty, joinTasks([], listed, empty));
}
const enter = (on: Phone, cell: string, value: Value): Phone =>
  edit(on, id, { cell, value, renderedFrom: cellsOf(sheetOf(on, id))[cell] ?? [] }, 1_000);
const acknowledged = (on: Phone): Phone =>
  changeSheet(on, id, (one) => ({ ...one, rows: one.rows.map((row) => ({ ...row, dirty: false })) }));
const receipt = (on: Phone) => {
  const sheet = sheetOf(on, id);
  return sheet === undefined ? null : receiptOf(sheet);
};

const written = enter(enter(phone("a"), "SS01.f_match", 2), "SS01.f_note", "The guard was open.");

describe("unsent answers in a file", () => {
  const file = JSON.parse(JSON.stringify(rescueFile(written, [asked], MADE)));

  test("come back whole on another phone, and are unsent there", () => {
    const { phone: other, n } = takeBack(phone("b"), parseRescue(file));
    expect(n).toBe(2);
    expect(takeBack(other, parseRescue(file)).n).toBe(0);
    expect(cellsOf(sheetOf(other, id))).toEqual(cellsOf(sheetOf(written, id)));
    expect(unsentOn(sheetOf(other, id))).toBe(2);
  });

  test("change nothing on the phone they came from, however often", () => {
    const clean = acknowledged(written);
    const again = takeBack(clean, parseRescue(file));
    expect(again.phone.sheets).toEqual(clean.sheets);
    expect(again).toMatchObject({ n: 0, isHere: true });
  });

  test("stand beside what was written elsewhere, and never replace it", () => {
    const elsewhere = acknowledged(enter(phone("b"), "SS01.f_note", "Written at home."));
    const { phone: both } = takeBack(elsewhere, parseRescue(file));
    expect(cellsOf(sheetOf(both, id))["SS01.f_note"]?.map((one) => one.v)).toEqual([
      "The guard was open.",
      "Written at home.",
    ]);
  });

  test("are readable, hold no token and nothing that was sent", () => {
    expect(file.sheets[0]).toMatchObject({
      about: "Cleo Fernwick",
      answers: ["Walks the whole line before the shift starts. Sometimes like this · The guard was open."],
    });
    expect(JSON.stringify(file)).not.toContain(write);
    expect(rescueFile(acknowledged(written), [asked], MADE)).toMatchObject({ sheets: [] });
  });

  test("of somebody else or of a closed round are not taken", () => {
    const closed = changeSheet(phone("b"), id, (sheet) => ({ ...sheet, status: "closed" }));
    expect(takeBack(closed, parseRescue(file))).toEqual({ phone: closed, n: 0, isHere: false });
    const stranger = { ...file, sheets: [{ ...file.sheets[0], assignment: "f".repeat(32) }] };
    expect(takeBack(phone("b"), parseRescue(stranger)).n).toBe(0);
  });

  test.each([
    ["another file", { schema: "form/1" }],
    ["no sheets", { schema: file.schema }],
    ["a stamp that replaces itself", versionOf({ seen: { ["a".repeat(16)]: 9 } })],
    ["a load nobody drew", versionOf({ d: "x" })],
    ["a count of nothing", versionOf({ n: 0 })],
    ["a cell that is none", { ...file, sheets: [{ assignment: id, cells: { "a b": [] } }] }],
  ])("are refused as a whole: %s", (_name, body) => {
    expect(() => parseRescue(body)).toThrow(WireError);
  });

  function versionOf(change: object): unknown {
    const [first] = file.sheets[0].cells["SS01.f_match"];
    return { ...file, sheets: [{ assignment: id, cells: { "SS01.f_match": [{ ...first, ...change }] } }] };
  }
});

describe("the receipt", () => {
  const all = acknowledged(enter(written, "@submit", true));

  test("is there only once everything is acknowledged", async () => {
    expect(await receipt(written)).toBe(null);
    expect(await receipt(all)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await receipt(enter(all, "SS01.f_match", 3))).toBe(null);
  });

  test("is the same on two phones that hold the same, in any order, and another after a change", async () => {
    const other = changeSheet(all, id, (sheet) => ({ ...sheet, rows: [...sheet.rows].reverse() }));
    expect(await receipt(other)).toBe(await receipt(all));
    expect(await receipt(acknowledged(enter(all, "SS01.f_match", 3)))).not.toBe(await receipt(all));
  });

  test("is made of no answer and of no name or token of the sheet", () => {
    const sheet = sheetOf(all, id);
    const said = sheet === undefined ? null : receiptText(sheet);
    for (const secret of ["guard", id, write]) expect(said).not.toContain(secret);
  });
});

describe("a note", () => {
  test("is offered at 1, 2 and 5 and at nothing else", () => {
    const [line] = form.steps;
    const offered = [1, 2, 3, 4, 5, "not_observed", null].filter((value) => {
      const cells = cellsOf(sheetOf(enter(phone("a"), "SS01.f_match", value), id));
      return line !== undefined && noteNow(line, cells) !== null;
    });
    expect(offered).toEqual([1, 2, 5]);
  });

  test("is not read back once the rating asks for none", () => {
    const [line] = form.steps;
    const cells = cellsOf(sheetOf(enter(written, "SS01.f_match", 4), id));
    expect(line && answerOf(line, form, cells)).toBe("Nearly always like this");
  });
});
