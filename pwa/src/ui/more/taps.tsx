/** How far the taps of one line are; each answered one can be gone back to until the card turns. */

import { pointLabel, valueAt } from "../../core/asked";
import type { Form, Question } from "../../core/form";
import type { Sheet } from "../../core/sheet";
import { useWords } from "../context";
import { useMore } from "./words";

interface Props {
  readonly form: Form;
  readonly questions: readonly Question[];
  readonly cells: Sheet;
  readonly current: string;
  readonly onGo: (cell: string) => void;
}

export function Taps({ form, questions, cells, current, onGo }: Props) {
  const words = useWords();
  const more = useMore();
  const isGiven = (one: Question) => valueAt(cells, one.cell) !== null;
  const label = (one: Question, i: number) => {
    const place = words.t("of", { done: i + 1, total: questions.length });
    const scale = one.kind === "scale" ? form.scales[one.scale] : undefined;
    const answer = scale === undefined ? null : pointLabel(scale, valueAt(cells, one.cell));
    return answer === null ? place : `${place}: ${answer}`;
  };
  return (
    <nav class="taps" aria-label={more.t("taps")}>
      {questions.map((one, i) => {
        const isReachable = isGiven(one) || questions.slice(0, i).every(isGiven);
        return (
          <button
            key={one.cell}
            type="button"
            class={isGiven(one) ? "tap is-given" : "tap"}
            aria-label={label(one, i)}
            aria-current={one.cell === current ? "step" : undefined}
            disabled={!isReachable}
            onClick={() => onGo(one.cell)}
          />
        );
      })}
    </nav>
  );
}
