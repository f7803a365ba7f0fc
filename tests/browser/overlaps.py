"""Text that lies on other text, or that a box cuts off: what a person cannot read though every word is there."""

from playwright.sync_api import Page

# Each line of each visible piece of text as a box, drawn in by a fourth of its height on both sides: a line box is
# higher than its letters. Boxes are kept in the order of their tops, so that each is compared with its neighbours alone.
_OVERLAPS = """() => {
  const shown = (one) => {
    for (let it = one; it; it = it.parentElement) {
      const style = getComputedStyle(it);
      if (style.clipPath !== "none" || style.position === "fixed") return false;
    }
    return one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  };
  const boxes = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode;
    if (!node.data.trim() || node.parentElement.closest("script, style, option, textarea") || !shown(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const thin = box.height / 4;
      if (box.width < 2 || box.height < 2) continue;
      boxes.push({ node, left: box.left + 1, right: box.right - 1, top: box.top + thin, bottom: box.bottom - thin });
    }
  }
  boxes.sort((one, other) => one.top - other.top);
  const found = new Set(), said = (it) => it.node.data.trim().slice(0, 40);
  boxes.forEach((one, place) => {
    for (let next = place + 1; next < boxes.length && boxes[next].top < one.bottom; next++) {
      const other = boxes[next];
      if (other.node !== one.node && other.left < one.right && one.left < other.right) {
        found.add(`"${said(one)}" lies on "${said(other)}"`);
      }
    }
  });
  return [...found];
}"""


def overlaps(page: Page) -> list[str]:
    """Pairs of pieces of text that lie on each other."""
    return [str(pair) for pair in page.evaluate(_OVERLAPS)]
