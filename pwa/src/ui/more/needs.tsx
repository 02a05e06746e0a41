/** Behind the status line: what needs this person, said plainly, and what was not accepted, kept readable. */

import type { Owner } from "../../app/owner";
import { type Aside, type Phone, seeAside } from "../../core/phone";
import { type Need, stayedHere } from "../../core/status";
import { useShown } from "../context";
import { Frame, Heading } from "../parts";
import { KeepCopy } from "./keep";
import { memoryWords } from "./warnings";
import { useMore } from "./words";

const WORDS_OF: Readonly<
  Record<
    Exclude<Need, "aside" | "memory">,
    "needs_unsaved" | "needs_late" | "needs_unknown" | "needs_update" | "needs_sign_in"
  >
> = {
  unsaved: "needs_unsaved",
  late: "needs_late",
  unknown: "needs_unknown",
  update: "needs_update",
  sign_in: "needs_sign_in",
};

const wordsOf = (need: Exclude<Need, "aside">) => (need === "memory" ? memoryWords() : WORDS_OF[need]);

export function Needs() {
  const { app, view } = useShown();
  const words = useMore();
  const asides = view.owner === null ? [] : asidesOf(view.owner);
  const again = () => {
    void app.refresh();
    view.owner?.wake("manual");
  };
  const seen = () => {
    const all = (phone: Phone) => phone.sheets.reduce((now, sheet) => seeAside(now, sheet.id), phone);
    void view.owner?.keeper.update(all);
  };
  const stayed =
    view.owner?.tasks().filter((task) => {
      const phone = view.owner?.keeper.phone();
      return phone !== undefined && stayedHere(phone).includes(task.assignment.id);
    }) ?? [];
  const letGo = async () => {
    for (const task of stayed) await view.owner?.forget(task);
  };
  const footer = (
    <button class="button" type="button" onClick={again}>
      {words.t("send_now")}
    </button>
  );
  const mustSignIn = view.needs.includes("sign_in") || view.needs.includes("unknown");
  return (
    <Frame back={{ screen: "inbox" }} footer={footer}>
      <Heading id="needs">{words.t("needs_title")}</Heading>
      {view.needs.length === 0 && <p class="lead">{words.t("needs_nothing")}</p>}
      {view.needs.map((need) => (
        <p class="note" key={need}>
          {need === "aside" ? words.t("needs_aside", { n: asides.length }) : words.t(wordsOf(need))}
        </p>
      ))}
      {asides.map(({ aside, name }) => (
        <section class="panel" key={`${aside.version.d}${aside.version.n}`}>
          <p class="eyebrow">
            <bdi>{name}</bdi>
          </p>
          <blockquote dir="auto">{String(aside.version.v ?? "")}</blockquote>
          <p class="hint">{words.t(reasonOf(aside))}</p>
        </section>
      ))}
      {view.needs.length > 0 && <KeepCopy />}
      {asides.length > 0 && (
        <button class="button button-soft" type="button" onClick={seen}>
          {words.t("aside_seen")}
        </button>
      )}
      {stayed.length > 0 && (
        <button class="button button-soft" type="button" onClick={() => void letGo()}>
          {words.t("late_seen")}
        </button>
      )}
      {mustSignIn && (
        <button class="button button-soft" type="button" onClick={() => app.signInAgain(true)}>
          {words.t("sign_in_title")}
        </button>
      )}
      {view.needs.includes("update") && (
        <button class="button button-soft" type="button" onClick={() => location.reload()}>
          {words.t("load_update")}
        </button>
      )}
    </Frame>
  );
}

function asidesOf(owner: Owner): readonly { readonly aside: Aside; readonly name: string }[] {
  return owner
    .tasks()
    .flatMap((task) =>
      (owner.sheet(task)?.aside ?? [])
        .filter((aside) => !aside.isSeen)
        .map((aside) => ({ aside, name: task.assignment.ratee })),
    );
}

function reasonOf(aside: Aside): "reason_unknown_cell" | "reason_too_long" | "reason_other" {
  if (aside.reason === "unknown_cell") return "reason_unknown_cell";
  return aside.reason === "too_long" ? "reason_too_long" : "reason_other";
}
