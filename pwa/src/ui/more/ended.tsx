/** What a sheet says after the last tap: received, waiting, declined, closed. */

import type { Owner } from "../../app/owner";
import { isOwnSide, nameOf, openPairOf, stateOf, type TaskState } from "../../app/tasks";
import { unansweredSteps } from "../../core/asked";
import { unsentOn } from "../../core/status";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { Icon } from "../icons";
import { PairState } from "../inbox";
import { Frame, Heading } from "../parts";
import { hrefOf } from "../route";
import { Receipt } from "./corner";
import { isUnseen } from "./unseen";
import { M, type MoreKey, useMore } from "./words";

const TITLES: Partial<Record<TaskState, [title: MoreKey, lead: MoreKey]>> = {
  received: ["done_received_title", "done_received"],
  finished: ["done_finished_title", "done_finished"],
  declined: ["declined_title", "declined_lead"],
  closed: ["closed_title", "closed_lead"],
  opened: ["opened_title", "opened_lead"],
  gone: ["gone_title", "gone_lead"],
};

const STAYED: Partial<Record<TaskState, MoreKey>> = { opened: "stayed_opened", gone: "stayed_gone" };

export function Ended({ task, state }: { readonly task: Task; readonly state: TaskState }) {
  const { view } = useShown();
  const words = useMore();
  const owner = view.owner;
  const [title, lead] = TITLES[state] ?? ["closed_title", "closed_lead"];
  if (owner === null) return null;
  const isDone = state === "received" || state === "finished" || state === "declined";
  const sheet = owner.sheet(task);
  const form = owner.form(task);
  const { closesAt, pair } = task.assignment;
  const late = unsentOn(sheet);
  const isOpenHere = form !== null && unansweredSteps(form, owner.cells(task)).length > 0;
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
        {isUnseen(task) && isDone && state !== "declined" && isOpenHere && (
          <p class="note">{words.t("submit_unseen")}</p>
        )}
        {state === "received" && !pair && (
          <p class="hint">{words.t("submit_lead", { date: words.deadline(closesAt, Date.now()) })}</p>
        )}
        {isDone && pair && state !== "declined" && (
          <>
            <p>{words.t("pair_done")}</p>
            <PairState pair={pair} />
          </>
        )}
        {!isDone && late > 0 && <p class="note">{words.t(STAYED[state] ?? "stayed", { n: late })}</p>}
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
  const { setChanging } = useShown();
  const words = useMore();
  const { id } = task.assignment;
  const reopen = () => {
    if (state === "declined") {
      const renderedFrom = owner.cells(task)["@decline"] ?? [];
      void owner.enter(task, { cell: "@decline", value: null, renderedFrom });
    }
    // What was sent in goes on counting until something on it is changed.
    else setChanging(id);
    location.hash = hrefOf({ screen: state === "declined" ? "brief" : "review", task: id });
  };
  return (
    <button class="quiet-button" type="button" onClick={reopen}>
      {words.t(state === "declined" ? "decline_undo" : "change_answers")}
    </button>
  );
}

/** The next one that waits for this person's answers. */
function nextAfter(owner: Owner, task: Task): Task | undefined {
  return owner.tasks().find((one) => {
    const isOther = one.assignment.id !== task.assignment.id && owner.form(one) !== null;
    return isOther && ["new", "draft", "ready"].includes(stateOf(one, owner.form(one), owner.keeper.phone()));
  });
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
  const next = nextAfter(owner, task);
  if (next === undefined) {
    return (
      <a class="button" href={hrefOf({ screen: "inbox" })}>
        {words.t("to_list")}
      </a>
    );
  }
  return (
    <a class="button" href={hrefOf({ screen: "task", task: next.assignment.id })}>
      <span>
        <M k="next_person" values={{ name: nameOf(next) }} />
      </span>
    </a>
  );
}
