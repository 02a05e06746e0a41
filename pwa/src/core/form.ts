/** A form as the server sends it (docs/wire.md), read strictly. What of it is asked now: `asked.ts`. */

import { flag, integer, isGiven, list, map, record, text, WireError } from "./wire";

export interface Point {
  readonly value: number | string;
  readonly label: string;
}

export interface Scale {
  readonly points: readonly Point[];
  readonly notObserved: string | null;
  readonly skip: string | null;
}

/** A question is asked only while another cell holds a number up to `atMost`. */
export interface When {
  readonly cell: string;
  readonly atMost: number;
}

interface Cell {
  readonly cell: string;
  readonly required: boolean;
  readonly text: string;
  readonly when: When | null;
}

export interface ScaleQuestion extends Cell {
  readonly kind: "scale";
  readonly scale: string;
  readonly notObserved: boolean;
  readonly skip: boolean;
}

export interface TextQuestion extends Cell {
  readonly kind: "text";
  readonly max: number;
}

export interface FlagQuestion extends Cell {
  readonly kind: "flag";
}

/** Any number of the form's chips, kept as a sorted list. */
export interface ChipsQuestion extends Cell {
  readonly kind: "chips";
}

export type Question = ScaleQuestion | TextQuestion | FlagQuestion | ChipsQuestion;

/** While the gate's cell holds one of `ends`, the line's other questions are neither asked nor required. */
export interface Gate {
  readonly cell: string;
  readonly ends: readonly string[];
}

export interface Line {
  readonly kind: "line";
  readonly id: string;
  readonly section: string;
  readonly text: string;
  readonly lang: string;
  readonly anchors: Readonly<Record<string, string>> | null;
  readonly variation: Variation | null;
  readonly questions: readonly Question[];
  /** Offered while the line is rated at one of `among`. */
  readonly note: Note | null;
  readonly gate: Gate | null;
  /** Offered once the card has turned. */
  readonly after: readonly TextQuestion[];
  readonly hasCard: boolean;
}

/** How free the way of doing something is. */
export type Variation = "fixed" | "bounded" | "free";

export type Note = TextQuestion & { readonly among: readonly number[] };

/** An invented person to rate before the first real one; nothing of it is kept. */
export interface Practice {
  readonly text: string;
  readonly story: string;
  readonly reason: string;
  readonly rating: number;
}

/** A sentence with questions of its own: the role pulse, the own results, the open questions. */
export interface Plain {
  readonly kind: "pulse" | "unaided" | "open";
  readonly id: string;
  readonly text: string;
  readonly lang: string;
  readonly questions: readonly Question[];
}

export interface TopThree {
  readonly kind: "top3";
  readonly id: string;
  readonly text: string;
  readonly lang: string;
  readonly questions: readonly Question[];
  readonly most: number;
  readonly required: boolean;
}

/** One line of the own words for each of the picked ones. */
export interface TeachBack {
  readonly kind: "teach_back";
  readonly id: string;
  readonly text: string;
  readonly lang: string;
  readonly questions: readonly (TextQuestion & { readonly item: string })[];
}

export type Step = Line | Plain | TopThree | TeachBack;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lang: string;
}

export interface Form {
  readonly hash: string;
  readonly kind: string;
  readonly relationship: string;
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
  readonly chips: readonly { readonly value: string; readonly label: string }[];
  readonly sections: readonly Section[];
  readonly practice: Practice | null;
  readonly steps: readonly Step[];
}

export function parseForm(body: unknown): Form {
  const form = record(body, "form");
  if (form.schema !== "form/1") throw new WireError("schema", "form/1");
  const role = record(form.role, "role");
  const parsed: Form = {
    hash: text(form.hash, "hash"),
    kind: text(form.kind, "kind"),
    relationship: text(form.relationship, "relationship"),
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
    chips: list(form.chips ?? [], "chips", (value, at) => {
      const chip = record(value, at);
      return { value: text(chip.value, `${at}.value`), label: text(chip.label, `${at}.label`) };
    }),
    sections: list(form.sections, "sections", parseSection),
    practice: isGiven(form.practice) ? parsePractice(form.practice, "practice") : null,
    steps: parseSteps(form),
  };
  for (const question of parsed.steps.flatMap((step) => step.questions)) {
    if (question.kind === "scale" && !(question.scale in parsed.scales)) {
      throw new WireError(`question ${question.cell}`, "a scale of this form");
    }
  }
  return parsed;
}

