/** Cards, gap lists and profiles as the server sends them, and what is not read. */

import { describe, expect, test } from "vitest";
import cardsBody from "../../tests/vectors/wire/cards.json";
import managerBody from "../../tests/vectors/wire/form-clarity-manager.json";
import selfBody from "../../tests/vectors/wire/form-clarity-self.json";
import { parseCards, readOr } from "../src/core/cards";
import { parseForm } from "../src/core/form";
import { parseGapList, restOf, rowsOf } from "../src/core/gap-list";
import { parseRole } from "../src/core/role";

const card = {
  lang: "en",
  source_lang: "en",
  kind: "task",
  title: "Walk the line",
  accomplishment: "A shift without harm",
  great: "Walks the whole line.",
  typical: null,
  decision: { when: "A guard is off", choose: "Hold the start", cue: "Would I stand there?" },
  insight: null,
  tools: ["line map"],
  interactions: [{ with: "crew", purpose: "hear", rhythm: "every shift" }],
  variation: "bounded",
  figures: [
    { text: "Closed in 48 h", unit: "percent", better: "higher", typical: "52", meets: "80", great: null },
  ],
};
const side = { expected: "full", clear: 5, top3: true, chips: [], teach_back: "", comment: "", own_way: "" };
const row = (item: string, gap: string) => ({
  item,
  text: `Line ${item}`,
  lang: "en",
  section: "A1",
  gap: { id: gap, name: gap, opener: "Begin." },
  also: [],
  severity: "high",
  employee: side,
  manager: { expected: "full", told: 5, top3: false },
  labels: { employee: { expected: "Yes", clear: "Fully" }, manager: { expected: "Yes" }, chips: [] },
  card,
});
const waiting = {
  schema: "gaps/1",
  state: "waiting",
  cycle: "c",
  title: "Autumn",
  locale: "en",
  dir: "ltr",
  you: "employee",
  employee: { id: "e", name: "Nuria" },
  manager: { name: "Oskar" },
  you_answered: true,
  other_answered: true,
};
const gaps = {
  ...waiting,
  state: "open",
  summary: { in_scope: 3, shared_expectations: 2, shared_top3: 1, clarity_index: 71 },
  open_with_strength: "SS01",
  agenda: ["SS03", "SS02"],
  parked: [],
  minutes: { strength: 3, gaps: 20, agree: 5, manager: 2 },
  rows: [row("SS01", "strength"), row("SS02", "unclear"), row("SS03", "blocked"), row("SS04", "aligned")],
  answers: [],
  own_results: "",
};

test("the examples of the wire are read, and every line with a card has one", () => {
  const cards = parseCards(cardsBody);
  for (const body of [selfBody, managerBody]) {
    const lines = parseForm(body).steps.filter((step) => step.kind === "line");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.hasCard).toBe(line.id in cards);
  }
});

describe("a card", () => {
  const parsed = parseCards({ schema: "cards/1", cards: { SS01: card } }).SS01;

  test("reads its figures with their unit, and leaves out what is not given", () => {
    expect(parsed?.figures[0]?.levels).toEqual([
      { name: "typical", value: "52 percent" },
      { name: "meets", value: "80 percent" },
    ]);
    expect(parsed?.interactions).toEqual(["crew · hear · every shift"]);
    expect(parsed).toMatchObject({ typical: null, insight: null, variation: "bounded" });
  });

  test("a page that is no card is as if it were not there", () => {
    expect(readOr({ schema: "cards/9" }, parseCards)).toBeNull();
    expect(readOr("<html>", parseCards)).toBeNull();
    expect(readOr(undefined, parseCards)).toBeNull();
  });
});

describe("a gap list", () => {
  test("keeps the order of the agenda, and what needs no talk apart", () => {
    const parsed = parseGapList(gaps);
    expect(rowsOf(parsed, parsed.agenda).map((one) => one.item)).toEqual(["SS03", "SS02"]);
    expect(restOf(parsed).map((one) => one.item)).toEqual(["SS04"]);
    expect(parsed.rows[0]?.employee?.words).toEqual({ expected: "Yes", clear: "Fully" });
  });

  test("before both have answered there is nothing in it to show", () => {
    expect(parseGapList(waiting)).toMatchObject({
      state: "waiting",
      rows: [],
      otherAnswered: true,
      summary: null,
    });
  });

  test("an own side has no other side", () => {
    const own = { ...gaps, state: "own", summary: null, open_with_strength: null, agenda: [] };
    const parsed = parseGapList({ ...own, rows: [{ ...row("SS01", "waiting"), manager: null }] });
    expect(parsed.rows[0]).toMatchObject({ manager: null, employee: { top3: true } });
  });

  test("a pair that was opened before a restore says so and holds nothing", () => {
    expect(parseGapList({ ...waiting, state: "lost" })).toMatchObject({
      state: "lost",
      rows: [],
      summary: null,
    });
  });

  test("a state this app does not know is not shown", () => {
    expect(readOr({ ...gaps, state: "later" }, parseGapList)).toBeNull();
  });
});

test("a profile reads as accomplishments with their tasks", () => {
  const role = parseRole({
    schema: "profile/1",
    lang: "en",
    grade: "studied",
    title: "Supervisor",
    summary: "Runs a shift.",
    mental_models: ["A problem raised is a gift."],
    accomplishments: [
      {
        id: "A1",
        lang: "en",
        title: "A shift without harm",
        statement: "Nobody is hurt.",
        why: "People go home.",
        figures: [],
        tasks: [{ id: "A1.T1", ...card }],
        strategies: ["Ask one question."],
        barriers: [{ text: "Short breaks", workaround: "Walk earlier" }],
      },
    ],
  });
  expect(role.accomplishments[0]?.tasks[0]?.title).toBe("Walk the line");
  expect(role.modelsLang).toBe("en");
});
