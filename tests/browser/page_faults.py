"""What is wrong with a page as it stands: axe, size, direction, tap targets, words of another language."""

import json

from playwright.async_api import Page

from server.words import catalogue
from tests.browser.axe import SIDEWAYS, find_faults

RTL = frozenset({"ar"})
LEAST_PX, TAP_PX = 24, 44
# Links inside running text are exempt, as in WCAG 2.5.8; a box inside its label is as big as the label.
SMALL = """([least, tap]) => {
  const boxOf = (one) => {
    const isBox = one.matches('[type=checkbox], [type=radio]');
    const label = isBox ? (one.closest('label') ?? document.querySelector(`label[for="${one.id}"]`)) : null;
    return (label ?? one).getBoundingClientRect();
  };
  const wantedOf = (one) => {
    if (one.matches('.button, .tabs a, select, textarea, input:not([type=checkbox], [type=radio])')) return [0, tap];
    return one.matches('a') && getComputedStyle(one).display === 'inline' ? [0, 0] : [least, least];
  };
  const isShown = (one) =>
    one.checkVisibility({ visibilityProperty: true }) && one.type !== 'hidden' && one.getBoundingClientRect().width > 0
    && one.closest('.visually-hidden, .skip-link') === null;
  return [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter(isShown).flatMap((one) => {
    const box = boxOf(one);
    const [width, height] = wantedOf(one);
    const name = (one.textContent || one.name || '').trim().slice(0, 30);
    const isSmall = Math.round(box.width) < width || Math.round(box.height) < height;
    return isSmall ? [`${one.localName} ${name} ${Math.round(box.width)}x${Math.round(box.height)}`] : [];
  });
}"""
# The words a reader sees, in the page's own language: not names, files, codes, nor what is marked as another language.
WORDS = """(locale) => {
  const found = [];
  const marked = 'bdi, code, pre, [dir=auto], svg, script, noscript, style, textarea';
  const isOwn = (node) => node.closest('[lang]')?.lang.startsWith(locale) && node.closest(marked) === null;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (parent !== null && isOwn(parent) && text !== '') found.push(text);
  }
  for (const one of document.querySelectorAll('[aria-label], [alt], [placeholder], [title]'))
    for (const name of ['aria-label', 'alt', 'placeholder', 'title'])
      if (one.hasAttribute(name) && isOwn(one)) found.push(one.getAttribute(name));
  return found;
}"""
FOREIGN = """([texts, locale]) => {
  const strange = locale === 'ar' ? /[A-Za-z]{2,}(?:[ ;:’']+[A-Za-z]{2,}){2,}/ : /[\\u0600-\\u06ff]{2,}/;
  // Names and titles that somebody wrote may stand in a sentence between isolating marks.
  return texts.filter((text) => strange.test(text.replace(/\\u2068.*?\\u2069/gsu, '')));
}"""
KEYS = """([texts, roots]) => {
  const dotted = new RegExp(`(?:^|\\\\s)(?:${roots.join('|')})\\\\.[a-z_]+(?:\\\\.[a-z_0-9]+)*(?:\\\\s|$)`);
  const isKey = (text) => dotted.test(text) || /\\{[a-z_]+\\}/.test(text) || /^[a-z]+(?:_[a-z]+)+$/.test(text);
  return texts.filter((text) => isKey(text) && !/\\.(?:xlsx|csv|yaml)/.test(text));
}"""


async def faults_of(page: Page, locale: str) -> list[str]:
    """List everything wrong; an empty list is a page that may be shown to a customer."""
    found = [f"axe {one}" for one in await find_faults(page)]
    found += await _shape(page, locale)
    found += [f"small {one}" for one in await page.evaluate(SMALL, [LEAST_PX, TAP_PX])]
    texts = await page.evaluate(WORDS, locale)
    roots = sorted({key.partition(".")[0] for key in catalogue("en")})
    found += [
        f"foreign {json.dumps(one, ensure_ascii=False)}"
        for one in await page.evaluate(FOREIGN, [texts, locale])
    ]
    found += [f"key {json.dumps(one)}" for one in await page.evaluate(KEYS, [texts, roots])]
    return found


async def _shape(page: Page, locale: str) -> list[str]:
    html = page.locator("html")
    lang, direction = await html.get_attribute("lang"), await html.get_attribute("dir") or "ltr"
    found = [] if lang == locale else [f"lang is {lang}"]
    found += [] if direction == ("rtl" if locale in RTL else "ltr") else [f"dir is {direction}"]
    sideways = await page.evaluate(SIDEWAYS)
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    with_big_letters = await page.evaluate(SIDEWAYS)
    await page.evaluate("document.documentElement.style.fontSize = ''")
    found += [f"sideways by {sideways} px"] if sideways else []
    return found + ([f"sideways by {with_big_letters} px with big letters"] if with_big_letters else [])
