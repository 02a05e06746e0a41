/** A line of a clarity form: the expectation, one tap after the other, then the card turns and shows what great looks like. */

import { useEffect, useRef, useState } from "preact/hooks";
import { cardsUrl } from "../../app/shelf";
import { nameOf } from "../../app/tasks";
import { answerOf, isTurned } from "../../core/answers";
import { askedQuestions, minutesLeft, pointLabel, valueAt } from "../../core/asked";
import { type Card, parseCards, readOr } from "../../core/cards";
import type { Form, Line, Question, ScaleQuestion } from "../../core/form";
import type { Value } from "../../core/sheet";
import type { Task } from "../../store/types";
import { useShown, useWords } from "../context";
import { Frame } from "../parts";
import { ScaleField } from "../scale";
import { ADVANCE_MS, hrefAfter, StepHead, Steps, usePlace } from "../step";
import { CardBack } from "./card";
import { Chips } from "./chips";
import { Comment } from "./comment";
import { KeyHint } from "./keys";
import { hasCome } from "./second-tap";
import { Taps } from "./taps";
import { Undo } from "./undo";
import { useMore } from "./words";

const TURN_MS = 220;
const UNDO_S = 5;

interface Props {
  readonly task: Task;
  readonly form: Form;
  readonly line: Line;
  readonly at: number;
}

type Side = "front" | "turning" | "back";

export function LineScreen({ task, form, line, at }: Props) {
  const { view } = useShown();
  const words = useWords();
  usePlace(task, at);
  const owner = view.owner;
  const turns = form.relationship === "self";
  const isBack = turns && isTurned(line, form, owner?.cells(task) ?? {});
  const [side, setSide] = useState<Side>(isBack ? "back" : "front");
  const undo = useUndo();
  if (owner === null) return null;
  const turn = (last: Question) => {
    undo.offer(last);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return setSide("back");
    setSide("turning");
    setTimeout(() => setSide("back"), TURN_MS);
  };
  const turnBack = (last: Question) => {
    if (last.kind === "scale") {
      void owner.enter(task, {
        cell: last.cell,
        value: null,
        renderedFrom: owner.cells(task)[last.cell] ?? [],
      });
    }
    undo.end();
    setSide("front");
  };
  const cells = owner.cells(task);
  const left = minutesLeft(form, cells);
  const place = words.t("of", { done: at + 1, total: form.steps.length });
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<bdi>{nameOf(task)}</bdi>}
      about={{ screen: "brief", task: task.assignment.id }}
      sub={left === 0 ? place : `${place} · ${words.t("minutes_left", { n: left })}`}
      progress={{ done: at + 1, total: form.steps.length }}
      footer={
        <Steps
          isAhead={turns && side !== "back"}
          task={task}
          form={form}
          step={line}
          at={at}
          next={hrefAfter(task, form, at)}
        />
      }
      aside={
        undo.last === null ? (
          <Undo task={task} at={at} />
        ) : (
          <UndoTurn last={undo.last} seconds={undo.seconds} onUndo={turnBack} />
        )
      }
      isDense={side !== "back"}
    >
      {side === "back" ? (
        <Back task={task} form={form} line={line} at={at} isFresh={undo.last !== null} />
      ) : (
        <div class={side === "turning" ? "turn turn-away" : "turn"}>
          <Front task={task} form={form} line={line} at={at} onDone={turns ? turn : null} />
        </div>
      )}
    </Frame>
  );
}

/** Five seconds in which the last tap can be taken back; the clock stands when the screen goes. */
function useUndo() {
  const [last, setLast] = useState<Question | null>(null);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (last === null) return;
    const timer = setInterval(() => setSeconds((left) => left - 1), 1000);
    return () => clearInterval(timer);
  }, [last]);
  useEffect(() => {
    if (seconds <= 0) setLast(null);
  }, [seconds]);
  return {
    last,
    seconds,
    offer: (question: Question) => {
      setSeconds(UNDO_S);
      setLast(question);
    },
    end: () => setLast(null),
  };
}

interface UndoProps {
  readonly last: Question;
  readonly seconds: number;
  readonly onUndo: (last: Question) => void;
}

function UndoTurn({ last, seconds, onUndo }: UndoProps) {
  const more = useMore();
  return (
    <button class="quiet-button undo" type="button" onClick={() => onUndo(last)}>
      {more.t("undo_left", { n: seconds })}
    </button>
  );
}

interface FrontProps extends Props {
  /** Turns the card; null where it does not turn and the next line comes instead. */
  readonly onDone: ((last: Question) => void) | null;
}

