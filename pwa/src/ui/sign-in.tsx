/** Signing in: work mail, then the code from it. */

import { useState } from "preact/hooks";
import en from "../i18n/sign-in/en.json";
import type { CodeOutcome } from "../sync/session";
import { Parts, useShown } from "./context";
import { Mark } from "./icons";
import { Heading } from "./parts";
import { createRoom } from "./room";

/** Addresses by language, as JSON. */
declare const SIGN_IN_CATALOGUES: string;

const { Room, useRoom } = createRoom<keyof typeof en>(en, () => JSON.parse(SIGN_IN_CATALOGUES));

const WORDS_OF = {
  offline: "no_network",
  code_wrong: "code_wrong",
  code_expired: "code_expired",
  too_many: "too_many",
} as const;

export function SignInScreen() {
  return (
    <Room isPart={false}>
      <Screen />
    </Room>
  );
}

function Screen() {
  const { app, view } = useShown();
  const [mail, setMail] = useState<string | null>(null);
  return (
    <main class="screen plain">
      <p class="brand">
        <Mark />
        <span>{view.words.t("app")}</span>
      </p>
      {view.phase === "first_online" ? (
        <NeedsNetwork onRetry={() => location.reload()} />
      ) : mail === null ? (
        <MailForm onSent={setMail} />
      ) : (
        <CodeForm mail={mail} onBack={() => setMail(null)} />
      )}
      {view.isSigningInAgain && (
        <button class="quiet-button" type="button" onClick={() => app.signInAgain(false)}>
          {view.words.t("cancel")}
        </button>
      )}
    </main>
  );
}

/** Nobody is here and nobody can be asked: a phone never used, or one on which somebody signed out. */
function NeedsNetwork({ onRetry }: { readonly onRetry: () => void }) {
  const { waiting } = useShown().view;
  const words = useRoom();
  const isFirst = waiting === null;
  const n = Object.values(waiting ?? {}).reduce((sum, one) => sum + one, 0);
  return (
    <>
      <Heading id="first">{words.t(isFirst ? "first_online_title" : "signed_out_title")}</Heading>
      {n > 0 && <p class="lead">{words.t("signed_out_waiting", { n })}</p>}
      <p class="lead">{words.t(isFirst ? "first_online_lead" : "signed_out_lead")}</p>
      <button class="button" type="button" onClick={onRetry}>
        {words.t("try_again")}
      </button>
    </>
  );
}

function MailForm({ onSent }: { readonly onSent: (mail: string) => void }) {
  const { app } = useShown();
  const words = useRoom();
  const [mail, setMail] = useState("");
  const { problem, isBusy, run } = useOutcome();
  const submit = (event: Event) => {
    event.preventDefault();
    run(
      () => app.askForCode(mail),
      () => onSent(mail.trim()),
    );
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Heading id="mail">{words.t("sign_in_title")}</Heading>
      <p class="lead">{words.t("sign_in_lead")}</p>
      <label class="field">
        <span>{words.t("mail")}</span>
        <input
          type="email"
          name="mail"
          dir="ltr"
          autocomplete="email"
          required
          value={mail}
          onInput={(event) => setMail(event.currentTarget.value)}
        />
      </label>
      <Problem outcome={problem} />
      <button class="button" type="submit" disabled={isBusy}>
        {words.t("send_code")}
      </button>
      <a class="quiet-button" href="/c">
        {words.t("have_card")}
      </a>
    </form>
  );
}

function CodeForm({ mail, onBack }: { readonly mail: string; readonly onBack: () => void }) {
  const { app } = useShown();
  const words = useRoom();
  const [code, setCode] = useState("");
  const [isShared, setShared] = useState(false);
  const { problem, isBusy, run } = useOutcome();
  const submit = (event: Event) => {
    event.preventDefault();
    run(
      () => app.enterCode(code, isShared),
      () => undefined,
    );
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Heading id="code">{words.t("code_title")}</Heading>
      <p class="lead">
        <Parts parts={words.parts("code_lead", { mail })} />
      </p>
      <label class="field">
        <span>{words.t("code")}</span>
        <input
          class="code"
          name="code"
          dir="ltr"
          inputMode="numeric"
          autocomplete="one-time-code"
          required
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          name="shared"
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <span>
          {words.t("shared")}
          <small class="hint">{words.t("shared_hint")}</small>
        </span>
      </label>
      <Problem outcome={problem} />
      <button class="button" type="submit" disabled={isBusy}>
        {words.t("code_use")}
      </button>
      <button class="quiet-button" type="button" onClick={onBack}>
        {words.t("other_mail")}
      </button>
    </form>
  );
}

function Problem({ outcome }: { readonly outcome: CodeOutcome | null }) {
  const words = useRoom();
  return (
    <p class="problem" role="alert">
      {outcome !== null && outcome !== "ok" && words.t(WORDS_OF[outcome])}
    </p>
  );
}

function useOutcome() {
  const [problem, setProblem] = useState<CodeOutcome | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (ask: () => Promise<CodeOutcome>, onOk: () => void) => {
    setBusy(true);
    setProblem(null);
    const outcome = await ask();
    setBusy(false);
    if (outcome === "ok") onOk();
    else setProblem(outcome);
  };
  return { problem, isBusy, run };
}
