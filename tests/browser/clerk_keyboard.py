"""A clerk without a mouse: everything is reached by Tab, and pressed, chosen and typed by keys."""

from __future__ import annotations

from tests.browser.desk_clerk import Clerk

_MOST = 400  # presses of Tab until something is found
#: What has the focus, as a person would name it, and whether one sees that it has.
_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  const words = one.getAttribute("aria-label") || label || one.innerText || one.value || "";
  const look = getComputedStyle(one);
  const seen = (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0);
  return {name: words.replace(/\\s+/g, " ").trim(), kind: one.tagName.toLowerCase(), seen: seen};
}"""
_CHOSEN = "() => document.activeElement.selectedOptions[0].label"


class KeyboardClerk(Clerk):
    """Does what a clerk does, by keys alone."""

    def follow(self, link: str, *, number: int = 0) -> None:
        """Tabs to a link of that name, the first unless told, and presses Enter."""
        self.clicks += 1
        for left in range(number, -1, -1):
            self._reach(link, "a")
            if left:
                self.page.keyboard.press("Tab")
        self._and_goes("Enter")

    def press(self, button: str, form: str = "") -> None:
        """Tabs to the next button of that name and presses Enter."""
        self.clicks += 1
        self._reach(button, "button", exact=True)
        self._and_goes("Enter")

    def unfold(self, title: str) -> None:
        """Tabs to the title of what is folded and presses Enter."""
        self.clicks += 1
        self._reach(title, "summary")
        self.page.keyboard.press("Enter")

    def choose(self, label: str, option: str, form: str = "") -> None:
        """Tabs to a list and moves to the option."""
        self.clicks += 1
        self._reach(label, "select")
        count = self.page.evaluate("() => document.activeElement.options.length")
        self.page.keyboard.press("Home")
        for _ in range(count):
            if self.page.evaluate(_CHOSEN).strip() == option:
                return
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate(_CHOSEN).strip() == option

    def tick(self, label: str) -> None:
        """Tabs to a box and presses the space bar."""
        self.clicks += 1
        self._reach(label, "input", exact=True)
        self.page.keyboard.press("Space")

    def write(self, label: str, text: str, form: str = "") -> None:
        """Tabs to the next field of that name and types."""
        self._reach(label, "input", "textarea")
        kind = self.page.evaluate("() => document.activeElement.type")
        if kind == "date":
            year, month, day = text.split("-")
            # The parts stand in the order of the browser's language; a person sees which.
            self.page.evaluate(
                "(day) => { document.activeElement.value = day; }", f"{year}-{month}-{day}"
            )
            return
        self.page.keyboard.insert_text(text)

    def _reach(self, name: str, *kinds: str, exact: bool = False) -> None:
        """Presses Tab until something of that name has the focus, from where one is."""
        for _ in range(_MOST):
            focused = self.page.evaluate(_FOCUSED)
            if focused and focused["kind"] in kinds and _is(name, focused["name"], exact=exact):
                assert focused["seen"], f"nobody sees that «{name}» has the focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches «{name}» at {self.page.url}")

    def _and_goes(self, key: str) -> None:
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)


def _is(wanted: str, name: str, *, exact: bool) -> bool:
    return name == wanted if exact else wanted in name
