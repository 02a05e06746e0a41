/** Declining with a reason; nobody is made to rate what they have not seen. */

import { useState } from "preact/hooks";
import { cleanText } from "../../core/text";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { Frame, Heading } from "../parts";
import { M, useMore } from "./words";

const MOST = 160;
const REASONS = ["decline_unknown", "decline_little", "decline_other"] as const;

export function Decline({ task }: { readonly task: Task }) {
  const { view } = useShown();
  const words = useMore();
  const [chosen, setChosen] = useState<(typeof REASONS)[number] | null>(null);
  const [typed, setTyped] = useState("");
  const owner = view.owner;
  if (owner === null) return null;
  const reason =
    chosen === "decline_other" ? cleanText(typed).trim() : chosen === null ? "" : words.t(chosen);
  const decline = () => {
    const renderedFrom = owner.cells(task)["@decline"] ?? [];
    void owner.enter(task, { cell: "@decline", value: reason.slice(0, MOST), renderedFrom });
  };
  const footer = (
    <button class="button" type="button" disabled={reason === ""} onClick={decline}>
      {words.t("decline_do")}
    </button>
  );
  const { id, ratee } = task.assignment;
  return (
    <Frame back={{ screen: "brief", task: id }} title={<bdi>{ratee}</bdi>} footer={footer}>
      <Heading id="decline">{words.t("decline_title")}</Heading>
      <fieldset class="points">
        <legend class="asked">
          <M k="decline_lead" values={{ name: ratee }} />
        </legend>
        {REASONS.map((key) => (
          <label class="point" key={key}>
            <input type="radio" name="reason" checked={chosen === key} onChange={() => setChosen(key)} />
            <span class="point-text">
              <span class="point-label">{words.t(key)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {chosen === "decline_other" && (
        <label class="field">
          <span>{words.t("decline_reason")}</span>
          <input
            dir="auto"
            maxLength={MOST}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
      )}
    </Frame>
  );
}
