/** Settings: language, who is signed in, signing out, and removing everything from this phone. */

import { useState } from "preact/hooks";
import { losesUnsent } from "../../app/leaving";
import { LOCALES, type Locale } from "../../core/i18n";
import { useShown } from "../context";
import { Frame, Heading } from "../parts";
import { AloudNote } from "./aloud";
import { BringBack, KeepCopy } from "./keep";
import { KeySetting } from "./keys";
import { SharedLeaving } from "./shared";
import { M, useMore } from "./words";

const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  en: "English",
  es: "Español",
  de: "Deutsch",
  ar: "العربية",
};

export function Menu() {
  const { app, view } = useShown();
  const words = useMore();
  return (
    <Frame back={{ screen: "inbox" }}>
      <Heading id="menu">{words.t("menu")}</Heading>
      <fieldset class="points">
        <legend class="asked">{words.t("language")}</legend>
        {LOCALES.map((locale) => (
          <label class="point" key={locale}>
            <input
              type="radio"
              name="locale"
              checked={words.locale === locale}
              onChange={() => void app.setLocale(locale)}
            />
            <span class="point-text">
              <span class="point-label" lang={locale}>
                {LANGUAGE_NAMES[locale]}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <KeySetting />
      <AloudNote />
      <h2 class="subtitle">
        <M k="signed_in_as" values={{ name: view.person?.name ?? "" }} />
      </h2>
      {view.isShared ? <SharedLeaving /> : <Leaving />}
      <BringBack />
      <p>
        <a class="quiet-link" href="/plain">
          {words.t("plain_pages")}
        </a>
      </p>
      <p class="hint">{words.t("version", { version: app.version })}</p>
    </Frame>
  );
}

function Leaving() {
  const { app, view } = useShown();
  const words = useMore();
  const [asked, setAsked] = useState<"sign_out" | "wipe" | null>(null);
  if (asked === null) {
    const signOut = () => (view.unsent > 0 ? setAsked("sign_out") : void app.signOut());
    return (
      <div class="stack">
        <button class="button button-soft" type="button" onClick={signOut}>
          {words.t("sign_out")}
        </button>
        <button class="quiet-button" type="button" onClick={() => setAsked("wipe")}>
          {words.t("wipe")}
        </button>
      </div>
    );
  }
  const isWipe = asked === "wipe";
  const isLoss = losesUnsent(view.needs);
  return (
    <div class="panel stack" role="alert">
      {view.unsent > 0 && !isWipe && (
        <p>{words.t(isLoss ? "sign_out_lost" : "sign_out_unsent", { n: view.unsent })}</p>
      )}
      {isWipe && <p>{words.t("wipe_lead")}</p>}
      <KeepCopy />
      <button class="button" type="button" onClick={() => void (isWipe ? app.wipe() : app.signOut())}>
        {words.t(isWipe ? "wipe_sure" : isLoss ? "sign_out_lose" : "sign_out_anyway")}
      </button>
      <button class="quiet-button" type="button" onClick={() => setAsked(null)}>
        {words.t("cancel")}
      </button>
    </div>
  );
}
