/** What is written or ticked rather than rated: comments, and what may be done with them. */

import type { Question, Step } from "../../core/form";
import { readValue } from "../../core/sheet";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { Comment } from "./comment";
import { useMore } from "./words";

interface Props {
  readonly task: Task;
  readonly step: Step;
  readonly question: Question;
}

export function Written({ task, step, question }: Props) {
  const { view } = useShown();
  const owner = view.owner;
  if (owner === null) return null;
  const versions = owner.cells(task)[question.cell] ?? [];
  if (question.kind === "text")
    return (
      <Comment
        task={task}
        question={question}
        versions={versions}
        label={labelOf(step, task)}
        isOwn={step.kind === "unaided"}
      />
    );
  if (question.kind !== "flag") return null;
  const change = (value: boolean) =>
    void owner.enter(task, { cell: question.cell, value, renderedFrom: versions });
  return <Flag question={question} isOn={readValue(versions) === true} onChange={change} />;
}

const labelOf = (step: Step, task: Task): string => step.text.split("{name}").join(task.assignment.ratee);

const FLAG_WORDS = { show_name: "show_name", allow_few: "allow_few" } as const;

function Flag({
  question,
  isOn,
  onChange,
}: {
  readonly question: Question;
  readonly isOn: boolean;
  readonly onChange: (value: boolean) => void;
}) {
  const words = useMore();
  const kind = question.cell.split(".").pop() ?? "";
  const key = FLAG_WORDS[kind as keyof typeof FLAG_WORDS];
  return (
    <label class="flag">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{key === undefined ? question.text : words.t(key)}</span>
    </label>
  );
}
