/** The button that sends now, and what came of it: that the server was not reached is said, not left to be guessed. */

import { useState } from "preact/hooks";
import { toSend } from "../../core/stayed";
import { useShown } from "../context";
import { type MoreKey, useMore } from "./words";

/** A server that is away says so in no time; a blink would not be taken for an answer. */
const SEEN_MS = 800;

export function SendNow({ label, onSend }: { readonly label: MoreKey; readonly onSend: () => void }) {
  const { view } = useShown();
  const words = useMore();
  const [tried, setTried] = useState<"not" | "just" | "once">("not");
  const send = () => {
    setTried("just");
    setTimeout(() => setTried("once"), SEEN_MS);
    onSend();
  };
  const phone = view.owner?.keeper.phone();
  const isUnderWay = tried === "just" || (tried === "once" && view.status.kind === "sending");
  const since = phone?.queue.failingSince;
  const isWaiting = phone !== undefined && toSend(phone) > 0;
  const said =
    since !== undefined
      ? words.t("not_reached", { time: words.deadline(since, Date.now()) })
      : tried === "once" && words.t("no_network");
  return (
    <>
      <p class="hint" role="status">
        {isUnderWay ? words.t("loading") : isWaiting && said}
      </p>
      <button class="button" type="button" onClick={send}>
        {words.t(label)}
      </button>
    </>
  );
}
