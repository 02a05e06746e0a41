/** The receipt: a short name for exactly what the server has acknowledged, made of nothing that was answered. */

import { canonical } from "./canonical";
import { nameOf, type PhoneSheet } from "./phone";

/** Letters and digits that are not taken for one another when read aloud. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;

/** What is hashed: the names of the versions on this phone, or null while one of them is not acknowledged. */
export function receiptText(sheet: PhoneSheet): string | null {
  if (sheet.rows.length === 0 || sheet.rows.some((row) => row.dirty)) return null;
  return canonical(["receipt", ...sheet.rows.map((row) => nameOf(row.cell, row.version)).sort()]);
}

/** Write a hash as two groups of four. */
export function receiptCode(hash: Uint8Array): string {
  const letters = [...hash.slice(0, LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

export async function receiptOf(sheet: PhoneSheet): Promise<string | null> {
  const text = receiptText(sheet);
  // Without a secure context there is nothing to hash with.
  if (text === null || !("subtle" in crypto)) return null;
  return receiptCode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
