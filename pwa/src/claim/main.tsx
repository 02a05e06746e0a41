/** The page a printed card opens: whose card it is, one question, and then the app. */

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dirOf, pickLocale } from "../core/i18n";
import { Mark } from "../ui/icons";
import {
  type CardProblem,
  type CardState,
  claim,
  codeIn,
  dispute,
  isWhole,
  lookAt,
  type PinProblem,
} from "./card";
import { CLAIM_WORDS, type ClaimKey, type ClaimLocale } from "./words";

type Seen = CardState | CardProblem | { readonly kind: "type" | "loading" | "not_mine" | "told" };

function Page({ first }: { readonly first: string }) {
  const [code, setCode] = useState(first);
  const [seen, setSeen] = useState<Seen>({ kind: isWhole(first) ? "loading" : "type" });
  const locale = pickLocale(["locale" in seen ? seen.locale : null, ...navigator.languages]);
  const say = (key: ClaimKey) => CLAIM_WORDS[locale as ClaimLocale][key];
  const look = async (typed: string) => {
    setCode(typed);
    setSeen({ kind: "loading" });
    setSeen(await lookAt(typed));
  };
  useEffect(() => {
    if (isWhole(first)) void look(first);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = dirOf(locale);
    document.title = say("card_title");
  }, [locale]);
  return (
    <main class="screen plain">
      <p class="brand">
        <Mark />
        <span>Sightline</span>
      </p>
      <Screen seen={seen} code={code} locale={locale} say={say} look={look} show={setSeen} />
    </main>
  );
}

interface ScreenProps {
  readonly seen: Seen;
  readonly code: string;
  readonly locale: string;
  readonly say: (key: ClaimKey) => string;
  readonly look: (code: string) => Promise<void>;
  readonly show: (seen: Seen) => void;
}

function Screen(props: ScreenProps) {
  const { seen, say, show } = props;
  switch (seen.kind) {
    case "loading":
      return <p class="quiet">{say("loading")}</p>;
    case "ready":
      return <Ask {...props} name={seen.name} />;
    case "used":
      return <Used {...props} at={seen.at} />;
    case "again":
      return <Again {...props} name={seen.name} at={seen.at} />;
    case "waiting":
      return (
        <Told
          title={<Filled text={say("waiting")} value={day(seen.at, props.locale)} />}
          lead={say("waiting_lead")}
        />
      );
    case "ended":
      return <Told title={say("ended")} lead={say("ended_lead")} />;
    case "not_mine":
      return <Told title={say("no_title")} lead={say("no_lead")} />;
    case "told":
      return <Told title={say("told_title")} lead={say("told")} />;
    case "offline":
      return (
        <div class="stack">
          <h1 class="title">{say("card_title")}</h1>
          <p class="problem" role="alert">
            {say("offline")}
          </p>
          <button class="button" type="button" onClick={() => void props.look(props.code)}>
            {say("again")}
          </button>
        </div>
      );
    default:
      return (
        <Type
          {...props}
          problem={seen.kind === "type" ? null : seen.kind}
          onType={() => show({ kind: "type" })}
        />
      );
  }
}

function Type({
  code,
  say,
  look,
  problem,
}: ScreenProps & { readonly problem: "wrong" | "many" | null; readonly onType: () => void }) {
  const [typed, setTyped] = useState(code);
  const submit = (event: Event) => {
    event.preventDefault();
    void look(typed);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <h1 class="title">{say("type_title")}</h1>
      <p class="lead">{say("type_lead")}</p>
      <label class="field">
        <span>{say("code")}</span>
        <input
          class="code code-long"
          name="code"
          dir="ltr"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          required
          maxLength={40}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <p class="problem" role="alert">
        {problem !== null && say(problem)}
      </p>
      <button class="button" type="submit">
        {say("go_on")}
      </button>
    </form>
  );
}

/** One try to sign this phone in; what is wrong with the number is said beside it. */
function useClaim(code: string, show: ScreenProps["show"]) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<PinProblem | null>(null);
  const take = async (isShared: boolean, pin: string) => {
    setBusy(true);
    const left = await claim(code, isShared, pin);
    if (left === null) location.replace("/app/");
    else if (typeof left === "string") setProblem(left);
    else show(left);
    setBusy(false);
  };
  return { isBusy, problem, take };
}

