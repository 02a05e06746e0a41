/** Under the list of questions: what has to be known or done beside them, then everything else there is to read. */

import { useShown } from "../context";
import { Extras } from "./extras";
import { Install } from "./install";
import { IdentityNote, SharedLeaving } from "./shared";
import { Warnings } from "./warnings";
import { useMore } from "./words";

export function UnderList() {
  const { app, view } = useShown();
  const words = useMore();
  return (
    <>
      {view.update !== null && (
        <section class="note">
          <p>{words.t("update_ready")}</p>
          <button class="button button-soft" type="button" onClick={view.update}>
            {words.t("load_update")}
          </button>
        </section>
      )}
      {view.needs.includes("sign_in") && (
        <section class="note">
          <p>{words.t("needs_sign_in")}</p>
          <button class="button button-soft" type="button" onClick={() => app.signInAgain(true)}>
            {words.t("sign_in_title")}
          </button>
        </section>
      )}
      <Warnings />
      <IdentityNote />
      {view.isShared && <SharedLeaving />}
      <Install />
      {view.owner !== null && <Extras owner={view.owner} />}
    </>
  );
}
