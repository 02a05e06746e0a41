/** The words of a part that comes later, in the language of the app. */

import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { type Catalogue, createWords, type Key, type Locale, type Words } from "../core/i18n";
import { useWords } from "./context";
import { Starting } from "./parts";

interface RoomProps {
  /** Stands on a screen that has more to show: nothing is said while its words are on their way. */
  readonly isPart: boolean;
  readonly children: ComponentChildren;
}

export interface Spoken<K extends string> {
  /** Whatever stands in here has words to speak. */
  Room(props: RoomProps): ComponentChildren;
  /** The words of this part and those of the first. */
  useRoom(): Words<K | Key>;
}

/** `english` rides in the script of the part; `urls` are the other languages. */
export function createRoom<K extends string>(
  english: Catalogue<K>,
  urls: () => Readonly<Record<string, string>>,
): Spoken<K> {
  const RoomContext = createContext<Words<K | Key> | null>(null);
  const loaded = new Map<Locale, Words<K>>();
  const isOwn = (key: K | Key): key is K => key in english;

  function joined(first: Words, own: Words<K>): Words<K | Key> {
    return {
      ...first,
      t: (key, values) => (isOwn(key) ? own.t(key, values) : first.t(key as Key, values)),
      parts: (key, values) => (isOwn(key) ? own.parts(key, values) : first.parts(key as Key, values)),
    };
  }

  async function load(locale: Locale): Promise<Words<K>> {
    const url = urls()[locale];
    if (url === undefined) return createWords(locale, english);
    const reply = await fetch(url).catch(() => null);
    // Without network a language that was never loaded stays English rather than blank.
    if (reply?.ok !== true) return createWords("en", english);
    return createWords(locale, (await reply.json()) as Catalogue<K>);
  }

  function Room({ isPart, children }: RoomProps) {
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
    if (both !== null) return <RoomContext.Provider value={both}>{children}</RoomContext.Provider>;
    return isPart ? null : <Starting />;
  }

  function useRoom(): Words<K | Key> {
    const words = useContext(RoomContext);
    if (words === null) throw new Error("a screen of a later part was drawn outside its room");
    return words;
  }

  return { Room, useRoom };
}
