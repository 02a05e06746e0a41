/** What every screen needs: the app, what to show of it, and its words. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { App, View } from "../app/app";
import type { Key, Part, Values, Words } from "../core/i18n";
import { dirOf } from "../core/i18n";
import type { Value } from "../core/sheet";

/** The last answer that moved the screen on, so that a slip of the thumb is one tap to repair. */
export interface Last {
  readonly task: string;
  readonly step: number;
  readonly cell: string;
  readonly before: Value;
  readonly label: string;
}

export interface Shown {
  readonly app: App;
  readonly view: View;
  readonly last: Last | null;
  readonly setLast: (last: Last | null) => void;
  /** The sheet that was sent in and is open to be changed: nothing on it has to be. */
  readonly changing: string | null;
  readonly setChanging: (id: string | null) => void;
}

export const ShownContext = createContext<Shown | null>(null);

export function useShown(): Shown {
  const shown = useContext(ShownContext);
  if (shown === null) throw new Error("a screen was drawn outside the app");
  return shown;
}

export function useWords(): Words {
  return useShown().view.words;
}

/** A sentence whose names and answers stand apart from the direction of the text around them. */
export function T({ k, values = {} }: { readonly k: Key; readonly values?: Values }) {
  return <Parts parts={useWords().parts(k, values)} />;
}

export function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return <>{parts.map((part) => (part.isValue ? <bdi>{part.text}</bdi> : part.text))}</>;
}

/** A question text of the form with the ratee's name put in. */
export function Named({ text, name }: { readonly text: string; readonly name: string }) {
  return <>{text.split(/(\{name\})/).map((piece) => (piece === "{name}" ? <bdi>{name}</bdi> : piece))}</>;
}

/** Attributes and a note for a text that is not in the language of the app. */
export function foreign(
  lang: string,
  words: Words,
): { readonly lang?: string; readonly dir?: "ltr" | "rtl" } {
  return lang.split("-")[0] === words.locale ? {} : { lang, dir: dirOf(lang) };
}

export function ForeignNote({ lang }: { readonly lang: string }) {
  const words = useWords();
  if (lang.split("-")[0] === words.locale) return null;
  return <small class="foreign">{words.t("in_language", { language: words.language(lang) })}</small>;
}
