/** Which voice of the phone may read a language: one that speaks it, and only one that lives on the phone. */

export type Voice = Pick<SpeechSynthesisVoice, "lang" | "localService" | "default">;

const tag = (lang: string): string => lang.toLowerCase().replace("_", "-");
const spoken = (lang: string): string => tag(lang).split("-")[0] ?? "";

/** A voice of a server would send the text away, so it counts as none. */
export function voiceFor<V extends Voice>(
  voices: readonly V[],
  lang: string,
  languages: readonly string[],
): V | null {
  const able = voices.filter((voice) => voice.localService && spoken(voice.lang) === spoken(lang));
  const wanted = [lang, ...languages].map(tag);
  const rank = (voice: V): number => {
    const at = wanted.indexOf(tag(voice.lang));
    return (at === -1 ? wanted.length : at) - (voice.default ? 0.5 : 0);
  };
  return [...able].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}
