/** One line at a time: the statement, five named points with their anchors, and the next one after a tap. */

import { useEffect } from "preact/hooks";
import { nameOf } from "../app/tasks";
import { isStepAnswered, minutesLeft, noteFor, pointLabel, unansweredSteps, valueAt } from "../core/asked";
import type { Form, Line, Question, Step } from "../core/form";
import type { Sheet, Value } from "../core/sheet";
import type { Task } from "../store/types";
import { ForeignNote, foreign, Named, useShown, useWords } from "./context";
import { diskFirst } from "./draw";
import { WithLater } from "./lazy";
import { Frame, Heading } from "./parts";
import { hrefOf, type TaskRoute } from "./route";
import { ScaleField } from "./scale";

/** Long enough to see the own choice, short enough not to wait for it. */
export const ADVANCE_MS = 260;

export function StepScreen({
  task,
  form,
  at,
}: {
  readonly task: Task;
  readonly form: Form;
  readonly at: number;
}) {
  const { view } = useShown();
  const words = useWords();
  const owner = view.owner;
  const step = form.steps[at];
  const { ratee } = task.assignment;
  usePlace(task, at);
  if (owner === null || step === undefined) return null;
  const cells = owner.cells(task);
  const next = hrefAfter(task, form, at);
  const left = minutesLeft(form, cells);
  const place = words.t("of", { done: at + 1, total: form.steps.length });
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<bdi>{nameOf(task)}</bdi>}
      about={{ screen: "brief", task: task.assignment.id }}
      sub={left === 0 ? place : `${place} · ${words.t("minutes_left", { n: left })}`}
      progress={{ done: at + 1, total: form.steps.length }}
      footer={<Steps task={task} form={form} step={step} at={at} next={next} />}
      aside={<WithLater isPart>{(later) => <later.Undo task={task} at={at} />}</WithLater>}
      isDense={step.kind === "line" || step.kind === "pulse"}
    >
      <StepHead step={step} form={form} at={at} ratee={ratee} />
      {step.questions.map((question) => (
        <Field
          key={question.cell}
          task={task}
          form={form}
          step={step}
          question={question}
          at={at}
          next={next}
        />
      ))}
      <WithLater isPart>{(later) => <later.LineExtras task={task} form={form} step={step} />}</WithLater>
    </Frame>
  );
}

/** Remembers where the person is, for the next start. */
export function usePlace(task: Task, at: number): void {
  const { view } = useShown();
  const { owner } = view;
  const { id } = task.assignment;
  useEffect(() => {
    if (task.place !== at) owner?.noteTask(id, { place: at });
  }, [at, id, owner, task.place]);
}

export function hrefAfter(task: Task, form: Form, at: number): string {
  const { id } = task.assignment;
  if (at + 1 < form.steps.length) return hrefOf({ screen: "step", task: id, step: at + 1 });
  return hrefOf({ screen: "review", task: id });
}

/** Where a sheet goes on: where this phone left it, else at the first open line; with nothing open at the last look. */
export function placeOf(task: Task, form: Form, cells: Sheet): TaskRoute {
  const { id } = task.assignment;
  const [first] = unansweredSteps(form, cells);
  if (first === undefined) return { screen: "review", task: id };
  return { screen: "step", task: id, step: task.place ?? first };
}

interface StepsProps {
  /** The screen has a next step of its own; going on is for later. */
  readonly isAhead?: boolean;
  readonly task: Task;
  readonly form: Form;
  readonly step: Step;
  readonly at: number;
  readonly next: string;
}

export function Steps({ isAhead = false, task, form, step, at, next }: StepsProps) {
  const { view } = useShown();
  const words = useWords();
  const { id } = task.assignment;
  const cells = view.owner?.cells(task) ?? {};
  const isDone = !isAhead && isStepAnswered(step, form, cells);
  const before =
    at === 0 ? hrefOf({ screen: "brief", task: id }) : hrefOf({ screen: "step", task: id, step: at - 1 });
  return (
    <div class="foot-row">
      <a class="button button-soft" href={before}>
        {words.t("back")}
      </a>
      <a class={isDone ? "button" : "button button-soft"} href={next}>
        {words.t(isDone ? "next" : "skip_line")}
      </a>
    </div>
  );
}

export function StepHead({
  step,
  form,
  at,
  ratee,
  isBack = false,
}: {
  readonly step: Step;
  readonly form: Form;
  readonly at: number;
  readonly ratee: string;
  /** The card of the line has turned: for a reader a new page. */
  readonly isBack?: boolean;
}) {
  const words = useWords();
  const section = step.kind === "line" ? form.sections.find((one) => one.id === step.section) : undefined;
  return (
    <>
      {section !== undefined && section.title !== "" && (
        <p class="eyebrow" {...foreign(section.lang, words)}>
          {section.title}
          {step.kind === "line" && <Way line={step} />}
        </p>
      )}
      <Heading
        id={isBack ? `${at} back` : `${at}`}
        className="statement"
        attributes={foreign(step.lang, words)}
      >
        <Named text={step.text} name={ratee} />
      </Heading>
      <ForeignNote lang={step.lang} />
      {step.kind === "pulse" && <p class="hint">{words.t("pulse_hint")}</p>}
    </>
  );
}

/** Only where the rating comes after what the card would show. */
function Way({ line: { variation, gate } }: { readonly line: Line }) {
  if (variation === null || gate !== null) return null;
  return <WithLater isPart>{(later) => <later.Way variation={variation} />}</WithLater>;
}

interface FieldProps {
  readonly task: Task;
  readonly form: Form;
  readonly step: Step;
  readonly question: Question;
  readonly at: number;
  readonly next: string;
}

function Field({ task, form, step, question, at, next }: FieldProps) {
  const { view, setLast } = useShown();
  const owner = view.owner;
  if (owner === null) return null;
  const cells = owner.cells(task);
  const versions = cells[question.cell] ?? [];
  if (question.kind !== "scale")
    return (
      <WithLater isPart>{(later) => <later.Written task={task} step={step} question={question} />}</WithLater>
    );
  const value = valueAt(cells, question.cell);
  const scale = form.scales[question.scale];
  if (scale === undefined) return null;
  const choose = (entered: Value, isTap: boolean) => {
    const isFirst = value === null;
    diskFirst(() => owner.enter(task, { cell: question.cell, value: entered, renderedFrom: versions }));
    if (!isFirst || !isTap || entered === null || step.questions.length > 1) return;
    // What was seen is asked while it is in mind; nobody has to answer.
    if (noteFor(step, entered) !== null) return;
    const label = pointLabel(scale, entered) ?? "";
    setTimeout(() => {
      setLast({ task: task.assignment.id, step: at, cell: question.cell, before: value, label });
      location.hash = next;
    }, ADVANCE_MS);
  };
  const goOn = () => {
    if (isStepAnswered(step, form, owner.cells(task))) location.hash = next;
  };
  const anchors = step.kind === "line" ? step.anchors : null;
  return (
    <ScaleField
      question={question}
      scale={scale}
      anchors={anchors}
      lang={step.lang}
      labelLang={form.locale}
      legend={question.text === "" ? step.text : null}
      name={task.assignment.ratee}
      value={value}
      onChoose={choose}
      onEnter={goOn}
    />
  );
}
