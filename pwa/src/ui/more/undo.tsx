/** One tap back to the answer that has just moved the screen on. */

import type { Task } from "../../store/types";
import { useShown } from "../context";
import { hrefOf } from "../route";
import { useMore } from "./words";

export function Undo({ task, at }: { readonly task: Task; readonly at: number }) {
  const { view, last, setLast } = useShown();
  const words = useMore();
  const owner = view.owner;
  if (last === null || owner === null || last.task !== task.assignment.id || last.step !== at - 1)
    return null;
  const undo = () => {
    const renderedFrom = owner.cells(task)[last.cell] ?? [];
    void owner.enter(task, { cell: last.cell, value: last.before, renderedFrom });
    setLast(null);
    location.hash = hrefOf({ screen: "step", task: last.task, step: last.step });
  };
  return (
    <button class="quiet-button undo" type="button" onClick={undo}>
      {words.t("undo")}
      <span class="unseen"> {last.label}</span>
    </button>
  );
}
