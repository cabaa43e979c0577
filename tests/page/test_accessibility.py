"""The page for those who listen to it, use its keys, or need contrast."""

from __future__ import annotations

import pytest

from tests.page.browser import Browser
from tests.page.project import PageProject
from tests.page.shop import open_shop

NAMELESS = """
const named = (each) => each.getAttribute("aria-label") || each.textContent.trim()
  || [...(each.labels || [])].map((label) => label.textContent).join("").trim();
return [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
  .filter((each) => each.offsetParent && !named(each)).map((each) => each.outerHTML.slice(0, 200));
"""

# The contrast of each text with the nearest ground that is opaque, by WCAG 2.
PALE = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = ([r, g, b]) => [r, g, b].map((each) => each / 255)
  .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
  .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
const ground = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const colour = rgba(getComputedStyle(each).backgroundColor);
    if (colour[3] > 250) return colour;
  }
  return [255, 255, 255];
};
const isText = (node) => node.nodeType === 3 && node.data.trim();
const hasText = (each) => [...each.childNodes].some(isText);
return [...document.querySelectorAll("body *")].filter((each) => each.offsetParent && hasText(each))
  .map((each) => {
    const style = getComputedStyle(each);
    const both = [luminance(rgba(style.color)), luminance(ground(each))];
    const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    const isLarge = parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600;
    return [contrast, isLarge ? 3 : 4.5, each.className, each.textContent.slice(0, 40)];
  }).filter(([contrast, least]) => contrast < least);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_a_name_and_contrast(
    browser: Browser, shop: PageProject, scheme: str
) -> None:
    open_shop(shop.url, shop.key)
    number = shop.ask("calls", status="rejected")["results"][0]["number"]
    warned = shop.ask("calls", status="warned")["results"][0]["number"]
    user = shop.ask("subjects", search="ada@")["results"][0]["id"]
    browser.resize(1280, 800, scheme)
    for view in (
        f"stream/{number}?path=/users/events",
        f"stream/{warned}",
        "stream/new",
        "users",
        f"users/{user}",
        "events",
        "schedules",
        "inboxes",
        "lost",
        "broadcasts",
    ):
        browser.open(shop.home(view))
        browser.one(".rows > li")
        browser.one(".tool.faults").click()
        browser.run("for (const each of document.getAnimations()) each.finish()")
        assert browser.run(NAMELESS) == [], view
        assert browser.run(PALE) == [], view
    # What would fail is found.
    browser.run("document.querySelector('main').append(document.createElement('button'))")
    browser.run("document.querySelector('main h2').style.color = 'var(--line)'")
    assert (len(browser.run(PALE)), len(browser.run(NAMELESS))) == (1, 1)


def test_rows_and_what_folds_are_reached_by_tab(browser: Browser, shop: PageProject) -> None:
    shop.user("ada", data={"deep": {"er": 1}})
    number = shop.last_call()["number"]
    browser.open(shop.home(f"stream/{number}"))
    browser.one(".side .json")
    reached = browser.run(
        "return [...document.querySelectorAll('main a, main button, main select, main input, "
        "main summary, main pre')].filter((each) => each.offsetParent && each.tabIndex < 0)"
        ".filter((each) => each.getAttribute('role') !== 'tab').length"
    )
    assert reached == 0