function Front({ task, form, line, at, onDone }: FrontProps) {
  const { view, setLast } = useShown();
  const words = useWords();
  const more = useMore();
  const owner = view.owner;
  const cells = owner?.cells(task) ?? {};
  const asked = askedQuestions(line, form, cells);
  const isOpen = (one: Question) => valueAt(cells, one.cell) === null;
  const last = asked[asked.length - 1];
  const [current, setCurrent] = useState((asked.find(isOpen) ?? last)?.cell);
  useEffect(hasCome, [current]);
  const question = asked.find((one) => one.cell === current) ?? asked[0];
  if (owner === null || question === undefined) return null;
  const goOn = () => {
    const now = owner.cells(task);
    const due = askedQuestions(line, form, now);
    const from = due.findIndex((one) => one.cell === question.cell);
    // What gets in the way is offered once on the way, never called for again.
    const before = due.slice(0, from).filter((one) => one.kind === "scale");
    const next = [...due.slice(from + 1), ...before].find((one) => valueAt(now, one.cell) === null);
    if (next !== undefined) return setCurrent(next.cell);
    if (onDone !== null) return onDone(question);
    if (question.kind === "scale") {
      const label = pointLabel(form.scales[question.scale] ?? NO_SCALE, valueAt(now, question.cell)) ?? "";
      setLast({ task: task.assignment.id, step: at, cell: question.cell, before: null, label });
    }
    location.hash = hrefAfter(task, form, at);
  };
  return (
    <>
      <StepHead step={line} form={form} at={at} ratee={task.assignment.ratee} />
      <Taps form={form} questions={asked} cells={cells} current={question.cell} onGo={setCurrent} />
      {question.kind === "scale" && (
        <Scale key={question.cell} task={task} form={form} line={line} question={question} onDone={goOn} />
      )}
      {question.kind === "chips" && (
        <>
          <Chips task={task} form={form} question={question} />
          <button class="button" type="button" onClick={goOn}>
            {last === question ? more.t("turn") : words.t("next")}
          </button>
        </>
      )}
      {onDone === null && <OpenCard task={task} form={form} line={line} />}
      <KeyHint />
    </>
  );
}

const NO_SCALE = { points: [], notObserved: null, skip: null };

interface ScaleProps {
  readonly task: Task;
  readonly form: Form;
  readonly line: Line;
  readonly question: ScaleQuestion;
  readonly onDone: () => void;
}

function Scale({ task, form, line, question, onDone }: ScaleProps) {
  const { view } = useShown();
  const more = useMore();
  const owner = view.owner;
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const scale = form.scales[question.scale];
  if (owner === null || scale === undefined) return null;
  const versions = owner.cells(task)[question.cell] ?? [];
  const choose = (value: Value, isTap: boolean) => {
    void owner.enter(task, { cell: question.cell, value, renderedFrom: versions });
    clearTimeout(timer.current);
    if (isTap && value !== null) timer.current = window.setTimeout(onDone, ADVANCE_MS);
  };
  // Every line comes from the role, so the role expects it. Said to the manager, answered by the manager.
  const isGate = form.relationship === "manager" && question.cell === line.gate?.cell;
  return (
    <ScaleField
      question={question}
      scale={scale}
      anchors={isGate ? { full: more.t("role_expects") } : null}
      lang={view.words.locale}
      labelLang={form.locale}
      name={task.assignment.ratee}
      value={valueAt(owner.cells(task), question.cell)}
      onChoose={choose}
      onEnter={onDone}
    />
  );
}

function useCard(form: Form, line: Line, isWanted: boolean): Card | null {
  const { view } = useShown();
  const url = cardsUrl(form.hash, form.locale);
  useEffect(() => {
    if (isWanted) void view.owner?.shelf.bring(url);
  }, [isWanted, url, view.owner]);
  return readOr(view.owner?.shelf.body(url), parseCards)?.[line.id] ?? null;
}

/** The manager may look at the card at any time. */
function OpenCard({ form, line }: { readonly task: Task; readonly form: Form; readonly line: Line }) {
  const more = useMore();
  const [isOpen, setOpen] = useState(false);
  const card = useCard(form, line, isOpen);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="quiet-button">{more.t("card_open")}</summary>
      {isOpen && (card === null ? <p class="quiet">{more.t("card_later")}</p> : <CardBack card={card} />)}
    </details>
  );
}

interface BackProps extends Props {
  readonly isFresh: boolean;
}

function Back({ task, form, line, at, isFresh }: BackProps) {
  const { view } = useShown();
  const more = useMore();
  const card = useCard(form, line, true);
  const cells = view.owner?.cells(task) ?? {};
  const chips = askedQuestions(line, form, cells).find((one) => one.kind === "chips");
  const [wasFresh] = useState(isFresh);
  return (
    <div class={wasFresh ? "turn turn-here" : "turn"}>
      <StepHead step={line} form={form} at={at} ratee={task.assignment.ratee} isBack />
      {card === null ? <p class="note">{more.t("card_later")}</p> : <CardBack card={card} />}
      <section class="given">
        <p class="hint">{more.t("locked")}</p>
        <p>{answerOf({ ...line, after: [] }, form, cells)}</p>
      </section>
      {chips?.kind === "chips" && <Chips task={task} form={form} question={chips} />}
      {line.after.map((question) => (
        <details class="fold" key={question.cell} open={(cells[question.cell] ?? []).length > 0}>
          <summary class="quiet-button">{question.text}</summary>
          <Comment
            task={task}
            question={question}
            versions={cells[question.cell] ?? []}
            label={question.text}
          />
        </details>
      ))}
    </div>
  );
}