function Ask({ code, say, show, name }: ScreenProps & { readonly name: string }) {
  const [isShared, setShared] = useState(false);
  const [pin, setPin] = useState("");
  const { isBusy, problem, take } = useClaim(code, show);
  const submit = (event: Event) => {
    event.preventDefault();
    void take(isShared, pin);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <h1 class="title">
        <Filled text={say("is_for")} value={name} /> {say("is_you")}
      </h1>
      <label class="check">
        <input
          type="checkbox"
          name="shared"
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <span>
          {say("shared")}
          <small class="hint">{say("shared_hint")}</small>
        </span>
      </label>
      {isShared && (
        <Pin label={say("pin_new")} hint={say("pin_new_hint")} value={pin} onInput={setPin}>
          {problem !== null && say(problem)}
        </Pin>
      )}
      <button class="button" type="submit" disabled={isBusy}>
        {say("yes")}
      </button>
      <button class="quiet-button" type="button" onClick={() => show({ kind: "not_mine" })}>
        {say("no")}
      </button>
    </form>
  );
}

/** On a shared phone the same card comes back with the number its holder chose. */
function Again(props: ScreenProps & { readonly name: string; readonly at: number }) {
  const { code, say, show } = props;
  const [pin, setPin] = useState("");
  const { isBusy, problem, take } = useClaim(code, show);
  const submit = (event: Event) => {
    event.preventDefault();
    void take(true, pin);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <h1 class="title">
        <Filled text={say("again_title")} value={props.name} />
      </h1>
      <p class="quiet">
        <Filled text={say("used")} value={day(props.at, props.locale)} />
      </p>
      <Pin label={say("pin")} hint={say("pin_hint")} value={pin} onInput={setPin}>
        {problem !== null && say(problem)}
      </Pin>
      <button class="button" type="submit" disabled={isBusy}>
        {say("go_on")}
      </button>
      <Objection code={code} say={say} show={show} />
    </form>
  );
}

function Pin(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <>
      <label class="field">
        <span>{props.label}</span>
        <input
          class="code"
          name="pin"
          dir="ltr"
          inputMode="numeric"
          autocomplete="off"
          required
          minLength={6}
          maxLength={12}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
        <small class="hint">{props.hint}</small>
      </label>
      <p class="problem" role="alert">
        {props.children}
      </p>
    </>
  );
}

function Used({ code, say, show, locale, at }: ScreenProps & { readonly at: number }) {
  return (
    <div class="stack">
      <h1 class="title">
        <Filled text={say("used")} value={day(at, locale)} />
      </h1>
      <p class="lead">{say("used_lead")}</p>
      <a class="button" href="/app/">
        {say("open_app")}
      </a>
      <Objection code={code} say={say} show={show} />
    </div>
  );
}

function Objection({ code, say, show }: Pick<ScreenProps, "code" | "say" | "show">) {
  const object = async () => show((await dispute(code)) ?? { kind: "told" });
  return (
    <button class="quiet-button" type="button" onClick={() => void object()}>
      {say("not_me")}
    </button>
  );
}

function Told({ title, lead }: { readonly title: preact.ComponentChildren; readonly lead: string }) {
  return (
    <div class="stack" role="status">
      <h1 class="title">{title}</h1>
      <p class="lead">{lead}</p>
    </div>
  );
}

/** A name or day stands apart from the direction of the text around it. */
function Filled({ text, value }: { readonly text: string; readonly value: string }) {
  const [before, after] = text.split(/\{\w+\}/);
  return (
    <>
      {before}
      <bdi>{value}</bdi>
      {after}
    </>
  );
}

function day(at: number, locale: string): string {
  const tag = new Intl.Locale(locale, { numberingSystem: "latn" }).toString();
  return new Intl.DateTimeFormat(tag, { day: "numeric", month: "long" }).format(at);
}

const root = document.getElementById("app");
const first = codeIn(location.hash);
// The code stays neither in the address line nor in the history of the browser.
history.replaceState(null, "", location.pathname);
if (root !== null) render(<Page first={first} />, root);
