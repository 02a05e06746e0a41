/** Cards: what great and typical look like on a line, read strictly. */

import { type Variation, variationOf } from "./form";
import { isGiven, list, map, record, text, WireError } from "./wire";

export interface Figure {
  readonly text: string;
  readonly levels: readonly { readonly name: "typical" | "meets" | "great"; readonly value: string }[];
}

export interface Card {
  readonly lang: string;
  readonly title: string;
  readonly accomplishment: string;
  readonly great: string;
  readonly typical: string | null;
  readonly decision: { readonly when: string; readonly choose: string; readonly cue: string } | null;
  readonly insight: string | null;
  /** The language of tools, colleagues and units, which are not translated. */
  readonly sourceLang: string;
  readonly tools: readonly string[];
  readonly interactions: readonly string[];
  readonly variation: Variation | null;
  readonly figures: readonly Figure[];
}

export type Cards = Readonly<Record<string, Card>>;

export function parseCards(body: unknown): Cards {
  const cards = record(body, "cards");
  if (cards.schema !== "cards/1") throw new WireError("schema", "cards/1");
  return map(cards.cards, "cards", parseCard);
}

export function parseCard(value: unknown, at: string): Card {
  const card = record(value, at);
  return {
    lang: text(card.lang, `${at}.lang`),
    title: words(card.title),
    accomplishment: words(card.accomplishment),
    great: text(card.great, `${at}.great`),
    typical: words(card.typical) || null,
    decision: isGiven(card.decision) ? parseDecision(card.decision, `${at}.decision`) : null,
    insight: words(card.insight) || null,
    sourceLang: words(card.source_lang) || text(card.lang, `${at}.lang`),
    tools: list(card.tools ?? [], `${at}.tools`, text),
    interactions: list(card.interactions ?? [], `${at}.interactions`, (one, where) => {
      const row = record(one, where);
      return [row.with, row.purpose, row.rhythm]
        .map(words)
        .filter((part) => part !== "")
        .join(" · ");
    }),
    variation: variationOf(card.variation),
    figures: list(card.figures ?? [], `${at}.figures`, parseFigure),
  };
}

export function parseFigure(value: unknown, at: string): Figure {
  const row = record(value, at);
  const unit = words(row.unit);
  const levels = (["typical", "meets", "great"] as const).flatMap((name) => {
    const level = row[name];
    if (typeof level !== "string" && typeof level !== "number") return [];
    return [{ name, value: unit === "" ? String(level) : `${level} ${unit}` }];
  });
  return { text: text(row.text, `${at}.text`), levels };
}

function parseDecision(value: unknown, at: string): NonNullable<Card["decision"]> {
  const row = record(value, at);
  return { when: words(row.when), choose: words(row.choose), cue: words(row.cue) };
}

/** A text that may be missing. */
export const words = (value: unknown): string => (typeof value === "string" ? value : "");

/** What was kept or came from the server, or null when it is not there or this version cannot read it. */
export function readOr<T>(body: unknown, parse: (body: unknown) => T): T | null {
  if (!isGiven(body)) return null;
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}
