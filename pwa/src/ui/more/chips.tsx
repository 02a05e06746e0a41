/** What gets in the way: any of six chips, asked from the outside in. */

import { valueAt } from "../../core/asked";
import type { ChipsQuestion, Form } from "../../core/form";
import type { Task } from "../../store/types";
import { foreign, useShown, useWords } from "../context";
import { useMore } from "./words";

interface Props {
  readonly task: Task;
  readonly form: Form;
  readonly question: ChipsQuestion;
}

export function Chips({ task, form, question }: Props) {
  const { view } = useShown();
  const words = useWords();
  const more = useMore();
  const owner = view.owner;
  if (owner === null) return null;
  const versions = owner.cells(task)[question.cell] ?? [];
  const value = valueAt(owner.cells(task), question.cell);
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (chip: string, isOn: boolean) => {
    const rest = chosen.filter((one): one is string => typeof one === "string" && one !== chip);
    const next = isOn ? [...rest, chip].sort() : rest;
    void owner.enter(task, {
      cell: question.cell,
      value: next.length === 0 ? null : next,
      renderedFrom: versions,
    });
  };
  return (
    <fieldset class="points">
      <legend class="asked">
        <strong>{more.t("chips_title")}</strong> {more.t("chips_hint")}
      </legend>
      {form.chips.map((chip) => (
        <label class="point" key={chip.value}>
          <input
            type="checkbox"
            checked={chosen.includes(chip.value)}
            onChange={(event) => toggle(chip.value, event.currentTarget.checked)}
          />
          <span class="point-text">
            <span class="point-label" {...foreign(form.locale, words)}>
              {chip.label}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
