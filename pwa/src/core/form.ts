/** A form and what a sheet means on it: progress, minutes left, what is missing, where to go on. */

import { missing, readValue, type Sheet, type Value } from "./sheet";
import { flag, integer, list, map, record, text, WireError } from "./wire";

export interface Point {
  readonly value: number | string;
  readonly label: string;
}

export interface Scale {
  readonly points: readonly Point[];
  readonly notObserved: string | null;
}

interface Cell {
  readonly cell: string;
  readonly required: boolean;
  readonly text: string;
}

export interface ScaleQuestion extends Cell {
  readonly kind: "scale";
  readonly scale: string;
  readonly notObserved: boolean;
}

export interface TextQuestion extends Cell {
  readonly kind: "text";
  readonly max: number;
}

export interface FlagQuestion extends Cell {
  readonly kind: "flag";
}

export type Question = ScaleQuestion | TextQuestion | FlagQuestion;

export interface Line {
  readonly kind: "line";
  readonly id: string;
  readonly section: string;
  readonly text: string;
  readonly lang: string;
  readonly anchors: Readonly<Record<string, string>> | null;
  readonly questions: readonly Question[];
}

export interface OpenQuestion {
  readonly kind: "open";
  readonly id: string;
  readonly text: string;
  readonly lang: string;
  readonly questions: readonly Question[];
}

export type Step = Line | OpenQuestion;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lang: string;
}

export interface Form {
  readonly hash: string;
  readonly locale: string;
  readonly role: {
    readonly title: string;
    readonly summary: string;
    readonly grade: string;
    readonly lang: string;
  };
  readonly brief: readonly string[];
  readonly minutes: number;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly sections: readonly Section[];
  readonly steps: readonly Step[];
}

export function parseForm(body: unknown): Form {
  const form = record(body, "form");
  if (form.schema !== "form/1") throw new WireError("schema", "form/1");
  const role = record(form.role, "role");
  const parsed: Form = {
    hash: text(form.hash, "hash"),
    locale: text(form.locale, "locale"),
    role: {
      title: text(role.title, "role.title"),
      summary: text(role.summary, "role.summary"),
      grade: text(role.grade, "role.grade"),
      lang: text(role.lang, "role.lang"),
    },
    brief: list(form.brief, "brief", text),
    minutes: integer(form.minutes, "minutes"),
    scales: map(form.scales, "scales", parseScale),
    sections: list(form.sections, "sections", parseSection),
    steps: [...list(form.lines, "lines", parseLine), ...list(form.open, "open", parseOpen)],
  };
  for (const question of questions(parsed)) {
    if (question.kind === "scale" && !(question.scale in parsed.scales)) {
      throw new WireError(`question ${question.cell}`, "a scale of this form");
    }
  }
  return parsed;
}

function parseScale(value: unknown, at: string): Scale {
  const scale = record(value, at);
  return {
    points: list(scale.points, `${at}.points`, (point, where) => {
      const row = record(point, where);
      const named = typeof row.value === "string" ? row.value : integer(row.value, `${where}.value`);
      return { value: named, label: text(row.label, `${where}.label`) };
    }),
    notObserved: typeof scale.not_observed === "string" ? scale.not_observed : null,
  };
}

function parseSection(value: unknown, at: string): Section {
  const row = record(value, at);
  return {
    id: text(row.id, `${at}.id`),
    title: text(row.title, `${at}.title`),
    lang: text(row.lang, `${at}.lang`),
  };
}

function parseLine(value: unknown, at: string): Line {
  const row = record(value, at);
  return {
    kind: "line",
    id: text(row.item, `${at}.item`),
    section: text(row.section, `${at}.section`),
    text: text(row.text, `${at}.text`),
    lang: text(row.lang, `${at}.lang`),
    anchors:
      row.anchors === null || row.anchors === undefined ? null : map(row.anchors, `${at}.anchors`, text),
    questions: list(row.questions, `${at}.questions`, parseQuestion),
  };
}

function parseOpen(value: unknown, at: string): OpenQuestion {
  const row = record(value, at);
  return {
    kind: "open",
    id: text(row.id, `${at}.id`),
    text: text(row.text, `${at}.text`),
    lang: text(row.lang, `${at}.lang`),
    questions: list(row.questions, `${at}.questions`, parseQuestion),
  };
}

function parseQuestion(value: unknown, at: string): Question {
  const row = record(value, at);
  const cell = {
    cell: text(row.cell, `${at}.cell`),
    required: flag(row.required, `${at}.required`),
    text: row.text === undefined ? "" : text(row.text, `${at}.text`),
  };
  if (row.kind === "scale") {
    const notObserved = row.not_observed === undefined ? false : flag(row.not_observed, `${at}.not_observed`);
    return { ...cell, kind: "scale", scale: text(row.scale, `${at}.scale`), notObserved };
  }
  if (row.kind === "text") return { ...cell, kind: "text", max: integer(row.max, `${at}.max`) };
  if (row.kind === "flag") return { ...cell, kind: "flag" };
  throw new WireError(`${at}.kind`, "scale, text or flag");
}

export function questions(form: Form): readonly Question[] {
  return form.steps.flatMap((step) => step.questions);
}

export function requiredCells(form: Form): readonly string[] {
  return questions(form)
    .filter((question) => question.required)
    .map((question) => question.cell);
}

/** How many of the required questions are answered; what is optional never holds progress back. */
export function progress(form: Form, sheet: Sheet): { readonly answered: number; readonly total: number } {
  const required = requiredCells(form);
  return { answered: required.length - missing(sheet, required).length, total: required.length };
}

/** Minutes the rest of the form takes, at the form's own pace; at least one while something is left. */
export function minutesLeft(form: Form, sheet: Sheet): number {
  const { answered, total } = progress(form, sheet);
  return total === 0 ? form.minutes : Math.ceil((form.minutes * (total - answered)) / total);
}

/** The steps that still lack a required answer, by their place in the form. */
export function unansweredSteps(form: Form, sheet: Sheet): readonly number[] {
  const open = new Set(missing(sheet, requiredCells(form)));
  return form.steps.flatMap((step, i) =>
    step.questions.some((question) => open.has(question.cell)) ? [i] : [],
  );
}

/** The words of the point a value stands for, or null while there is no answer. */
export function pointLabel(scale: Scale, value: Value): string | null {
  if (value === "not_observed") return scale.notObserved;
  return scale.points.find((point) => point.value === value)?.label ?? null;
}

export function valueAt(sheet: Sheet, cell: string): Value {
  return readValue(sheet[cell] ?? []);
}
