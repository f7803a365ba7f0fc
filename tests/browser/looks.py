"""What a page must still show when the person, not the site, decides its colours, its motion and its spacing."""

from playwright.sync_api import Page

# WCAG 2.2, 1.4.12: so much room between lines, paragraphs, letters and words must cost nothing.
_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
# A constructed sheet, as a person's own would be: the page's policy does not reach it.
_WEAR = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""
_COLOURS_LOST = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const style = (one) => getComputedStyle(one);
  const ground = style(document.documentElement).backgroundColor;
  const said = (what, one) => `${what}: ${one.outerHTML.slice(0, 100)}`;
  const lost = [];
  for (const one of document.querySelectorAll("input, select, textarea, button, .plain")) {
    const bare = style(one).borderTopStyle === "none" || parseFloat(style(one).borderTopWidth) < 1;
    if (seen(one) && bare && style(one).appearance === "none") lost.push(said("no edge", one));
  }
  for (const one of document.querySelectorAll(":is(.chart, .key) :is(rect, circle, line):not(.level, .track)")) {
    const drawn = [style(one).fill, style(one).stroke].some((it) => it !== "none" && it !== ground);
    if (seen(one) && !drawn) lost.push(said("not drawn", one));
  }
  for (const one of document.querySelectorAll("[aria-current]")) {
    const shown = parseFloat(style(one).borderBottomWidth) >= 2 && style(one).borderBottomStyle !== "none";
    if (seen(one) && !shown) lost.push(said("not marked as where one is", one));
  }
  return lost;
}"""
_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
_MOVES = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((it) => parseFloat(it) > .01);
}).map((one) => one.outerHTML.slice(0, 100))"""


def lost_in_forced_colours(page: Page) -> list[str]:
    """What cannot be told any more where the system chooses every colour."""
    page.emulate_media(forced_colors="active", color_scheme="dark")
    lost = [str(one) for one in page.evaluate(_COLOURS_LOST)]
    page.keyboard.press("Tab")
    if not page.evaluate(_FOCUS):
        lost.append("the focus")
    page.emulate_media(forced_colors="none")
    return lost


def moving(page: Page) -> list[str]:
    """What still moves where the person asked for less motion."""
    page.emulate_media(reduced_motion="reduce")
    found = [str(one) for one in page.evaluate(_MOVES)]
    page.emulate_media(reduced_motion="no-preference")
    return found


def space_the_text(page: Page) -> None:
    """Wear the person's own style sheet, with the spacing of WCAG 1.4.12."""
    page.evaluate(_WEAR, _SPACING)
