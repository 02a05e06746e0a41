/** What a clarity form asks, depending on what was answered: gates, chips, top three. */

import { describe, expect, test } from "vitest";
import vectors from "../../tests/vectors/form/required.json";
import { answerOf, isTurned, stepOf } from "../src/core/answers";
import {
  askedQuestions,
  isFinalNow,
  linesOf,
  minutesLeft,
  needs,
  picked,
  picksToGo,
  progress,
  requiredNow,
  unansweredSteps,
} from "../src/core/asked";
import { parseForm } from "../src/core/form";
import type { Sheet, Value } from "../src/core/sheet";
import { WireError } from "../src/core/wire";
import { employeeForm, ITEMS, managerForm } from "./clarity-form";

const form = parseForm(employeeForm);
const sheetOf = (values: Readonly<Record<string, Value>>): Sheet =>
  Object.fromEntries(
    Object.entries(values).map(([cell, v], i) => [
      cell,
      [{ v, hlc: i + 1, d: "a".repeat(16), n: i + 1, seen: {} }],
    ]),
  );
const taps = (item: string, expected: string, support: Value = 4): Record<string, Value> => ({
  [`${item}.e_expected`]: expected,
  [`${item}.e_clear`]: 4,
  [`${item}.e_evidence`]: "skip",
  [`${item}.e_support`]: support,
});
const pulse = { "G1.pulse": 3, "G2.pulse": "skip" };
const everyLine = Object.assign({}, ...ITEMS.map((item) => taps(item, "full"))) as Record<string, Value>;
const [first] = linesOf(form);
if (first === undefined) throw new Error("no line");

describe("the way through a clarity form", () => {
  test("pulse and own results come first, top three and own words after the lines", () => {
    expect(form.steps.map((step) => step.kind)).toEqual([
      ...["pulse", "pulse", "unaided", "line", "line", "line", "line", "top3", "teach_back", "open"],
    ]);
    expect(parseForm(managerForm).steps.map((step) => step.kind)).toEqual([
      ...ITEMS.map(() => "line"),
      "top3",
    ]);
  });

  test("an unknown kind of question is an error that names its place", () => {
    const broken = structuredClone(managerForm) as { top3: { teach_back: unknown[] } };
    broken.top3.teach_back = [{ item: "SS01", cell: "x", kind: "flag", required: false }];
    expect(() => parseForm(broken)).toThrow(WireError);
  });
});

describe("a line that is not expected", () => {
  test.each(["none", "unsure"])("%s ends it: nothing more is asked or required", (expected) => {
    const sheet = sheetOf({ "SS01.e_expected": expected });
    expect(askedQuestions(first, form, sheet).map((one) => one.cell)).toEqual(["SS01.e_expected"]);
    expect(requiredNow(form, sheet)).not.toContain("SS01.e_clear");
    expect(isTurned(first, form, sheet)).toBe(true);
    expect(unansweredSteps(form, sheet)).toEqual([0, 1, 4, 5, 6, 7]);
  });

  test("for the manager only no ends it", () => {
    const manager = parseForm(managerForm);
    expect(requiredNow(manager, sheetOf({ "SS01.m_expected": "none" }))).not.toContain("SS01.m_told");
    expect(requiredNow(manager, sheetOf({ "SS01.m_expected": "unsure" }))).toContain("SS01.m_told");
  });
});

describe("the card", () => {
  test("turns after the last of the four taps, skipped ones included", () => {
    expect(isTurned(first, form, sheetOf({ ...taps("SS01", "full"), "SS01.e_support": null }))).toBe(false);
    expect(isTurned(first, form, sheetOf(taps("SS01", "full")))).toBe(true);
    expect(isTurned(first, form, sheetOf(taps("SS01", "partly", "skip")))).toBe(true);
  });

  test.each([
    [1, true],
    [2, true],
    [3, false],
    ["skip", false],
  ])("support %s asks what gets in the way: %s, and needs no answer to it", (support, isAsked) => {
    const low = sheetOf(taps("SS01", "full", support));
    expect(askedQuestions(first, form, low).some((one) => one.kind === "chips")).toBe(isAsked);
    expect(isTurned(first, form, low)).toBe(true);
    expect(needs(form, sheetOf({ ...pulse, ...everyLine, ...taps("SS01", "full", support) }))).toEqual([
      "@top3",
    ]);
  });
});

