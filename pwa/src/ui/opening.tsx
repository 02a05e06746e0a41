/** Before the first answer: what happens with the answers, whom they are about, how long it takes. */

import { nameOf } from "../app/tasks";
import { minutesLeft, progress } from "../core/asked";
import type { Form } from "../core/form";
import type { Sheet } from "../core/sheet";
import type { Task } from "../store/types";
import { ForeignNote, foreign, T, useShown, useWords } from "./context";
import { Relationship } from "./inbox";
import { WithLater } from "./lazy";
import { Frame, Heading } from "./parts";
import { hrefOf } from "./route";
import { placeOf } from "./step";

/** Whether the promise was read: whoever sent the sheet in from another phone has read it there. */
export function hasRead({ accepted, assignment }: Task, cells: Sheet): boolean {
  return accepted === assignment.promise.hash || (accepted === null && cells["@submit"] !== undefined);
}

export function PromiseScreen({ task }: { readonly task: Task }) {
  const { view } = useShown();
  const words = useWords();
  const { id, ratee, promise, purpose, why } = task.assignment;
  const { lang = words.locale } = promise;
  const accept = () => {
    view.owner?.noteTask(id, { accepted: promise.hash });
    location.hash = hrefOf({ screen: "brief", task: id });
  };
  const footer = (
    <button class="button" type="button" onClick={accept}>
      {words.t("promise_accept")}
    </button>
  );
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<bdi>{nameOf(task)}</bdi>}
      sub={<bdi>{task.assignment.title}</bdi>}
      footer={footer}
    >
      <Heading id="promise">{words.t("promise_title")}</Heading>
      <p class="lead">
        <T k="promise_lead" values={{ name: ratee }} />
      </p>
      <ul class="promise" {...foreign(lang, words)}>
        {promise.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <ForeignNote lang={lang} />
      <h2 class="subtitle">{words.t("purpose")}</h2>
      <p dir="auto">{purpose}</p>
      {why && (
        <details class="fold">
          <summary class="quiet-button">{words.t("why_title")}</summary>
          <p dir="auto">{why}</p>
        </details>
      )}
    </Frame>
  );
}

export function Brief({ task, form }: { readonly task: Task; readonly form: Form }) {
  const { view } = useShown();
  const words = useWords();
  const { ratee, relationship } = task.assignment;
  const cells = view.owner?.cells(task) ?? {};
  const { answered } = progress(form, cells);
  const left = minutesLeft(form, cells);
  const next = placeOf(task, form, cells);
  const footer = (
    <a class="button" href={hrefOf(next)}>
      {next.screen !== "step"
        ? words.t("review_title")
        : next.step === 0 && answered === 0
          ? words.t("brief_start")
          : words.t("brief_go_on", { done: next.step + 1, total: form.steps.length })}
    </a>
  );
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<bdi>{nameOf(task)}</bdi>}
      sub={<Relationship assignment={task.assignment} />}
      footer={footer}
    >
      <Heading id="brief">
        {relationship === "self" ? (
          words.t("brief_self_title")
        ) : (
          <T k="brief_title" values={{ name: ratee }} />
        )}
      </Heading>
      <p class="facts">
        <span>{words.t("brief_questions", { n: form.steps.length })}</span>
        <WithLater isPart>{(later) => <later.Optional form={form} />}</WithLater>
        {left > 0 && <span>{words.t("minutes", { n: left })}</span>}
        <span>{words.t("closes", { date: words.deadline(task.assignment.closesAt, Date.now()) })}</span>
      </p>
      <WithLater isPart>{(later) => <later.BriefHead task={task} />}</WithLater>
      <section class="panel">
        <h2 class="eyebrow">{words.t("role")}</h2>
        <div {...foreign(form.role.lang, words)}>
          <p class="panel-title">{form.role.title}</p>
          <p>{form.role.summary}</p>
        </div>
        <ForeignNote lang={form.role.lang} />
      </section>
      <h2 class="subtitle">{words.t("brief_how")}</h2>
      {form.brief.length > 0 && (
        <ul class="promise" {...foreign(form.locale, words)}>
          {form.brief.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <WithLater isPart>{(later) => <later.BriefEnd task={task} form={form} />}</WithLater>
    </Frame>
  );
}
