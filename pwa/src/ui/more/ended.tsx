/** What a sheet says after the last tap: received, waiting, declined, closed. */

import type { Owner } from "../../app/owner";
import { isOwnSide, nameOf, openPairOf, stateOf, type TaskState } from "../../app/tasks";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { Icon } from "../icons";
import { PairState } from "../inbox";
import { Frame, Heading } from "../parts";
import { hrefOf } from "../route";
import { Receipt } from "./corner";
import { M, type MoreKey, useMore } from "./words";

const TITLES: Partial<Record<TaskState, [title: MoreKey, lead: MoreKey]>> = {
  received: ["done_received_title", "done_received"],
  finished: ["done_finished_title", "done_finished"],
  declined: ["declined_title", "declined_lead"],
  closed: ["closed_title", "closed_lead"],
  opened: ["opened_title", "opened_lead"],
  gone: ["gone_title", "gone_lead"],
};

export function Ended({ task, state }: { readonly task: Task; readonly state: TaskState }) {
  const { view } = useShown();
  const words = useMore();
  const owner = view.owner;
  const [title, lead] = TITLES[state] ?? ["closed_title", "closed_lead"];
  if (owner === null) return null;
  const isDone = state === "received" || state === "finished" || state === "declined";
  const late = owner.sheet(task)?.rows.filter((row) => row.dirty).length ?? 0;
  const { closesAt, pair } = task.assignment;
  const sheet = owner.sheet(task);
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<bdi>{nameOf(task)}</bdi>}
      footer={<Onward owner={owner} task={task} />}
    >
      <div class={`ended ended-${state}`}>
        <Icon name={state === "finished" ? "phone" : "check"} />
        <Heading id={state}>{words.t(title)}</Heading>
        <p class="lead">
          {state === "received" && isOwnSide(task) ? (
            words.t("pair_arrived")
          ) : (
            <M k={lead} values={{ name: pairName(task) }} />
          )}
        </p>
        {state === "received" && sheet !== undefined && <Receipt sheet={sheet} />}
        {state === "received" && !pair && (
          <p class="hint">{words.t("submit_lead", { date: words.deadline(closesAt, Date.now()) })}</p>
        )}
        {isDone && pair && state !== "declined" && (
          <>
            <p>{words.t("pair_done")}</p>
            <PairState pair={pair} />
          </>
        )}
        {!isDone && late > 0 && (
          <p class="note">{words.t(state === "opened" ? "stayed_opened" : "stayed", { n: late })}</p>
        )}
        {isDone && <Reopen owner={owner} task={task} state={state} />}
        {!isDone && (
          <button class="button button-soft" type="button" onClick={() => void owner.forget(task)}>
            {words.t("remove_here")}
          </button>
        )}
      </div>
    </Frame>
  );
}

/** The other one of two, or the person a view is about. */
const pairName = (task: Task): string =>
  (isOwnSide(task) ? task.assignment.pair?.other : undefined) ?? task.assignment.ratee;

function Reopen({
  owner,
  task,
  state,
}: {
  readonly owner: Owner;
  readonly task: Task;
  readonly state: TaskState;
}) {
  const words = useMore();
  const { id } = task.assignment;
  const [cell, value] = state === "declined" ? (["@decline", null] as const) : (["@submit", false] as const);
  const reopen = () => {
    void owner.enter(task, { cell, value, renderedFrom: owner.cells(task)[cell] ?? [] });
    location.hash = hrefOf(
      state === "declined" ? { screen: "brief", task: id } : { screen: "review", task: id },
    );
  };
  return (
    <button class="quiet-button" type="button" onClick={reopen}>
      {words.t(state === "declined" ? "decline_undo" : "change_answers")}
    </button>
  );
}

function Onward({ owner, task }: { readonly owner: Owner; readonly task: Task }) {
  const words = useMore();
  const pair = openPairOf(task, owner.pairs());
  if (pair !== undefined) {
    return (
      <a class="button" href={hrefOf({ screen: "gaps", cycle: pair.cycle, employee: pair.employee.id })}>
        {words.t("pair_see")}
      </a>
    );
  }
  const open = owner.tasks().find((one) => {
    const isOther = one.assignment.id !== task.assignment.id && owner.form(one) !== null;
    return isOther && ["new", "draft", "ready"].includes(stateOf(one, owner.form(one), owner.keeper.phone()));
  });
  if (open === undefined) {
    return (
      <a class="button" href={hrefOf({ screen: "inbox" })}>
        {words.t("to_list")}
      </a>
    );
  }
  return (
    <a class="button" href={hrefOf({ screen: "task", task: open.assignment.id })}>
      <span>
        <M k="next_person" values={{ name: open.assignment.ratee }} />
      </span>
    </a>
  );
}
