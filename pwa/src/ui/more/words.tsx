/** The words of the later part, in the language of the app. */

import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { type Catalogue, createWords, type Locale, type Values, type Words } from "../../core/i18n";
import en from "../../i18n/more/en.json";
import { Parts, useWords } from "../context";
import { Starting } from "../parts";

declare const MORE_CATALOGUES: Readonly<Record<string, string>>;

export type MoreKey = keyof typeof en;
const MoreContext = createContext<Words<MoreKey> | null>(null);

async function load(locale: Locale): Promise<Words<MoreKey>> {
  const url = MORE_CATALOGUES[locale];
  if (url === undefined) return createWords(locale, en);
  const reply = await fetch(url).catch(() => null);
  // Without network a language that was never loaded stays English rather than blank.
  if (reply?.ok !== true) return createWords("en", en);
  return createWords(locale, (await reply.json()) as Catalogue<MoreKey>);
}

const loaded = new Map<Locale, Words<MoreKey>>();

/** Whatever stands in here has words to speak. */
export function Room({ children }: { readonly children: ComponentChildren }) {
  const { locale } = useWords();
  const [, redraw] = useState(0);
  const words = loaded.get(locale);
  useEffect(() => {
    if (words !== undefined) return;
    load(locale).then((fresh) => {
      loaded.set(locale, fresh);
      redraw((n) => n + 1);
    });
  }, [locale, words]);
  return words === undefined ? (
    <Starting />
  ) : (
    <MoreContext.Provider value={words}>{children}</MoreContext.Provider>
  );
}

export function useMore(): Words<MoreKey> {
  const words = useContext(MoreContext);
  if (words === null) throw new Error("a screen of the later part was drawn outside its room");
  return words;
}

/** A sentence of the later part, with names set apart. */
export function M({ k, values = {} }: { readonly k: MoreKey; readonly values?: Values }) {
  return <Parts parts={useMore().parts(k, values)} />;
}
