/** The hint to install; only when nothing is pending, because an installed app may start with an empty store. */

import { useEffect, useState } from "preact/hooks";
import { useShown } from "../context";
import { dropOffer, type InstallOffer, keptOffer } from "../offer";
import { useMore } from "./words";

export function Install() {
  const { view } = useShown();
  const words = useMore();
  const [prompt, setPrompt] = useState<InstallOffer | null>(keptOffer);
  useEffect(() => {
    const offer = (event: Event) => setPrompt(event as InstallOffer);
    addEventListener("beforeinstallprompt", offer);
    return () => removeEventListener("beforeinstallprompt", offer);
  }, []);
  const isApple =
    /iPhone|iPad/.test(navigator.userAgent) && !matchMedia("(display-mode: standalone)").matches;
  const hasSent = view.owner !== null && view.owner.sentAt() !== null;
  const install = () => {
    void prompt?.prompt();
    dropOffer();
    setPrompt(null);
  };
  if (view.isShared || view.unsent > 0 || !hasSent || (prompt === null && !isApple)) return null;
  return (
    <section class="note" aria-labelledby="install">
      <h2 class="subtitle" id="install">
        {words.t("install_title")}
      </h2>
      <p>{words.t(prompt === null ? "install_ios" : "install_lead")}</p>
      {prompt !== null && (
        <button class="button button-soft" type="button" onClick={install}>
          {words.t("install")}
        </button>
      )}
    </section>
  );
}
