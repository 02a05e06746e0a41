/** Leaving a phone that others use too, and the person's word against a changed way to sign in. */

import { useState } from "preact/hooks";
import { losesUnsent } from "../../app/leaving";
import { useShown } from "../context";
import { SendNow } from "./send";
import { M, useMore } from "./words";

/** One tap when all is sent; else the person decides what happens to the rest. */
export function SharedLeaving() {
  const { app, view } = useShown();
  const words = useMore();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button
        class="button button-soft"
        type="button"
        onClick={() => (view.unsent > 0 ? setAsked(true) : void app.signOut())}
      >
        {words.t("shared_done")}
      </button>
    );
  const isLoss = losesUnsent(view.needs);
  const unsent = isLoss ? "sign_out_lost" : "shared_unsent";
  return (
    <div class="panel stack" role="alert">
      <p>{words.t(view.unsent > 0 ? unsent : "shared_all_sent", { n: view.unsent })}</p>
      {view.unsent > 0 && <SendNow label="shared_send" onSend={() => view.owner?.wake("manual")} />}
      <button class="button button-soft" type="button" onClick={() => void app.signOut()}>
        {words.t(view.unsent === 0 ? "shared_done" : isLoss ? "sign_out_lose" : "shared_lock")}
      </button>
      {view.unsent > 0 && !isLoss && (
        <button class="quiet-button" type="button" onClick={() => void app.wipe()}>
          {words.t("shared_drop", { n: view.unsent })}
        </button>
      )}
      <button class="quiet-button" type="button" onClick={() => setAsked(false)}>
        {words.t("cancel")}
      </button>
    </div>
  );
}

/** On the list, where nobody overlooks it. */
export function IdentityNote() {
  const { app, view } = useShown();
  const words = useMore();
  const [state, setState] = useState<"ask" | "failed" | "told">("ask");
  const first = view.identity[0];
  if (state === "told")
    return (
      <p class="note" role="status">
        {words.t("identity_told")}
      </p>
    );
  if (first === undefined) return null;
  const refuse = async () => setState((await app.refuseIdentity()) ? "told" : "failed");
  return (
    <section class="note stack" aria-label={words.t("identity_title")}>
      <p>
        <M
          k={first.kind === "card" ? "identity_card" : "identity_mail"}
          values={{ date: words.date(first.dueAt) }}
        />
      </p>
      {state === "failed" && (
        <p class="problem" role="alert">
          {words.t("no_network")}
        </p>
      )}
      <button class="button button-soft" type="button" onClick={() => void refuse()}>
        {words.t("not_me")}
      </button>
    </section>
  );
}