describe("the top three", () => {
  const answered = { ...pulse, ...everyLine };

  test("counts down to the number asked for", () => {
    expect(picksToGo(form, sheetOf(answered))).toBe(3);
    expect(picksToGo(form, sheetOf({ ...answered, "@top3": ["SS01"] }))).toBe(2);
    expect(needs(form, sheetOf({ ...answered, "@top3": ["SS01", "SS02"] }))).toEqual(["@top3"]);
    expect(needs(form, sheetOf({ ...answered, "@top3": ["SS01", "SS02", "SS03"] }))).toEqual([]);
  });

  test("never asks for more lines than are in scope", () => {
    const two = { ...answered, "SS03.e_expected": "none", "SS04.e_expected": "unsure" };
    expect(picksToGo(form, sheetOf(two))).toBe(2);
    expect(needs(form, sheetOf({ ...two, "@top3": ["SS01", "SS02"] }))).toEqual([]);
    const none = { ...two, "SS01.e_expected": "none", "SS02.e_expected": "none" };
    expect(requiredNow(form, sheetOf(none))).not.toContain("@top3");
    expect(isFinalNow(form, sheetOf({ ...none, "@submit": true }))).toBe(true);
  });

  test("own words are asked for the picked ones, and never required", () => {
    const sheet = sheetOf({ ...answered, "@top3": ["SS01", "SS03", "SS04"] });
    const step = form.steps.find((one) => one.kind === "teach_back");
    if (step === undefined) throw new Error("no step");
    expect(askedQuestions(step, form, sheet).map((one) => one.cell)).toEqual(
      ["SS01", "SS03", "SS04"].map((item) => `${item}.e_teach_back`),
    );
    expect(picked(form, sheet)).toEqual(["SS01", "SS03", "SS04"]);
    expect(isFinalNow(form, sheet)).toBe(false);
    expect(isFinalNow(form, { ...sheet, ...sheetOf({ "@submit": true }) })).toBe(true);
  });
});

test("progress counts the steps that need an answer, minutes what is asked now", () => {
  expect(progress(form, {})).toEqual({ answered: 0, total: 7 });
  expect(progress(form, sheetOf({ "SS01.e_expected": "full" }))).toEqual({ answered: 0, total: 7 });
  expect(progress(form, sheetOf({ "SS01.e_expected": "none" }))).toEqual({ answered: 1, total: 7 });
  expect(minutesLeft(form, {})).toBe(8);
  expect(minutesLeft(form, sheetOf({ ...pulse, ...everyLine, "@top3": ITEMS.slice(0, 3) }))).toBe(0);
});

test("an answered line reads as its words", () => {
  const sheet = sheetOf({ ...taps("SS01", "full", 1), "SS01.e_chips": ["env_resources"] });
  expect(answerOf(first, form, sheet)).toBe("Yes · degree 4 · Skip · degree 1 · I lack time, tools or help");
  expect(answerOf(first, form, {})).toBeNull();
});

describe("the examples both languages read alike", () => {
  const forms: Readonly<Record<string, unknown>> = vectors.forms;

  test.each(vectors.cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const asked = parseForm(forms[one.form]);
    expect(needs(asked, sheetOf(one.values as Record<string, Value>))).toEqual(one.needs);
  });
});

test("every cell has its step, and what is said of the sheet as a whole has none", () => {
  const at = (cell: string) => form.steps[stepOf(form, cell)]?.kind;
  expect(stepOf(form, "SS01.e_clear")).toBe(form.steps.indexOf(first));
  expect(at("G1.pulse")).toBe("pulse");
  expect(at("@top3")).toBe("top3");
  expect(at("SS01.e_teach_back")).toBe("teach_back");
  expect(stepOf(form, first.after[0]?.cell ?? "")).toBe(form.steps.indexOf(first));
  expect(at("@submit")).toBeUndefined();
});
