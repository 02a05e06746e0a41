/** The last resort: unsent answers in a file the person keeps, and the way back from it. */

import { useState } from "preact/hooks";
import { nameOf } from "../../app/tasks";
import { parseRescue, rescueFile, takeBack } from "../../core/rescue";
import { leftBehind } from "../../core/stayed";
import { WireError } from "../../core/wire";
import { useShown } from "../context";
import { useMore } from "./words";

const LONGEST_FILE = 4 * 1024 * 1024;

/** Says what the file holds before it is made; on a phone that others use it would stay behind, so there is none. */
export function KeepCopy() {
  const { view } = useShown();
  const words = useMore();
  const [isKept, setKept] = useState(false);
  const { owner } = view;
  const n = view.unsent;
  const mayReturn = owner !== null && n > leftBehind(owner.keeper.phone(), view.needs.includes("sign_in"));
  if (owner === null || view.isShared || n === 0) return null;
  const keep = () => {
    const asked = owner.tasks().map((task) => ({
      id: task.assignment.id,
      about: nameOf(task),
      round: task.assignment.title,
      form: owner.form(task),
    }));
    save(rescueFile(owner.keeper.phone(), asked, new Date().toISOString()));
    setKept(true);
  };
  return (
    <section class="keep stack" aria-labelledby="keep">
      <h2 class="subtitle" id="keep">
        {words.t("keep_title")}
      </h2>
      <p>
        {words.t("keep_lead", { n })} {mayReturn && words.t("keep_back")}
      </p>
      <button class="button button-soft" type="button" onClick={keep}>
        {words.t("keep_do")}
      </button>
      <p class="hint" role="status">
        {isKept && words.t("keep_done")}
      </p>
    </section>
  );
}

function save(file: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "sightline-answers.json";
  link.click();
  // The browser has taken the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Takes answers of such a file back; they are sent like any others. */
export function BringBack() {
  const { view } = useShown();
  const words = useMore();
  const [said, setSaid] = useState<string | null>(null);
  const { owner } = view;
  if (owner === null) return null;
  const bring = async (file: File) => {
    try {
      const sheets = parseRescue(JSON.parse(file.size > LONGEST_FILE ? "" : await file.text()));
      let back = { n: 0, isHere: false };
      await owner.keeper.update((phone) => {
        const taken = takeBack(phone, sheets);
        back = taken;
        return taken.phone;
      });
      owner.wake("manual");
      const { n, isHere } = back;
      setSaid(words.t(n > 0 ? "bring_done" : isHere ? "bring_known" : "bring_none", { n }));
    } catch (error) {
      if (!(error instanceof WireError || error instanceof SyntaxError)) throw error;
      setSaid(words.t("bring_wrong"));
    }
  };
  return (
    <details class="fold">
      <summary class="quiet-button">{words.t("bring_title")}</summary>
      <label class="field">
        <span class="hint">{words.t("bring_lead")}</span>
        <input
          type="file"
          accept="application/json,.json"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) void bring(file);
            // Otherwise the same file, chosen again, would be no change.
            event.currentTarget.value = "";
          }}
        />
      </label>
      <p class="hint" role="status">
        {said}
      </p>
    </details>
  );
}
