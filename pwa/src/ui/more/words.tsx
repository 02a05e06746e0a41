/** The words of the later part, in the language of the app. */

import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { type Catalogue, createWords, type Key, type Locale, type Values, type Words } from "../../core/i18n";
import en from "../../i18n/more/en.json";
import { Parts, useWords } from "../context";
import { Starting } from "../parts";

declare const MORE_CATALOGUES: Readonly<Record<string, string>>;

type OwnKey = keyof typeof en;
/** Screens of the later part speak its words and those of the first. */
export type MoreKey = Key | OwnKey;
const MoreContext = createContext<Words<MoreKey> | null>(null);

const isOwn = (key: MoreKey): key is OwnKey => key in en;

function joined(first: Words, own: Words<OwnKey>): Words<MoreKey> {
  return {
    ...first,
    t: (key, values) => (isOwn(key) ? own.t(key, values) : first.t(key, values)),
    parts: (key, values) => (isOwn(key) ? own.parts(key, values) : first.parts(key, values)),
  };
}

async function load(locale: Locale): Promise<Words<OwnKey>> {
  const url = MORE_CATALOGUES[locale];
  if (url === undefined) return createWords(locale, en);
  const reply = await fetch(url).catch(() => null);
  // Without network a language that was never loaded stays English rather than blank.
  if (reply?.ok !== true) return createWords("en", en);
  return createWords(locale, (await reply.json()) as Catalogue<OwnKey>);
}

const loaded = new Map<Locale, Words<OwnKey>>();

/** Whatever stands in here has words to speak. */
export function Room({
  isPart,
  children,
}: {
  readonly isPart: boolean;
  readonly children: ComponentChildren;
}) {
  const first = useWords();
  const { locale } = first;
  const [, redraw] = useState(0);
  const words = loaded.get(locale);
  const both = useMemo(() => (words === undefined ? null : joined(first, words)), [first, words]);
  useEffect(() => {
    if (words !== undefined) return;
    load(locale).then((fresh) => {
      loaded.set(locale, fresh);
      redraw((n) => n + 1);
    });
  }, [locale, words]);
  if (both !== null) return <MoreContext.Provider value={both}>{children}</MoreContext.Provider>;
  return isPart ? null : <Starting />;
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
