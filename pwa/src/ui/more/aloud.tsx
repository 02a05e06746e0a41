/** *Read to me*: the screen in the phone's own voice; no text leaves the phone, and it ends when the screen goes. */

import { useEffect, useRef, useState } from "preact/hooks";
import { voiceFor } from "./voices";
import { useMore } from "./words";

const BLOCKS =
  "h1, h2, legend:not(.unseen), .point-label, .point-anchor, p:not(.keys), li, dt, dd, blockquote";

const ENDS = ["hashchange", "pagehide", "change"] as const;

const speech = (): SpeechSynthesis | null => ("speechSynthesis" in window ? window.speechSynthesis : null);

/** The voices of the phone; some browsers know them only after a moment. */
function useVoices(): readonly SpeechSynthesisVoice[] {
  const [voices, setVoices] = useState(speech()?.getVoices() ?? []);
  useEffect(() => {
    const all = speech();
    if (all === null) return;
    const look = () => setVoices(all.getVoices());
    look();
    // WebKit had no listeners here for long; it knows its voices at once.
    all.addEventListener?.("voiceschanged", look);
    return () => all.removeEventListener?.("voiceschanged", look);
  }, []);
  return voices;
}

const langOf = (element: Element): string =>
  element.closest<HTMLElement>("[lang]")?.lang ?? document.documentElement.lang;

/** Hidden where no voice of the phone speaks the language of the screen. */
export function ReadAloud() {
  const words = useMore();
  const voices = useVoices();
  const [lang, setLang] = useState<string | null>(null);
  const [isOn, setOn] = useState(false);
  const turn = useRef(0);
  useEffect(() => {
    const title = document.querySelector("main h1");
    setLang(title === null ? null : langOf(title));
  });
  useEffect(() => {
    const stop = () => {
      speech()?.cancel();
      setOn(false);
    };
    const leave = () => document.visibilityState === "hidden" && stop();
    // An answer ends it too: what comes next is another question.
    for (const end of ENDS) addEventListener(end, stop);
    document.addEventListener("visibilitychange", leave);
    return () => {
      stop();
      for (const end of ENDS) removeEventListener(end, stop);
      document.removeEventListener("visibilitychange", leave);
    };
  }, []);
  if (lang === null || voiceFor(voices, lang, navigator.languages) === null) return null;
  const toggle = () => {
    speech()?.cancel();
    turn.current += 1;
    const mine = turn.current;
    setOn(!isOn);
    if (!isOn) read(voices, () => mine === turn.current && setOn(false));
  };
  return (
    <button
      class="icon-button aloud"
      type="button"
      aria-pressed={isOn}
      aria-label={words.t("aloud")}
      onClick={toggle}
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path
          d={isOn ? "M7 7h10v10H7z" : "M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4 4 0 010 6M18 6.5a8 8 0 010 11"}
        />
      </svg>
    </button>
  );
}

function read(voices: readonly SpeechSynthesisVoice[], onEnd: () => unknown): void {
  const blocks = [...document.querySelectorAll<HTMLElement>(`main :is(${BLOCKS})`)].filter(
    // A point of a list that holds a paragraph or a way on is read as what it holds.
    (block) =>
      block.getClientRects().length > 0 && (block.tagName !== "LI" || block.querySelector("p, a") === null),
  );
  const said = blocks.flatMap((block) => {
    const voice = voiceFor(voices, langOf(block), navigator.languages);
    const text = block.textContent?.trim() ?? "";
    if (voice === null || text === "") return [];
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    return [utterance];
  });
  const last = said[said.length - 1];
  if (last === undefined) {
    onEnd();
    return;
  }
  last.onend = onEnd;
  for (const utterance of said) speech()?.speak(utterance);
}

/** In the settings: what *read to me* does, where it can. */
export function AloudNote() {
  const words = useMore();
  const voices = useVoices();
  if (voiceFor(voices, words.locale, navigator.languages) === null) return null;
  return <p class="hint">{words.t("aloud_note")}</p>;
}
