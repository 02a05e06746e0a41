/** A form as the server sends it (docs/wire.md), read strictly. What of it is asked now: `asked.ts`. */

import { flag, integer, isGiven, list, listOf, map, or, record, shape, text, WireError } from "./wire";

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

const parseHead = shape<Omit<Form, "steps">>({
  hash: text,
  kind: text,
  relationship: text,
  locale: text,
  role: shape<Form["role"]>({ title: text, summary: text, grade: text, lang: text }),
  brief: listOf(text),
  minutes: integer,
  scales: (value, at) => map(value, at, parseScale),
  chips: or(listOf(shape<Form["chips"][number]>({ value: text, label: text })), []),
  sections: listOf(shape<Section>({ id: text, title: text, lang: text })),
  practice: or(shape<Practice>({ text, story: text, reason: text, rating: integer }), null),
});

export function parseForm(body: unknown): Form {
  const form = record(body, "form");
  if (form.schema !== "form/1") throw new WireError("schema", "form/1");
  const parsed: Form = { ...parseHead(form, ""), steps: parseSteps(form) };
  for (const question of parsed.steps.flatMap((step) => step.questions)) {
    if (question.kind === "scale" && !(question.scale in parsed.scales)) {
      throw new WireError(`question ${question.cell}`, "a scale of this form");
    }
  }
  return parsed;
}

/** In the order asked: what may not be coloured by the lines comes first, what needs them comes last. */
function parseSteps(form: Readonly<Record<string, unknown>>): readonly Step[] {
  const plain =
    (kind: Plain["kind"]) =>
    (value: unknown, at: string): Plain => ({ kind, ...parsePlainTexts(value, at) });
  const locale = text(form.locale, "locale");
  return [
    ...list(form.pulse ?? [], "pulse", plain("pulse")),
    ...(isGiven(form.unaided) ? [plain("unaided")(form.unaided, "unaided")] : []),
    ...list(form.lines, "lines", (value, at) => parseLine(value, at, form.note)),
    ...(isGiven(form.top3) ? parseTopThree(form.top3, "top3", locale) : []),
    ...list(form.open, "open", plain("open")),
  ];
}

const wordOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

const parseScale = shape<Scale>({
  points: listOf(
    shape<Point>({
      value: (value, at) => (typeof value === "string" ? value : integer(value, at)),
      label: text,
    }),
  ),
  notObserved: wordOrNull,
  skip: wordOrNull,
});

const parseLineTexts = shape<
  Pick<Line, "section" | "text" | "lang" | "anchors" | "variation" | "questions" | "gate" | "after">
>({
  section: text,
  text,
  lang: text,
  anchors: or((value, at) => map(value, at, text), null),
  variation: variationOf,
  questions: listOf(parseQuestion),
  gate: or(shape<Gate>({ cell: text, ends: listOf(text) }), null),
  after: or(listOf(parseText), []),
});

function parseLine(value: unknown, at: string, note: unknown): Line {
  const row = record(value, at);
  const id = text(row.item, `${at}.item`);
  return {
    kind: "line",
    id,
    ...parseLineTexts(value, at),
    note: isGiven(note) ? parseNote(note, id) : null,
    hasCard: row.card === undefined ? false : flag(row.card, `${at}.card`),
  };
}

/** A word of a later server is none this app can say. */
export function variationOf(value: unknown): Variation | null {
  return value === "fixed" || value === "bounded" || value === "free" ? value : null;
}

function parseNote(value: unknown, item: string): Note {
  const note = parseNoteTexts(value, "note");
  return { ...note, kind: "text", cell: `${item}.${note.cell}`, required: false, when: null };
}

const parseNoteTexts = shape<Pick<Note, "cell" | "text" | "max" | "among">>({
  cell: text,
  text,
  max: integer,
  among: listOf(integer),
});

const parsePlainTexts = shape<Omit<Plain, "kind">>({
  id: text,
  text,
  lang: text,
  questions: listOf(parseQuestion),
});

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

const parseCell = shape<Cell>({
  cell: text,
  required: flag,
  text: or(text, ""),
  when: or(shape<When>({ cell: text, atMost: integer }), null),
});

const parseChoice = shape<Pick<ScaleQuestion, "scale" | "notObserved" | "skip">>({
  scale: text,
  notObserved: or(flag, false),
  skip: or(flag, false),
});

function parseQuestion(value: unknown, at: string): Question {
  const { kind, max } = record(value, at);
  const cell = parseCell(value, at);
  if (kind === "scale") return { ...cell, kind, ...parseChoice(value, at) };
  if (kind === "text") return { ...cell, kind, max: integer(max, `${at}.max`) };
  if (kind === "flag" || kind === "chips") return { ...cell, kind };
  throw new WireError(`${at}.kind`, "scale, text, flag or chips");
}
