"""A page taken apart, for tests that look at it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "col", "wbr"}


@dataclass
class Element:
    """A part of a page; `text` is all text in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, tag: str, class_: str | None = None) -> list["Element"]:
        """The elements below with this tag, and this class if any."""
        found = [element for child in self.children for element in child.all(tag, class_)]
        classes = (self.attributes.get("class") or "").split()
        return [self, *found] if self.tag == tag and (class_ is None or class_ in classes) else found

    def one(self, tag: str, class_: str | None = None) -> "Element":
        (element,) = self.all(tag, class_)
        return element


class Page(HTMLParser):
    """A page taken apart; fails where elements are not nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    @property
    def elements(self) -> list[Element]:
        found, rest = [], [self.root]
        while rest:
            element = rest.pop()
            found.append(element)
            rest += element.children
        return found

    def section(self, id_: str) -> Element:
        (section,) = [section for section in self.root.all("section") if section.attributes["id"] == id_]
        return section
