/** The rest of a brief: how many questions may stay open, who sees the answers of a pair, what was sent before, the
 *  practice line, and the way to decline. */

import { isOwnSide } from "../../app/tasks";
import { progress } from "../../core/asked";
import type { Form } from "../../core/form";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { hrefOf } from "../route";
import { PracticePart } from "./practice";
import { Unseen } from "./unseen";
import { M, useMore } from "./words";

/** The list counts the questions that need an answer; the rest is named here. */
export function Optional({ form }: { readonly form: Form }) {
  const words = useMore();
  const n = form.steps.length - progress(form, {}).total;
  return n === 0 ? null : <span>{words.t("brief_optional", { n })}</span>;
}

export function BriefHead({ task }: { readonly task: Task }) {
  const { pair } = task.assignment;
  return (
    <>
      {pair && (
        <p class="promise-pair">
          <M k="pair_promise" values={{ name: pair.other }} />
        </p>
      )}
      <Unseen task={task} />
    </>
  );
}

export function BriefEnd({ task, form }: { readonly task: Task; readonly form: Form }) {
  const { view } = useShown();
  const words = useMore();
  const { answered, total } = progress(form, view.owner?.cells(task) ?? {});
  const { id, pair } = task.assignment;
  return (
    <>
      {form.practice !== null && answered === 0 && <PracticePart form={form} />}
      {pair && (
        <ul class="promise">
          {isOwnSide(task) && <li>{words.t("clarity_how")}</li>}
          <li>{words.t("may_pause")}</li>
        </ul>
      )}
      {total > 0 && !pair && (
        <p>
          <a class="quiet-link" href={hrefOf({ screen: "decline", task: id })}>
            {words.t("decline_link")}
          </a>
        </p>
      )}
    </>
  );
}
