/** Words of the app in one language: plurals, numbers, dates, and places where a name stands apart. */

import type en from "../i18n/en.json";

export type Key = keyof typeof en;
export type Entry = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue<K extends string = Key> = Readonly<Record<K, Entry>>;
export type Values = Readonly<Record<string, string | number>>;
export type Part = { readonly text: string; readonly isValue: boolean };

export const LOCALES = ["en", "es", "de", "ar"] as const;
export type Locale = (typeof LOCALES)[number];

export interface Words<K extends string = Key> {
  readonly locale: Locale;
  readonly dir: "ltr" | "rtl";
  /** A sentence as plain text; `n` picks the plural. */
  t(key: K, values?: Values): string;
  /** The same sentence in parts, so that a name can be isolated from the direction of the text around it. */
  parts(key: K, values: Values): readonly Part[];
  time(at: number): string;
  date(at: number): string;
  /** The day something ends; with the hour when that is today or tomorrow, by the phone's own clock and zone. */
  deadline(at: number, now: number): string;
  language(code: string): string;
}

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

export function dirOf(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
}

/** The first of the wanted languages the app speaks, else English. */
export function pickLocale(wanted: readonly (string | null | undefined)[]): Locale {
  for (const one of wanted) {
    const found = LOCALES.find((locale) => one?.toLowerCase().split("-")[0] === locale);
    if (found !== undefined) return found;
  }
  return "en";
}

/** `languages` are the reader's own tags: the same language is written with other dates in another country. */
export function createWords<K extends string = Key>(
  locale: Locale,
  catalogue: Catalogue<K>,
  languages: readonly string[] = [],
): Words<K> {
  // Profiles are written with Western digits; two kinds of digits on one screen are hard to read.
  const region = languages.find((tag) => tag.split("-")[0] === locale) ?? locale;
  const tag = new Intl.Locale(region, { numberingSystem: "latn" }).toString();
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(tag);
  const parts = (key: K, values: Values): readonly Part[] =>
    filled(template(catalogue[key], values, rules), values, numbers);
  return {
    locale,
    dir: dirOf(locale),
    t: (key, values = {}) =>
      parts(key, values)
        .map((part) => part.text)
        .join(""),
    parts,
    time: (at) => new Intl.DateTimeFormat(tag, HOUR).format(at),
    date: (at) => new Intl.DateTimeFormat(tag, DAY).format(at),
    deadline: (at, now) =>
      new Intl.DateTimeFormat(tag, isSoon(at, now) ? { ...DAY, ...HOUR } : DAY).format(at),
    language: (code) => new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code,
  };
}

const DAY = { weekday: "short", day: "numeric", month: "short" } as const;
const HOUR = { hour: "numeric", minute: "2-digit" } as const;

function isSoon(at: number, now: number): boolean {
  const day = new Date(now);
  return at < new Date(day.getFullYear(), day.getMonth(), day.getDate() + 2).getTime();
}

function template(entry: Entry, values: Values, rules: Intl.PluralRules): string {
  if (typeof entry === "string") return entry;
  return entry[rules.select(Number(values.n ?? 0))] ?? entry.other ?? "";
}

function filled(sentence: string, values: Values, numbers: Intl.NumberFormat): readonly Part[] {
  return sentence.split(/(\{\w+\})/).flatMap((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name === undefined) return piece === "" ? [] : [{ text: piece, isValue: false }];
    const value = values[name] ?? "";
    return [
      { text: typeof value === "number" ? numbers.format(value) : value, isValue: typeof value === "string" },
    ];
  });
}
