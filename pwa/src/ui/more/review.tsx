/** The last look: what is missing first, then every answer, then *send in*. */

import { isSentIn, isToSendAgain, nameOf } from "../../app/tasks";
import { answerOf } from "../../core/answers";
import { linesInScope, unansweredSteps } from "../../core/asked";
import type { Form, Step } from "../../core/form";
import { namesSomebody, saysOnlyMe } from "../../core/hints";
import { distinctTexts } from "../../core/merge";
import type { Sheet } from "../../core/sheet";
import type { Task } from "../../store/types";
import { foreign, Named, useShown } from "../context";
import { Frame, Heading } from "../parts";
import { hrefOf } from "../route";
import { isTwice } from "./two-texts";
import { isUnseen, Unseen } from "./unseen";
import { M, useMore } from "./words";

export function Review({ task, form }: { readonly task: Task; readonly form: Form }) {
  const { view } = useShown();
  const words = useMore();
  const owner = view.owner;
  if (owner === null) return null;
  const { id } = task.assignment;
  const cells = owner.cells(task);
  const open = unansweredSteps(form, cells);
  return (
    <Frame
      back={{ screen: "step", task: id, step: form.steps.length - 1 }}
      title={<bdi>{nameOf(task)}</bdi>}
      about={{ screen: "brief", task: id }}
      progress={{ done: form.steps.length - open.length, total: form.steps.length }}
      footer={<Onward task={task} form={form} cells={cells} open={open} />}
    >
      <Heading id="review">{words.t("review_title")}</Heading>
      <p class="lead">
        {open.length === 0
          ? words.t("review_complete")
          : words.t(isUnseen(task) ? "review_missing_here" : "review_missing", { n: open.length })}
      </p>
      {isSentIn(task, form, cells) && <p class="note">{words.t("review_sent")}</p>}
      {isToSendAgain(cells) && <p class="note">{words.t("state_again")}</p>}
      {open.length > 0 && <Unseen task={task} />}
      <Hints form={form} cells={cells} names={owner.tasks().map((one) => one.assignment.ratee)} />
      {open.length > 0 && <Answers form={form} cells={cells} task={task} steps={open} />}
      <h2 class="subtitle">{words.t("review_all")}</h2>
      <Answers form={form} cells={cells} task={task} steps={form.steps.map((_, i) => i)} />
    </Frame>
  );
}

interface OnwardProps {
  readonly task: Task;
  readonly form: Form;
  readonly cells: Sheet;
  readonly open: readonly number[];
}

function Onward({ task, form, cells, open }: OnwardProps) {
  const { view, setChanging } = useShown();
  const words = useMore();
  const { id, closesAt, pair } = task.assignment;
  const date = words.deadline(closesAt, Date.now());
  const [first] = open;
  if (isSentIn(task, form, cells))
    return (
      <a class="button" href={hrefOf({ screen: "inbox" })}>
        {words.t("to_list")}
      </a>
    );
  const submit = () => {
    void view.owner?.enter(task, { cell: "@submit", value: true, renderedFrom: cells["@submit"] ?? [] });
    setChanging(null);
  };
  return (
    <>
      {first !== undefined && (
        <a class="button" href={hrefOf({ screen: "step", task: id, step: first })}>
          {words.t("go_on")}
        </a>
      )}
      {(first === undefined || isUnseen(task)) && (
        <>
          <p class="hint">
            {first !== undefined && `${words.t("submit_unseen")} `}
            <M k={pair ? "submit_lead_pair" : "submit_lead"} values={{ name: pair?.other ?? "", date }} />
          </p>
          <button
            class={first === undefined ? "button" : "button button-soft"}
            type="button"
            onClick={submit}
          >
            {words.t("submit")}
          </button>
        </>
      )}
    </>
  );
}

function Hints({
  form,
  cells,
  names,
}: {
  readonly form: Form;
  readonly cells: Sheet;
  readonly names: readonly string[];
}) {
  const words = useMore();
  const texts = form.steps.flatMap((step) =>
    cellsOf(step).flatMap((cell) => distinctTexts(cells[cell] ?? [])),
  );
  return (
    <>
      {texts.some((text) => namesSomebody(text, names)) && <p class="note">{words.t("hint_names")}</p>}
      {form.steps.flatMap(cellsOf).some((cell) => isTwice(cells[cell] ?? [])) && (
        <p class="note">{words.t("review_two")}</p>
      )}
      {texts.some(saysOnlyMe) && <p class="note">{words.t("hint_only")}</p>}
    </>
  );
}

/** Every cell of a step that may hold words. */
function cellsOf(step: Step): readonly string[] {
  const more = step.kind === "line" ? [...step.after, ...(step.note === null ? [] : [step.note])] : [];
  return [...step.questions, ...more].filter((one) => one.kind === "text").map((one) => one.cell);
}

interface AnswersProps {
  readonly form: Form;
  readonly cells: Sheet;
  readonly task: Task;
  readonly steps: readonly number[];
}

function Answers({ form, cells, task, steps }: AnswersProps) {
  const words = useMore();
  const { id, ratee } = task.assignment;
  const none = isUnseen(task) ? "no_answer_here" : "no_answer";
  return (
    <ol class="answers">
      {steps.map((at) => {
        const step = form.steps[at];
        if (step === undefined) return null;
        const answer = answerOf(step, form, cells);
        const mayBeEmpty = isText(step) || hasNoneToPick(step, form, cells);
        return (
          <li key={step.id}>
            <a href={hrefOf({ screen: "step", task: id, step: at })}>
              <span {...foreign(step.lang, words)}>
                <Named text={step.text} name={ratee} />
              </span>
              <strong class={answer === null ? missingClass(mayBeEmpty) : ""} dir="auto">
                {answer ?? words.t(isText(step) ? "no_text" : mayBeEmpty ? "picks_none" : none)}
              </strong>
            </a>
          </li>
        );
      })}
    </ol>
  );
}

const isText = (step: Step): boolean => ["open", "unaided", "teach_back"].includes(step.kind);

const hasNoneToPick = (step: Step, form: Form, cells: Sheet): boolean =>
  step.kind === "top3" && linesInScope(form, cells).length === 0;

/** What may be left empty is not called for. */
const missingClass = (mayBeEmpty: boolean): string => (mayBeEmpty ? "is-empty" : "is-missing");
