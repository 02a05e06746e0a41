/** Number keys answer the line on the screen, as a tap does; who does not want that turns it off in the settings. */

import { useEffect, useState } from "preact/hooks";
import { storage } from "../../store/shared";
import { isUnread } from "./second-tap";
import { useMore } from "./words";

// A choice of this browser, not an answer: it names nobody and may get lost.
const SETTING = "sightline-number-keys";
const WRITING = "textarea, select, input:not([type=radio], [type=checkbox])";
const ACTING = "a, button, summary, input";

const settings = () => storage("localStorage");

export const hasNumberKeys = (): boolean => settings()?.getItem(SETTING) !== "off";

export function watchKeys(): void {
  let before = "";
  document.addEventListener("keydown", (event) => {
    const isSecond = event.key === before && isUnread();
    before = event.key;
    const target = event.target instanceof Element ? event.target : document.body;
    const isOther = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing;
    const screen = document.querySelector(".screen-step");
    if (isOther || screen === null || target.closest(WRITING) !== null) return;
    if (/^[1-9]$/.test(event.key) && hasNumberKeys()) {
      if (!isSecond) choose(screen, Number(event.key));
    } else if (target.closest(ACTING) !== null) return;
    else if (event.key === "Enter")
      screen.querySelector<HTMLElement>(".foot-row .button:not(.button-soft)")?.click();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const radio = screen.querySelector<HTMLElement>("input:checked, input[type=radio]");
      radio?.focus();
      if (radio !== null) event.preventDefault();
    }
  });
}

function choose(screen: Element, number: number): void {
  const label = screen.querySelectorAll<HTMLElement>("fieldset.points label.point")[number - 1];
  const input = label?.querySelector("input");
  if (label === undefined || !input) return;
  input.focus();
  // The field tells a tap, which goes on, from arrow keys, which stay, by the pointer.
  label.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  input.click();
}

/** Stands where there is a keyboard and a mouse. */
export function KeyHint() {
  const words = useMore();
  return hasNumberKeys() ? <p class="keys">{words.t("keys_hint")}</p> : null;
}

export function KeySetting() {
  const words = useMore();
  const [isOn, setOn] = useState(hasNumberKeys);
  useEffect(() => {
    if (isOn) settings()?.removeItem(SETTING);
    else settings()?.setItem(SETTING, "off");
  }, [isOn]);
  return (
    <label class="flag keys-setting">
      <input type="checkbox" checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
      <span>{words.t("keys_setting")}</span>
    </label>
  );
}
