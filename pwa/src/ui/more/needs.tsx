/** Behind the status line: what needs this person, said plainly, and what was not accepted, kept readable. */

import type { Owner } from "../../app/owner";
import { seeUnreadable } from "../../app/returning";
import { nameOf } from "../../app/tasks";
import { answerOf, stepOf } from "../../core/answers";
import type { Form, Step } from "../../core/form";
import { type Aside, type Phone, seeAside } from "../../core/phone";
import { type Need, unsentOn } from "../../core/status";
import { stayedHere, toSend } from "../../core/stayed";
import type { Task } from "../../store/types";
import { Named, useShown } from "../context";
import { Frame, Heading } from "../parts";
import { hrefOf, type Route } from "../route";
import { KeepCopy } from "./keep";
import { SendNow } from "./send";
import { memoryWords } from "./warnings";
import { M, useMore } from "./words";

const WORDS_OF: Readonly<
  Record<
    Exclude<Need, "aside" | "memory" | "gone">,
    "needs_unsaved" | "needs_unreadable" | "needs_late" | "needs_unknown" | "needs_update" | "needs_sign_in"
  >
> = {
  unsaved: "needs_unsaved",
  unreadable: "needs_unreadable",
  late: "needs_late",
  unknown: "needs_unknown",
  update: "needs_update",
  sign_in: "needs_sign_in",
};

const wordsOf = (need: Exclude<Need, "aside" | "gone">) =>
  need === "memory" ? memoryWords() : WORDS_OF[need];

export function Needs() {
  const { app, view } = useShown();
  const words = useMore();
  const asides = view.owner === null ? [] : asidesOf(view.owner);
  const nUnreadable = view.owner?.keeper.phone().nUnreadable ?? 0;
  const again = () => {
    void app.refresh();
    view.owner?.wake("manual");
  };
  const seen = () => {
    const all = (phone: Phone) => phone.sheets.reduce((now, sheet) => seeAside(now, sheet.id), phone);
    void view.owner?.keeper.update(all);
  };
  const stayed = view.owner === null ? [] : stayedOf(view.owner, view.needs.includes("sign_in"));
  const letGo = async () => {
    for (const { task } of stayed) await view.owner?.forget(task);
  };
  const nToSend = view.owner === null ? 0 : toSend(view.owner.keeper.phone());
  const canSend = nToSend > 0 || view.needs.some((need) => !STAYS.includes(need));
  const footer = canSend ? (
    <SendNow label="send_now" onSend={again} />
  ) : (
    <a class="button" href={hrefOf({ screen: "inbox" })}>
      {words.t("to_list")}
    </a>
  );
  const mustSignIn = view.needs.includes("sign_in") || view.needs.includes("unknown");
  return (
    <Frame back={{ screen: "inbox" }} footer={footer}>
      <Heading id="needs">{words.t("needs_title")}</Heading>
      {view.needs.length === 0 && (
        <p class="lead">
          {nToSend > 0 ? words.t("needs_waiting", { n: nToSend }) : words.t("needs_nothing")}
        </p>
      )}
      {view.needs.map((need) =>
        need === "gone" ? (
          stayed.filter(({ isGone }) => isGone).map((one) => <Gone key={one.task.assignment.id} {...one} />)
        ) : (
          <p class="note" key={need}>
            {need === "aside"
              ? words.t("needs_aside", { n: asides.length })
              : words.t(wordsOf(need), { n: nUnreadable })}
          </p>
        ),
      )}
      {asides.map(({ aside, task, line, to, said }) => (
        <section class="panel" key={`${aside.version.d}${aside.version.n}`}>
          <p class="eyebrow">
            <bdi>{nameOf(task)}</bdi>
          </p>
          <a class="quiet-link" href={hrefOf(to)}>
            <span dir="auto">
              {line === undefined ? (
                words.t("to_sheet")
              ) : (
                <Named text={line.text} name={task.assignment.ratee} />
              )}
            </span>
          </a>
          {said !== "" && <blockquote dir="auto">{said}</blockquote>}
          <p class="hint">{words.t(reasonOf(aside))}</p>
        </section>
      ))}
      {asides.length > 0 && (
        <button class="button button-soft" type="button" onClick={seen}>
          {words.t("aside_seen")}
        </button>
      )}
      {nUnreadable > 0 && view.owner !== null && <SeenButton owner={view.owner} />}
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
      <KeepCopy />
    </Frame>
  );
}

/** What was refused, or what nobody takes any more, stays here whatever is sent. */
const STAYS: readonly Need[] = ["aside", "late", "gone"];

interface Stayed {
  readonly task: Task;
  readonly n: number;
  /** The person is not asked any more; else the round is over. */
  readonly isGone: boolean;
}

function stayedOf(owner: Owner, isSignedOut: boolean): readonly Stayed[] {
  const sheets = stayedHere(owner.keeper.phone(), isSignedOut);
  return owner.tasks().flatMap((task) => {
    const sheet = sheets.find((one) => one.id === task.assignment.id);
    return sheet === undefined ? [] : [{ task, n: unsentOn(sheet), isGone: sheet.status === "revoked" }];
  });
}

function Gone({ task, n }: Stayed) {
  return (
    <p class="note">
      <span>
        <M k="needs_gone" values={{ name: nameOf(task), n }} />
      </span>
    </p>
  );
}

/** A disk that cannot note it asks again at the next start. */
function SeenButton({ owner }: { readonly owner: Owner }) {
  const words = useMore();
  const seen = () => void seeUnreadable(owner).catch(() => undefined);
  return (
    <button class="button button-soft" type="button" onClick={seen}>
      {words.t("unreadable_seen")}
    </button>
  );
}

interface Refused {
  readonly aside: Aside;
  readonly task: Task;
  /** The line it was given on; none for what is said of the sheet as a whole. */
  readonly line: Step | undefined;
  readonly to: Route;
  /** The value in the words it was given in. */
  readonly said: string;
}

function asidesOf(owner: Owner): readonly Refused[] {
  return owner
    .tasks()
    .flatMap((task) =>
      (owner.sheet(task)?.aside ?? [])
        .filter((aside) => !aside.isSeen)
        .map((aside) => refusedOf(aside, task, owner.form(task))),
    );
}

function refusedOf(aside: Aside, task: Task, form: Form | null): Refused {
  const { cell, version } = aside;
  const { id } = task.assignment;
  const at = form === null ? -1 : stepOf(form, cell);
  const line = form?.steps[at];
  const words = form === null || line === undefined ? null : answerOf(line, form, { [cell]: [version] });
  const isWord = typeof version.v === "string" || typeof version.v === "number";
  return {
    aside,
    task,
    line,
    to: line === undefined ? { screen: "task", task: id } : { screen: "step", task: id, step: at },
    said: words ?? (isWord ? String(version.v) : ""),
  };
}

function reasonOf(aside: Aside): "reason_unknown_cell" | "reason_too_long" | "reason_other" {
  if (aside.reason === "unknown_cell") return "reason_unknown_cell";
  return aside.reason === "too_long" ? "reason_too_long" : "reason_other";
}
