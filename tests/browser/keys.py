"""Going through a page with the Tab key alone."""

from __future__ import annotations

from playwright.sync_api import Page

# What a page offers to the keyboard, each as words that stay the same when a part is drawn anew.
# Of a group of radio buttons Tab reaches one; the arrows reach the others.
LISTEN = """() => {
  const able = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const name = (one) => one.type === 'radio' ? `radio ${one.name}` : [one.localName, one.id,
    one.name, one.getAttribute('href'), one.textContent.trim().slice(0, 40)].join(' ');
  const rings = (one) => getComputedStyle(one).outlineStyle !== 'none';
  window.reached = []; window.unseen = [];
  document.addEventListener('focusin', ({ target }) => {
    window.reached.push(name(target));
    const shown = [target, target.closest('label')].some((one) => one && rings(one));
    if (!shown) window.unseen.push(name(target));
  });
  return [...document.querySelectorAll(able)].filter((one) => one.tabIndex >= 0 && !one.disabled
    && one.checkVisibility({ visibilityProperty: true })).map(name);
}"""
MORE = 12
TWICE = """() => [...document.querySelectorAll('[id]')].map((one) => one.id)
  .filter((id, at, all) => all.indexOf(id) !== at)"""


def faults(page: Page) -> list[str]:
    """What would stop somebody without a mouse on this page; nothing, one hopes."""
    not_reached, not_shown = left_out(page)
    return [
        *(f"Tab does not reach {one}" for one in not_reached),
        *(f"no ring around {one}" for one in not_shown),
        *(
            f"two things are called #{one}, so a label may lead to the wrong one"
            for one in page.evaluate(TWICE)
        ),
    ]


def left_out(page: Page) -> tuple[list[str], list[str]]:
    """The controls that Tab does not reach on this page, and those that do not show that it did."""
    offered = page.evaluate(LISTEN)
    for _ in range(len(offered) + MORE):
        page.keyboard.press("Tab")
    reached, unseen = page.evaluate("() => [window.reached, window.unseen]")
    return sorted(set(offered) - set(reached)), sorted(set(unseen))
