"""Reads a page as a browser would, and keeps what tests ask about."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}


class Element:
    """An element with its attributes, its children and its text."""

    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent, self.children = tag, attributes, parent, []

    def walk(self):
        """The element and all below it, in their order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag=None, **attributes):
        """All elements below it with this tag and these attributes; `class_` is one of the classes."""
        wanted = attributes.pop("class_", None)
        for found in self.walk():
            if found is self or (tag is not None and found.tag != tag):
                continue
            if wanted is not None and wanted not in found.classes:
                continue
            if all(found.attributes.get(name.replace("_", "-")) == value for name, value in attributes.items()):
                yield found

    @property
    def classes(self):
        return (self.attributes.get("class") or "").split()

    def text(self, language=None):
        """The text that is read in this language; in all of them if it is None."""
        if language is not None and ({"en", "ko"} - {language}) & set(self.classes):
            return ""
        parts = [child.text(language) if isinstance(child, Element) else child for child in self.children]
        return "".join(parts)

    def inside(self, tag):
        """Whether it is inside of such an element."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = self.here = Element("document", {}, None)

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(set(names)) == len(names), f"{tag} has an attribute twice"
        element = Element(tag, dict(attributes), self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag, attributes):
        self.here.children.append(Element(tag, dict(attributes), self.here))

    def handle_endtag(self, tag):
        assert self.here.tag == tag, f"</{tag}> ends <{self.here.tag}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)


def read(html):
    """The page as a tree; an AssertionError if tags do not match."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is not ended"
    return reader.root


def table(root, caption, language="en"):
    """The cells of the table whose caption begins so: heads, and rows by their first cell."""
    [found] = [each for each in root.all("table") if next(each.all("caption")).text(language).startswith(caption)]
    heads = [cell.text(language) for cell in next(found.all("thead")).all("th")]
    body = next(found.all("tbody"))
    rows = [[cell.text(language) for cell in row.walk() if cell.tag in ("th", "td")] for row in body.all("tr")]
    return heads, {row[0]: row[1:] for row in rows}
