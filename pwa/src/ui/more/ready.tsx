/** On the list: how much of it can be answered without network. */

import type { Owner } from "../../app/owner";
import { stateOf } from "../../app/tasks";
import type { Form } from "../../core/form";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { Icon } from "../icons";
import { M } from "./words";

/** What was sent in, or is over, is nothing to get ready for. */
const OPEN: readonly string[] = ["new", "draft", "ready"];

export function formsToAnswer(
  owner: Pick<Owner, "form" | "keeper">,
  tasks: readonly Task[],
): readonly Form[] {
  return tasks.flatMap((task) => {
    const form = owner.form(task);
    return form !== null && OPEN.includes(stateOf(task, form, owner.keeper.phone())) ? [form] : [];
  });
}

export function ReadyOffline({ tasks }: { readonly tasks: readonly Task[] }) {
  const { view } = useShown();
  const { owner } = view;
  if (owner === null || !view.isReadyOffline) return null;
  const forms = formsToAnswer(owner, tasks);
  if (forms.length === 0) return null;
  const questions = forms.reduce((sum, form) => sum + form.steps.length, 0);
  return (
    <p class="ready">
      <Icon name="check" />
      <span>
        <M k="ready_offline" values={{ n: forms.length, questions }} />
      </span>
    </p>
  );
}
