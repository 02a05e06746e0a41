/** What matters most: three lines picked, and for each one line of the own words. */

import { nameOf } from "../../app/tasks";
import { askedQuestions, linesInScope, minutesLeft, picked, picksToGo } from "../../core/asked";
import type { Form, Line, Step, TeachBack, TopThree } from "../../core/form";
import type { Task } from "../../store/types";
import { foreign, Named, useShown, useWords } from "../context";
import { Frame } from "../parts";
import { hrefAfter, StepHead, Steps, usePlace } from "../step";
import { Comment } from "./comment";
import { useMore } from "./words";

interface Props<S extends Step> {
  readonly task: Task;
  readonly form: Form;
  readonly step: S;
  readonly at: number;
}

export function TopThreeScreen({ task, form, step, at }: Props<TopThree>) {
  const { view } = useShown();
  const more = useMore();
  const owner = view.owner;
  if (owner === null) return null;
  const cells = owner.cells(task);
  const lines = linesInScope(form, cells);
  const items = picked(form, cells);
  const toGo = picksToGo(form, cells);
  const pick = (item: string, isOn: boolean) => {
    const next = isOn ? [...items, item] : items.filter((one) => one !== item);
    const value = next.length === 0 ? null : [...next].sort();
    void owner.enter(task, { cell: step.id, value, renderedFrom: cells[step.id] ?? [] });
  };
  return (
    <StepFrame task={task} form={form} step={step} at={at}>
      {lines.length === 0 && <p class="lead">{more.t("picks_none")}</p>}
      <p class="counter" role="status">
        {toGo > 0 ? more.t("picks_to_go", { n: toGo }) : lines.length > items.length && more.t("picks_done")}
      </p>
      <fieldset class="points">
        <legend class="unseen">{step.text.split("{name}").join(task.assignment.ratee)}</legend>
        {lines.map((line) => (
          <Pick
            key={line.id}
            line={line}
            name={task.assignment.ratee}
            isOn={items.includes(line.id)}
            isFull={toGo === 0}
            onChange={(isOn) => pick(line.id, isOn)}
          />
        ))}
      </fieldset>
    </StepFrame>
  );
}

interface PickProps {
  readonly line: Line;
  readonly name: string;
  readonly isOn: boolean;
  readonly isFull: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Pick({ line, name, isOn, isFull, onChange }: PickProps) {
  const words = useWords();
  return (
    <label class={isFull && !isOn ? "point is-off" : "point"}>
      <input
        type="checkbox"
        checked={isOn}
        disabled={isFull && !isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="point-text">
        <span class="point-label" {...foreign(line.lang, words)}>
          <Named text={line.text} name={name} />
        </span>
      </span>
    </label>
  );
}

export function TeachBackScreen({ task, form, step, at }: Props<TeachBack>) {
  const { view } = useShown();
  const words = useWords();
  const more = useMore();
  const cells = view.owner?.cells(task) ?? {};
  const asked = new Set(askedQuestions(step, form, cells).map((question) => question.cell));
  const lines = linesInScope(form, cells);
  return (
    <StepFrame task={task} form={form} step={step} at={at}>
      {asked.size === 0 && <p class="lead">{more.t("teach_first")}</p>}
      {step.questions
        .filter((question) => asked.has(question.cell))
        .map((question) => {
          const line = lines.find((one) => one.id === question.item);
          return (
            <section class="teach" key={question.cell}>
              <h2 class="subtitle" {...foreign(line?.lang ?? form.locale, words)}>
                {line?.text}
              </h2>
              <Comment
                task={task}
                question={question}
                versions={cells[question.cell] ?? []}
                label={line?.text ?? question.text}
              />
            </section>
          );
        })}
    </StepFrame>
  );
}

interface StepFrameProps extends Props<Step> {
  readonly children: preact.ComponentChildren;
}

function StepFrame({ task, form, step, at, children }: StepFrameProps) {
  const { view } = useShown();
  const words = useWords();
  usePlace(task, at);
  const left = minutesLeft(form, view.owner?.cells(task) ?? {});
  const place = words.t("of", { done: at + 1, total: form.steps.length });
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<bdi>{nameOf(task)}</bdi>}
      about={{ screen: "brief", task: task.assignment.id }}
      sub={left === 0 ? place : `${place} · ${words.t("minutes_left", { n: left })}`}
      progress={{ done: at + 1, total: form.steps.length }}
      footer={<Steps task={task} form={form} step={step} at={at} next={hrefAfter(task, form, at)} />}
    >
      <StepHead step={step} form={form} at={at} ratee={task.assignment.ratee} />
      {children}
    </Frame>
  );
}
