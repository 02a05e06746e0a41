/** A cell, a page load or a scale may be called what every object has by birth: `constructor`, `__proto__`. */

import { describe, expect, test } from "vitest";
import formBody from "../../tests/vectors/wire/form.json";
import { phoneFrom } from "../src/app/returning";
import { minutesLeft, progress } from "../src/core/asked";
import { parseForm } from "../src/core/form";
import { merge } from "../src/core/merge";
import { cellsOf, edit, type Phone, sheetOf } from "../src/core/phone";
import { plan } from "../src/core/planner";
import { tidied } from "../src/core/rejoin";
import { parseRescue, rescueFile, takeBack } from "../src/core/rescue";
import { settle } from "../src/core/settle";
import type { Version } from "../src/core/sheet";
import { parseSyncReply, parseSyncRequest } from "../src/core/sync-wire";
import { WireError } from "../src/core/wire";
import { NO_META, type Task } from "../src/store/types";
import { phoneAt } from "./sender-world";

const NAMES = ["constructor", "__proto__", "toString"];
const WALL = 1_795_374_000_000;
const form = parseForm(formBody);
const version = (d: string, v: string): Version => ({ v, hlc: WALL, d, n: 1, seen: {} });
const entered = (cell: string, on: Phone = phoneAt("a")): Phone =>
  edit(on, "one", { cell, value: "Kept.", renderedFrom: [] }, WALL);
/** As it goes over the wire: `__proto__` is a member there like any other. */
const wired = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

describe.each(NAMES)("a cell called %s", (name) => {
  test("is read, sent and replaced like any other, and no answer beside it is lost", () => {
    const phone = entered("OQ1.text", entered(name, entered(name)));
    const cells = cellsOf(sheetOf(phone, "one"));
    expect(Object.keys(cells).sort()).toEqual([name, "OQ1.text"].sort());
    expect(progress(form, cells).answered).toBe(0);
    expect(minutesLeft(form, cells)).toBeGreaterThan(0);
    const sent = parseSyncRequest(wired(plan(phone, "test")?.request)).sheets[0];
    expect(Object.entries(sent?.cells ?? {}).map(([cell, all]) => [cell, all.length])).toEqual([
      [name, 1],
      ["OQ1.text", 1],
    ]);
  });

  test("is named like any other in a full round, and so is a page load of that name", () => {
    const row = { cell: name, version: version(name, "x"), dirty: false, tries: 0, restamped: false };
    const [sheet] = phoneAt("a").sheets;
    const phone = { ...phoneAt("a"), sheets: sheet ? [{ ...sheet, isFullDue: true, rows: [row] }] : [] };
    expect(JSON.stringify(plan(phone, "test")?.request.sheets[0]?.have)).toBe(`{"${name}":{"${name}":1}}`);
    const replacing = edit(phone, "one", { cell: name, value: "y", renderedFrom: [row.version] }, WALL);
    const [after] = sheetOf(replacing, "one")?.rows ?? [];
    expect([sheetOf(replacing, "one")?.rows.length, Object.entries(after?.version.seen ?? {})]).toEqual([
      1,
      [[name, 1]],
    ]);
  });

  test("that the server sends is taken in, and the next request goes out", () => {
    const phone = entered("OQ1.text");
    const sent = plan(phone, "test");
    if (sent === null) throw new Error("nothing to send");
    const cells = `{"${name}": [${JSON.stringify(version("b".repeat(16), "theirs"))}]}`;
    const body = `{"now": ${WALL}, "epoch": "e", "sheets": [{"status": "ok", "cells": ${cells}}]}`;
    const { phone: after } = settle(phone, sent, parseSyncReply(JSON.parse(body)), WALL);
    expect(Object.keys(cellsOf(sheetOf(after, "one"))).sort()).toEqual([name, "OQ1.text"].sort());
    expect(plan(entered("OQ2.text", after), "test")).not.toBeNull();
  });

  test("that lies on the disk does not keep the app from starting", () => {
    const row = {
      cell: name,
      version: version("b".repeat(16), "x"),
      dirty: true,
      tries: 0,
      restamped: false,
    };
    const task = { assignment: { id: "one", cycle: "c", write: "w" }, status: "ok" } as unknown as Task;
    const stored = {
      meta: NO_META,
      tasks: [task],
      rows: new Map([["one", [row]]]),
      asides: new Map(),
      nUnreadable: 0,
    };
    const phone = tidied(phoneFrom(stored, "a".repeat(16)));
    expect(cellsOf(sheetOf(phone, "one"))[name]).toEqual([row.version]);
    expect(plan(phone, "test")).not.toBeNull();
  });

  test("is merged like any other", () => {
    const theirs = JSON.parse(`{"${name}": [${JSON.stringify(version("b".repeat(16), "x"))}]}`);
    expect(Object.entries(merge({}, theirs)).map(([cell, all]) => [cell, all.length])).toEqual([[name, 1]]);
  });

  test("in a file of unsent answers refuses the file plainly, and so does a page load of that name", () => {
    const asked = [{ id: "one", about: "", round: "", form: null }];
    const inFile = (on: Phone) => JSON.stringify(rescueFile(on, asked, "now"));
    expect(() => parseRescue(JSON.parse(inFile(entered(name))))).toThrow(WireError);
    const fine = inFile(entered("OQ1.text"));
    expect(takeBack(phoneAt("b"), parseRescue(JSON.parse(fine))).n).toBe(1);
    const replacing = fine.replace('"seen":{}', `"seen":{"${name}":1}`);
    expect(replacing).not.toBe(fine);
    expect(() => parseRescue(JSON.parse(replacing))).toThrow(WireError);
  });

  test("as the scale of a question is no scale unless the form has one", () => {
    const body = JSON.parse(JSON.stringify(formBody).replaceAll(/"scale":\s*"\w+"/g, `"scale":"${name}"`));
    expect(() => parseForm(body)).toThrow(WireError);
  });
});