/** In the order asked: what may not be coloured by the lines comes first, what needs them comes last. */
function parseSteps(form: Readonly<Record<string, unknown>>): readonly Step[] {
  const plain = (kind: Plain["kind"]) => (value: unknown, at: string) => parsePlain(value, at, kind);
  const locale = text(form.locale, "locale");
  return [
    ...list(form.pulse ?? [], "pulse", plain("pulse")),
    ...(isGiven(form.unaided) ? [plain("unaided")(form.unaided, "unaided")] : []),
    ...list(form.lines, "lines", (value, at) => parseLine(value, at, form.note)),
    ...(isGiven(form.top3) ? parseTopThree(form.top3, "top3", locale) : []),
    ...list(form.open, "open", plain("open")),
  ];
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
    skip: typeof scale.skip === "string" ? scale.skip : null,
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

function parsePractice(value: unknown, at: string): Practice {
  const row = record(value, at);
  return {
    text: text(row.text, `${at}.text`),
    story: text(row.story, `${at}.story`),
    reason: text(row.reason, `${at}.reason`),
    rating: integer(row.rating, `${at}.rating`),
  };
}

function parseLine(value: unknown, at: string, note: unknown): Line {
  const row = record(value, at);
  const id = text(row.item, `${at}.item`);
  return {
    kind: "line",
    id,
    section: text(row.section, `${at}.section`),
    text: text(row.text, `${at}.text`),
    lang: text(row.lang, `${at}.lang`),
    anchors: isGiven(row.anchors) ? map(row.anchors, `${at}.anchors`, text) : null,
    variation: variationOf(row.variation),
    note: isGiven(note) ? parseNote(note, id) : null,
    questions: list(row.questions, `${at}.questions`, parseQuestion),
    gate: isGiven(row.gate) ? parseGate(row.gate, `${at}.gate`) : null,
    after: list(row.after ?? [], `${at}.after`, parseText),
    hasCard: row.card === undefined ? false : flag(row.card, `${at}.card`),
  };
}

/** A word of a later server is none this app can say. */
export function variationOf(value: unknown): Variation | null {
  return value === "fixed" || value === "bounded" || value === "free" ? value : null;
}

function parseNote(value: unknown, item: string): Note {
  const note = record(value, "note");
  return {
    kind: "text",
    cell: `${item}.${text(note.cell, "note.cell")}`,
    required: false,
    text: text(note.text, "note.text"),
    when: null,
    max: integer(note.max, "note.max"),
    among: list(note.among, "note.among", integer),
  };
}

function parseGate(value: unknown, at: string): Gate {
  const gate = record(value, at);
  return { cell: text(gate.cell, `${at}.cell`), ends: list(gate.ends, `${at}.ends`, text) };
}

function parsePlain(value: unknown, at: string, kind: Plain["kind"]): Plain {
  const row = record(value, at);
  return {
    kind,
    id: text(row.id, `${at}.id`),
    text: text(row.text, `${at}.text`),
    lang: text(row.lang, `${at}.lang`),
    questions: list(row.questions, `${at}.questions`, parseQuestion),
  };
}

function parseTopThree(value: unknown, at: string, lang: string): readonly (TopThree | TeachBack)[] {
  const row = record(value, at);
  const top: TopThree = {
    kind: "top3",
    id: text(row.cell, `${at}.cell`),
    text: text(row.text, `${at}.text`),
    lang,
    questions: [],
    most: integer(row.most, `${at}.most`),
    required: flag(row.required, `${at}.required`),
  };
  const lines = list(row.teach_back ?? [], `${at}.teach_back`, (one, where) => ({
    ...parseText(one, where),
    item: text(record(one, where).item, `${where}.item`),
  }));
  const [first] = lines;
  if (first === undefined) return [top];
  return [top, { kind: "teach_back", id: "teach_back", text: first.text, lang, questions: lines }];
}

function parseText(value: unknown, at: string): TextQuestion {
  const question = parseQuestion(value, at);
  if (question.kind !== "text") throw new WireError(`${at}.kind`, "text");
  return question;
}

function parseQuestion(value: unknown, at: string): Question {
  const row = record(value, at);
  const cell = {
    cell: text(row.cell, `${at}.cell`),
    required: flag(row.required, `${at}.required`),
    text: row.text === undefined ? "" : text(row.text, `${at}.text`),
    when: isGiven(row.when) ? parseWhen(row.when, `${at}.when`) : null,
  };
  if (row.kind === "scale") {
    const may = (name: "not_observed" | "skip") =>
      row[name] === undefined ? false : flag(row[name], `${at}.${name}`);
    return {
      ...cell,
      kind: "scale",
      scale: text(row.scale, `${at}.scale`),
      notObserved: may("not_observed"),
      skip: may("skip"),
    };
  }
  if (row.kind === "text") return { ...cell, kind: "text", max: integer(row.max, `${at}.max`) };
  if (row.kind === "flag" || row.kind === "chips") return { ...cell, kind: row.kind };
  throw new WireError(`${at}.kind`, "scale, text, flag or chips");
}

function parseWhen(value: unknown, at: string): When {
  const when = record(value, at);
  return { cell: text(when.cell, `${at}.cell`), atMost: integer(when.at_most, `${at}.at_most`) };
}
