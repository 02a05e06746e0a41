/** Five named points under the thumb, anchors beside the points they belong to, and *I have not seen this*. */

import { useRef } from "preact/hooks";
import type { Scale, ScaleQuestion } from "../core/form";
import type { Value } from "../core/sheet";
import { foreign, Named, useWords } from "./context";

interface Props {
  readonly question: ScaleQuestion;
  readonly scale: Scale;
  readonly anchors: Readonly<Record<string, string>> | null;
  readonly lang: string;
  readonly labelLang: string;
  /** Stands above the points already, and is said here only to those who do not see it. */
  readonly legend?: string | null;
  readonly name: string;
  readonly value: Value;
  /** `isTap` is false for arrow keys: they walk through the points and must not leave the screen. */
  readonly onChoose: (value: Value, isTap: boolean) => void;
  /** Enter on the chosen point: on a keyboard it is what a tap is under the thumb. */
  readonly onEnter: () => void;
}

export function ScaleField(props: Props) {
  const { question, scale, anchors, lang, labelLang, legend = null, name, value, onChoose, onEnter } = props;
  const words = useWords();
  const isTap = useRef(false);
  const option = (entered: string | number, label: string, anchor: string | undefined, className: string) => (
    <label key={entered} class={className} onPointerDown={() => (isTap.current = true)}>
      <input
        type="radio"
        name={question.cell}
        value={String(entered)}
        checked={value === entered}
        onKeyDown={(event) => {
          isTap.current = false;
          if (event.key === "Enter" && !event.repeat && event.currentTarget.checked) onEnter();
        }}
        onChange={() => onChoose(entered, isTap.current)}
      />
      <span class="point-text">
        <span class="point-label" {...foreign(labelLang, words)}>
          {label}
        </span>
        {anchor !== undefined && (
          <span class="point-anchor" {...foreign(lang, words)}>
            {anchor}
          </span>
        )}
      </span>
    </label>
  );
  return (
    <fieldset class="points">
      <legend class={legend === null ? "asked" : "unseen"} {...foreign(labelLang, words)}>
        <Named text={legend ?? question.text} name={name} />
      </legend>
      {scale.points.map((point) => option(point.value, point.label, anchors?.[String(point.value)], "point"))}
      {question.notObserved &&
        scale.notObserved !== null &&
        option("not_observed", scale.notObserved, undefined, "point point-none")}
      {question.skip && scale.skip !== null && option("skip", scale.skip, undefined, "point point-none")}
      {value !== null && (
        <button class="quiet-button" type="button" onClick={() => onChoose(null, false)}>
          {words.t("clear")}
        </button>
      )}
    </fieldset>
  );
}
