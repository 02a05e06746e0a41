/** Every language says everything, with the same places for names and numbers and all its own plurals. */

import { describe, expect, test } from "vitest";
import { asciiDigits } from "../src/app/sign-in";
import { namesSomebody, saysOnlyMe } from "../src/core/hints";
import { type Catalogue, createWords, type Entry, LOCALES, pickLocale } from "../src/core/i18n";
import { cleanText } from "../src/core/text";
import ar from "../src/i18n/ar.json";
import de from "../src/i18n/de.json";
import en from "../src/i18n/en.json";
import es from "../src/i18n/es.json";
import moreAr from "../src/i18n/more/ar.json";
import moreDe from "../src/i18n/more/de.json";
import moreEn from "../src/i18n/more/en.json";
import moreEs from "../src/i18n/more/es.json";
import signInAr from "../src/i18n/sign-in/ar.json";
import signInDe from "../src/i18n/sign-in/de.json";
import signInEn from "../src/i18n/sign-in/en.json";
import signInEs from "../src/i18n/sign-in/es.json";

const CATALOGUES: Readonly<Record<(typeof LOCALES)[number], Catalogue>> = { en, es, de, ar };
const LATER = { en: moreEn, es: moreEs, de: moreDe, ar: moreAr };
const SIGN_IN = { en: signInEn, es: signInEs, de: signInDe, ar: signInAr };
const places = (text: string) =>
  [...new Set(text.match(/\{\w+\}/g) ?? [])].filter((place) => place !== "{n}").sort();
const sentences = (entry: Entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
const all = LOCALES.flatMap((locale) => [
  [`${locale}, first part`, locale, CATALOGUES[locale], en],
  [`${locale}, later part`, locale, LATER[locale], moreEn],
  [`${locale}, signing in`, locale, SIGN_IN[locale], signInEn],
]) as [string, string, Readonly<Record<string, Entry>>, Readonly<Record<string, Entry>>][];

test("no sentence is in two parts", () => {
  const keys = [en, moreEn, signInEn].flatMap((part) => Object.keys(part));
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

describe.each(all)("%s", (_, locale, catalogue, english) => {
  test("has every sentence and no other", () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort());
  });

  test("puts the same names into each sentence", () => {
    for (const [key, entry] of Object.entries(english)) {
      const wanted = places(sentences(entry).join(" "));
      for (const sentence of sentences(catalogue[key] ?? "")) {
        expect(
          places(sentence).every((place) => wanted.includes(place)),
          key,
        ).toBe(true);
      }
      expect(places(sentences(catalogue[key] ?? "").join(" ")), key).toEqual(wanted);
    }
  });

  test("has every plural its language has", () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const entry of Object.values(catalogue)) {
      if (typeof entry !== "string") expect(Object.keys(entry).sort()).toEqual([...forms].sort());
    }
  });

  test("leaves no sentence empty", () => {
    for (const entry of Object.values(catalogue)) {
      for (const sentence of sentences(entry)) expect(sentence.trim()).not.toBe("");
    }
  });
});

describe("words", () => {
  const words = createWords("ar", ar);

  test("a name is a part of its own, so that it can be isolated", () => {
    const parts = words.parts("promise_lead", { name: "Nuria Valdekamp" });
    expect(parts.filter((part) => part.isValue)).toEqual([{ text: "Nuria Valdekamp", isValue: true }]);
    expect(words.dir).toBe("rtl");
  });

  test("numbers have the digits of the profiles", () => {
    expect(words.t("of", { done: 3, total: 14 })).toBe("3 من 14");
    expect(words.t("minutes_left", { n: 2 })).toBe("بقيت دقيقتان تقريباً");
  });

  test("a date is written as the reader's country writes it", () => {
    const at = Date.UTC(2026, 11, 1, 12);
    expect(createWords("en", en, ["ar", "en-GB"]).date(at)).toContain("1 Dec");
    expect(createWords("en", en, ["en-US"]).date(at)).toContain("Dec 1");
  });

  test("a deadline today or tomorrow has its hour, a later one its day alone", () => {
    const english = createWords("en", en, ["en-GB"]);
    const now = new Date(2026, 10, 22, 20, 30).getTime();
    expect(english.deadline(new Date(2026, 10, 22, 23, 15).getTime(), now)).toMatch(/22 Nov.*23:15/);
    expect(english.deadline(new Date(2026, 10, 23, 23, 59).getTime(), now)).toMatch(/23 Nov.*23:59/);
    expect(english.deadline(new Date(2026, 10, 24, 0, 0).getTime(), now)).not.toContain(":");
  });

  test("the first language the app speaks is taken", () => {
    expect(pickLocale([null, "fr-FR", "ar-EG", "en"])).toBe("ar");
    expect(pickLocale(["fr"])).toBe("en");
  });
});

describe("typed text", () => {
  test.each([
    ["a\r\nb\rc", "a\nb\nc"],
    ["a\u0000b\u0007c\td", "abc\td"],
    ["x\ud800y\u{1f600}", "xy\u{1f600}"],
    ["\u0085ملاحظة", "ملاحظة"],
  ])("%j becomes %j", (typed, clean) => {
    expect(cleanText(typed)).toBe(clean);
  });

  test("codes may be typed on any keyboard", () => {
    expect(asciiDigits(" ١٢٣٤ 5678 ")).toBe("12345678");
    expect(asciiDigits("۱۲۳۴-5678")).toBe("12345678");
  });

  test("words that may give a writer away are noticed, gently", () => {
    expect(namesSomebody("Walks the line with nuria.", ["Nuria Valdekamp"])).toBe(true);
    expect(namesSomebody("Walks the line with us.", ["Nuria Valdekamp"])).toBe(false);
    expect(saysOnlyMe("Only I see it at night")).toBe(true);
    expect(saysOnlyMe("We all see it")).toBe(false);
  });
});
