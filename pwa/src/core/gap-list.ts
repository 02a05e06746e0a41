/** Where two people stand: the gap list of an open pair, or what little is shown before and without that. */

import { type Card, parseCard, words } from "./cards";
import { flag, integer, isGiven, list, map, record, text, WireError } from "./wire";

/** What one side answered on a line, each facet in words. */
export interface Side {
  readonly words: Readonly<Record<string, string>>;
  readonly top3: boolean;
  readonly teachBack: string;
  readonly comment: string;
  readonly ownWay: string;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface GapRow {
  readonly item: string;
  readonly text: string;
  readonly lang: string;
  readonly gap: Named & { readonly opener: string };
  readonly also: readonly Named[];
  readonly employee: Side | null;
  readonly manager: Side | null;
  /** What gets in the employee's way, in words. */
  readonly chips: readonly string[];
  readonly card: Card | null;
}

export interface GapList {
  /** lost: opened before a backup that was restored; nothing is asked again and nothing is left to read. */
  readonly state: "waiting" | "open" | "own" | "lost";
  readonly title: string;
  readonly you: "employee" | "manager";
  readonly employee: string;
  readonly manager: string;
  readonly otherAnswered: boolean;
  readonly summary: {
    readonly inScope: number;
    readonly sharedExpectations: number;
    readonly sharedTop3: number;
  } | null;
  readonly strength: string | null;
  readonly agenda: readonly string[];
  readonly parked: readonly string[];
  readonly minutes: Readonly<Record<string, number>>;
  readonly rows: readonly GapRow[];
  /** Open questions with what each of the two wrote. */
  readonly answers: readonly {
    readonly text: string;
    readonly lang: string;
    readonly employee: string;
    readonly manager: string;
  }[];
  /** The employee's own results; never sent to the manager. */
  readonly ownResults: string;
}

const STATES = ["waiting", "open", "own", "lost"] as const;

export function parseGapList(body: unknown): GapList {
  const gaps = record(body, "gaps");
  if (gaps.schema !== "gaps/1") throw new WireError("schema", "gaps/1");
  const state = STATES.find((known) => known === gaps.state);
  if (state === undefined) throw new WireError("state", STATES.join(", "));
  return {
    state,
    title: text(gaps.title, "title"),
    you: gaps.you === "manager" ? "manager" : "employee",
    employee: text(record(gaps.employee, "employee").name, "employee.name"),
    manager: text(record(gaps.manager, "manager").name, "manager.name"),
    otherAnswered: gaps.other_answered === true,
    summary: isGiven(gaps.summary) ? parseSummary(gaps.summary) : null,
    strength: typeof gaps.open_with_strength === "string" ? gaps.open_with_strength : null,
    agenda: list(gaps.agenda ?? [], "agenda", text),
    parked: list(gaps.parked ?? [], "parked", text),
    minutes: map(gaps.minutes ?? {}, "minutes", integer),
    rows: list(gaps.rows ?? [], "rows", parseRow),
    answers: list(gaps.answers ?? [], "answers", (value, at) => {
      const one = record(value, at);
      const lang = text(one.lang, `${at}.lang`);
      return {
        text: text(one.text, `${at}.text`),
        lang,
        employee: words(one.employee),
        manager: words(one.manager),
      };
    }),
    ownResults: words(gaps.own_results),
  };
}

function parseSummary(value: unknown): NonNullable<GapList["summary"]> {
  const summary = record(value, "summary");
  return {
    inScope: integer(summary.in_scope, "summary.in_scope"),
    sharedExpectations: integer(summary.shared_expectations, "summary.shared_expectations"),
    sharedTop3: integer(summary.shared_top3, "summary.shared_top3"),
  };
}

function parseRow(value: unknown, at: string): GapRow {
  const row = record(value, at);
  const gap = record(row.gap, `${at}.gap`);
  const labels = record(row.labels, `${at}.labels`);
  return {
    item: text(row.item, `${at}.item`),
    text: text(row.text, `${at}.text`),
    lang: text(row.lang, `${at}.lang`),
    gap: { ...parseNamed(gap, `${at}.gap`), opener: words(gap.opener) },
    also: list(row.also ?? [], `${at}.also`, parseNamed),
    employee: isGiven(row.employee) ? parseSide(row.employee, labels.employee, `${at}.employee`) : null,
    manager: isGiven(row.manager) ? parseSide(row.manager, labels.manager, `${at}.manager`) : null,
    chips: list(labels.chips ?? [], `${at}.labels.chips`, text),
    card: isGiven(row.card) ? parseCard(row.card, `${at}.card`) : null,
  };
}

function parseNamed(value: unknown, at: string): Named {
  const named = record(value, at);
  return { id: text(named.id, `${at}.id`), name: text(named.name, `${at}.name`) };
}

function parseSide(value: unknown, labels: unknown, at: string): Side {
  const side = record(value, at);
  return {
    words: map(labels ?? {}, `${at} in words`, text),
    top3: side.top3 === undefined ? false : flag(side.top3, `${at}.top3`),
    teachBack: words(side.teach_back),
    comment: words(side.comment),
    ownWay: words(side.own_way),
  };
}

/** The lines of the first talk, in order; what needs no talk is neither on the agenda nor parked. */
export function rowsOf(gaps: GapList, items: readonly string[]): readonly GapRow[] {
  return items.flatMap((item) => gaps.rows.find((row) => row.item === item) ?? []);
}

export function restOf(gaps: GapList): readonly GapRow[] {
  const named = new Set([gaps.strength, ...gaps.agenda, ...gaps.parked]);
  return gaps.rows.filter((row) => !named.has(row.item));
}
