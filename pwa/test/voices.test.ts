/** Whose voice may read: only one that lives on the phone and speaks the language of the text. */

import { expect, test } from "vitest";
import { type Voice, voiceFor } from "../src/ui/more/voices";

const voice = (lang: string, localService = true, isDefault = false): Voice => ({
  lang,
  localService,
  default: isDefault,
});

test("a voice of a server counts as none, also where it is the only one", () => {
  expect(voiceFor([voice("ar-SA", false, true)], "ar", ["ar"])).toBe(null);
});

test("a voice of another language never reads", () => {
  expect(voiceFor([voice("en-GB"), voice("de-DE")], "es", ["en-GB"])).toBe(null);
});

test.each([
  ["the reader's own country first", "es", ["es-MX"], "es-MX"],
  ["the tag of the text before that", "es-ES", ["es-MX"], "es-ES"],
  ["an underscore is read as a hyphen", "de", ["de-AT"], "de_AT"],
])("%s", (_name, lang, languages, wanted) => {
  const voices = [voice("es-ES"), voice("es-MX"), voice("de-DE"), voice("de_AT")];
  expect(voiceFor(voices, lang, languages)?.lang).toBe(wanted);
});
