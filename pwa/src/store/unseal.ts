/** Opens what `vault.ts` sealed. */

import type { Value } from "../core/sheet";
import type { Sealed } from "./vault";

/** The key of a shared phone: it comes with the sign-in and is kept in no database. */
export function givenKey(hex: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function unseal(key: CryptoKey, sealed: Sealed): Promise<Value> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.box);
  return JSON.parse(new TextDecoder().decode(plain)) as Value;
}
