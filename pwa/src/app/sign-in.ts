/** Signing in with a mailed code; nothing here knows a password. */

import type { SharedHere } from "../store/shared";
import { drawTurn, saveShared, sharedFrom, takeTurn } from "../store/turn";
import { askForCode, type CodeOutcome, enterCode } from "../sync/session";

export interface SignIn {
  askForCode(mail: string): Promise<CodeOutcome>;
  enterCode(code: string, isShared?: boolean): Promise<CodeOutcome>;
}

export function asksForCode(onSignedIn: () => Promise<void>, onShared: (here: SharedHere) => void): SignIn {
  return {
    askForCode: (mail) => askForCode(mail.trim()),
    enterCode: async (typed, isShared = false) => {
      let hasTurn = false;
      const outcome = await enterCode(asciiDigits(typed), isShared, (body) => {
        const here = sharedFrom(body, Date.now());
        saveShared(here);
        onShared(here);
        hasTurn = true;
      });
      if (outcome !== "ok") return outcome;
      if (!hasTurn) takeTurn(drawTurn());
      await onSignedIn();
      return outcome;
    },
  };
}

/** Arabic keyboards type other digits; spaces come with copying. */
export function asciiDigits(typed: string): string {
  return [...typed]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code >= 0x660 && code <= 0x669) return String(code - 0x660);
      if (code >= 0x6f0 && code <= 0x6f9) return String(code - 0x6f0);
      return /\d/.test(character) ? character : "";
    })
    .join("");
}
