/** Gentle warnings about words that may give a writer away, or name somebody; they never block. */

const ONLY_ME = [
  /\bonly I\b/i,
  /\bI am the only\b/i,
  /\bnobody (else )?but me\b/i,
  /\bnur ich\b/i,
  /\b(solo|sólo) yo\b/i,
  /وحدي/,
  /أنا فقط/,
];

export function saysOnlyMe(text: string): boolean {
  return ONLY_ME.some((pattern) => pattern.test(text));
}

/** Whether a text holds a full name, or a part of one long enough to be recognised. */
export function namesSomebody(text: string, names: readonly string[]): boolean {
  const words = new Set(text.toLocaleLowerCase().split(/[^\p{L}\p{M}'-]+/u));
  return names.some((name) =>
    name
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((part) => part.length >= 3 && words.has(part)),
  );
}
