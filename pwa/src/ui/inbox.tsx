/** The list: who counts on this person's view, how far each is, and whether it works without network. */

import type { Owner } from "../app/owner";
import { isOwnSide, isToSendAgain, nameOf, openPairOf, stateOf, type TaskState } from "../app/tasks";
import { minutesLeft, progress } from "../core/asked";
import type { Assignment, Pair } from "../core/wire";
import type { Task } from "../store/types";
import { T, useShown, useWords } from "./context";
import { Icon, Mark } from "./icons";
import { WithLater } from "./lazy";
import { Heading, Progress, Status } from "./parts";
import { hrefOf } from "./route";
import { placeOf } from "./step";

export function Inbox() {
  const { view } = useShown();
  const words = useWords();
  const owner = view.owner;
  const tasks = owner === null ? [] : owner.tasks().filter((task) => !isShownAsPair(owner, task));
  const title = tasks.every(isOwnSide) ? "inbox_own_title" : "inbox_title";
  return (
    <div class="screen">
      <header class="bar bar-home">
        <p class="brand">
          <Mark />
          <span>{words.t("app")}</span>
        </p>
        <WithLater isPart>{(later) => <later.Corner />}</WithLater>
        <a class="icon-button" href={hrefOf({ screen: "menu" })} aria-label={words.t("menu")}>
          <Icon name="menu" />
        </a>
      </header>
      <main class="content" id="content">
        <p class="hello">
          <T k="inbox_hello" values={{ name: view.person?.name ?? "" }} />
        </p>
        <Heading id="inbox">{words.t(tasks.length > 0 ? title : "inbox_empty_title")}</Heading>
        {owner !== null && tasks.length > 0 ? (
          <Tasks owner={owner} tasks={tasks} />
        ) : (
          <p class="lead">{words.t("inbox_empty")}</p>
        )}
        <WithLater isPart>{(later) => <later.UnderList />}</WithLater>
      </main>
      <footer class="foot">
        <div class="foot-status">
          <Status />
        </div>
      </footer>
    </div>
  );
}

/** An open pair stands further down; its sheet is listed only while something on it was set aside. */
function isShownAsPair(owner: Owner, task: Task): boolean {
  const sheet = owner.sheet(task);
  const isSettled = sheet?.rows.every((row) => !row.dirty) ?? true;
  return isSettled && openPairOf(task, owner.pairs()) !== undefined;
}

function Tasks({ owner, tasks }: { readonly owner: Owner; readonly tasks: readonly Task[] }) {
  const waiting = tasks.filter((task) => owner.form(task) === null).length;
  return (
    <>
      <WithLater isPart>{(later) => <later.ReadyOffline tasks={tasks} />}</WithLater>
      {waiting > 0 && (
        <p class="quiet">
          <T k="not_ready" values={{ n: waiting }} />
        </p>
      )}
      <ul class="cards">
        {sorted(owner, tasks).map((task) => (
          <li key={task.assignment.id}>
            <Card owner={owner} task={task} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Then nobody is waited for any more. */
const OVER: readonly TaskState[] = ["opened", "closed", "gone"];

const ORDER: readonly TaskState[] = ["draft", "ready", "new", "finished", "received", "declined", "late"];

/** What is begun comes first, what is done goes down; within a state the order of the inbox stays. */
function sorted(owner: Owner, tasks: readonly Task[]): readonly Task[] {
  const rank = (task: Task) => {
    const at = ORDER.indexOf(stateOf(task, owner.form(task), owner.keeper.phone()));
    return at === -1 ? ORDER.length : at;
  };
  return [...tasks].sort((a, b) => rank(a) - rank(b));
}

function Card({ owner, task }: { readonly owner: Owner; readonly task: Task }) {
  const words = useWords();
  const { assignment } = task;
  const form = owner.form(task);
  const state = stateOf(task, form, owner.keeper.phone());
  const isOpen = state === "new" || state === "draft" || state === "ready";
  const cells = owner.cells(task);
  // Sent in before, or perhaps begun where this phone may not look: the note of the card has the words.
  const isNoted = isOpen && (isToSendAgain(cells) || (state === "new" && !assignment.read));
  const count = form === null ? { answered: 0, total: 0 } : progress(form, cells);
  const left = form === null ? assignment.minutes : minutesLeft(form, cells);
  const body = (
    <>
      <span class="card-head">
        <strong class="card-name">
          <bdi>{nameOf(task)}</bdi>
        </strong>
        {isOpen && form !== null && <span class="pill">{words.t(state === "new" ? "start" : "go_on")}</span>}
        {(state === "received" || state === "finished") && <Icon name="check" />}
      </span>
      <span class="card-sub">
        <Relationship assignment={assignment} />
        {!isOwnSide(task) && (
          <>
            {" · "}
            <bdi>{assignment.title}</bdi>
          </>
        )}
      </span>
      {assignment.pair && !OVER.includes(state) && <PairState pair={assignment.pair} />}
      {isOpen && count.answered > 0 && <Progress done={count.answered} total={count.total} />}
      <span class="card-state">
        {!isNoted && <span>{stateWords(state, count, words)}</span>}
        <WithLater isPart>{(later) => <later.CardNote task={task} isNoted={isNoted} />}</WithLater>
        {isOpen && (
          <span>
            {state !== "ready" && `${words.t("minutes", { n: left })} · `}
            {words.t("closes", { date: words.deadline(assignment.closesAt, Date.now()) })}
          </span>
        )}
      </span>
    </>
  );
  if (form === null || state === "late") return <div class="card card-off">{body}</div>;
  const isBegun = state === "draft" || state === "ready";
  const to = isBegun ? placeOf(task, form, cells) : ({ screen: "task", task: assignment.id } as const);
  return (
    <a class={`card card-${state}`} href={hrefOf(to)}>
      {body}
    </a>
  );
}

function stateWords(
  state: TaskState,
  count: { readonly answered: number; readonly total: number },
  words: ReturnType<typeof useWords>,
): string {
  if (state === "draft") return words.t("state_draft", { done: count.answered, total: count.total });
  return words.t(`state_${state}`);
}

export function Relationship({ assignment }: { readonly assignment: Assignment }) {
  const { relationship, ratee } = assignment;
  if (relationship === "manager") return <T k="rel_manager" values={{ name: ratee }} />;
  if (relationship === "self") return <T k="rel_self" />;
  if (relationship === "direct_report") return <T k="rel_direct_report" />;
  return <T k={relationship === "external" ? "rel_external" : "rel_peer"} />;
}

/** The other side is named, so both may know whether it has answered; nothing else. */
export function PairState({ pair }: { readonly pair: Pair }) {
  return (
    <span class="card-sub">
      <T k={pair.otherAnswered ? "pair_answered" : "pair_not_yet"} values={{ name: pair.other }} />
    </span>
  );
}
