/** Chooses the screen: who is here first, then where they are. */

import { useEffect, useState } from "preact/hooks";
import type { App } from "../app/app";
import { openPairOf, stateOf } from "../app/tasks";
import type { Form } from "../core/form";
import type { Task } from "../store/types";
import { type Last, ShownContext, useShown } from "./context";
import { Inbox } from "./inbox";
import { SignIn, WithLater } from "./lazy";
import { Brief, hasRead, PromiseScreen } from "./opening";
import { Starting } from "./parts";
import { parseRoute, type Route, type TaskRoute } from "./route";
import { StepScreen } from "./step";

export function Root({ app }: { readonly app: App }) {
  const [view, setView] = useState(app.view());
  const [last, setLast] = useState<Last | null>(null);
  const [changing, setChanging] = useState<string | null>(null);
  const [route, setRoute] = useState<Route>(parseRoute(location.hash));
  useEffect(() => app.subscribe(() => setView(app.view())), [app]);
  useEffect(() => {
    const move = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", move);
    return () => removeEventListener("hashchange", move);
  }, []);
  useEffect(() => {
    document.documentElement.lang = view.words.locale;
    document.documentElement.dir = view.words.dir;
  }, [view.words]);
  return (
    <ShownContext.Provider value={{ app, view, last, setLast, changing, setChanging }}>
      <Screen route={route} />
    </ShownContext.Provider>
  );
}

function Screen({ route }: { readonly route: Route }) {
  const { view } = useShown();
  if (view.phase === "starting") return <Starting />;
  if (view.phase !== "ready" || view.isSigningInAgain) return <SignIn />;
  if (route.screen === "menu") return <WithLater>{(later) => <later.Menu />}</WithLater>;
  if (route.screen === "needs") return <WithLater>{(later) => <later.Needs />}</WithLater>;
  if (route.screen === "great") return <WithLater>{(later) => <later.GreatScreen />}</WithLater>;
  if (route.screen === "gaps") {
    const { cycle, employee } = route;
    return <WithLater>{(later) => <later.GapsScreen cycle={cycle} employee={employee} />}</WithLater>;
  }
  const task =
    "task" in route ? view.owner?.tasks().find((one) => one.assignment.id === route.task) : undefined;
  if (task === undefined || !("task" in route)) return <Inbox />;
  return <TaskScreen route={route} task={task} />;
}

function TaskScreen({ route, task }: { readonly route: TaskRoute; readonly task: Task }) {
  const { view, changing } = useShown();
  const owner = view.owner;
  const form = owner?.form(task) ?? null;
  if (owner === null) return <Starting />;
  if (form === null) return <Inbox />;
  // The inbox may know that both sides are open before the sheet was asked about.
  const isOpened = openPairOf(task, owner.pairs()) !== undefined;
  const state = isOpened ? "opened" : stateOf(task, form, owner.keeper.phone());
  const isChanging = changing === task.assignment.id && route.screen !== "task";
  const hasEnded = ["declined", "closed", "opened", "gone"].includes(state);
  const isIn = state === "received" || state === "finished";
  if (hasEnded || (isIn && !isChanging))
    return <WithLater>{(later) => <later.Ended task={task} state={state} />}</WithLater>;
  if (route.screen === "decline") return <WithLater>{(later) => <later.Decline task={task} />}</WithLater>;
  // Nobody answers before having read what happens with the answers.
  if (!hasRead(task, owner.cells(task))) return <PromiseScreen task={task} />;
  if (route.screen === "step" && route.step < form.steps.length)
    return <AnyStep key={route.step} task={task} form={form} at={route.step} />;
  if (route.screen === "review")
    return <WithLater>{(later) => <later.Review task={task} form={form} />}</WithLater>;
  return <Brief task={task} form={form} />;
}

/** Lines with a card, and what follows from them, come with the later part. */
function AnyStep({ task, form, at }: { readonly task: Task; readonly form: Form; readonly at: number }) {
  const step = form.steps[at];
  if (step?.kind === "line" && step.hasCard)
    return (
      <WithLater>{(later) => <later.LineScreen task={task} form={form} line={step} at={at} />}</WithLater>
    );
  if (step?.kind === "top3")
    return (
      <WithLater>{(later) => <later.TopThreeScreen task={task} form={form} step={step} at={at} />}</WithLater>
    );
  if (step?.kind === "teach_back")
    return (
      <WithLater>
        {(later) => <later.TeachBackScreen task={task} form={form} step={step} at={at} />}
      </WithLater>
    );
  return <StepScreen task={task} form={form} at={at} />;
}
