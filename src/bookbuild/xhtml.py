"""Well-formed XHTML fragments: parse, walk, change, write.

Owner of lxml. A fragment travels between stages as text; a stage that changes one parses it,
works on a tree of its own, and writes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy

from lxml import etree

Element = etree._Element
etree.register_namespace("epub", "http://www.idpf.org/2007/ops")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Malformed(ValueError):
    """A fragment that is not well-formed; `line` is the line within it."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse(fragment: str) -> Element:
    """The fragment's tree, under a root element `body`.

    Raises:
        Malformed: the fragment is not well-formed XML.
    """
    return parse_document(f"<body>{fragment}</body>")


def parse_document(text: str) -> Element:
    """The root of a whole document; raises as `parse` does."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise Malformed(str(fault.msg).split(", line ")[0], fault.lineno or 1) from None


def parse_foreign(data: bytes) -> Element:
    """The root of an XML file that nobody vouches for; nothing outside the file is read.

    Entities that the file declares are filled in, as drawing programs use them, but only until
    they have grown to a few times the file; outside ones, and bombs, are refused.

    Raises:
        Malformed: the file is not well-formed XML.
    """
    parser = etree.XMLParser(
        resolve_entities="internal",
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise Malformed(str(fault.msg).split(", line ")[0], fault.lineno or 1) from None


def write(root: Element) -> str:
    """What is inside `root`, as XHTML text."""
    parts = [escape(root.text or "")]
    parts.extend(etree.tostring(child, encoding="unicode") for child in root)
    return "".join(parts)


def inner(element: Element) -> str:
    """The markup inside an element, the element itself left out."""
    return write(element)


def text_of(element: Element) -> str:
    """All text inside an element, white space folded."""
    return " ".join(all_text(element).split())


def all_text(element: Element) -> str:
    """All text inside an element, as it stands."""
    return "".join(part for part in element.itertext() if isinstance(part, str))


def escape(text: str) -> str:
    """Text made safe as XML character data and inside a quoted attribute."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def new(tag: str, text: str = "", **attributes: str) -> Element:
    """A new element; a trailing underscore in an attribute's name is dropped (`class_`)."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    element = etree.Element(tag, named)
    element.text = text or None
    return element


def child(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new element at the end of `parent`, in its namespaces."""
    element = etree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element


def rooted(
    tag: str, namespace: str, prefixes: Mapping[str, str] | None = None, **attributes: str
) -> Element:
    """The root of a document whose default namespace is `namespace`; others get a prefix."""
    named: dict[str | None, str] = {None: namespace}
    named.update(prefixes or {})
    return etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap=named)


def below(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new element at the end of `parent`, of the same namespace."""
    return child(parent, f"{{{etree.QName(parent).namespace}}}{tag}", text, **attributes)


def elements(root: Element, *tags: str) -> list[Element]:
    """Every element below `root` with one of `tags`, in order; a list, so trees may change."""
    return [element for element in root.iter(*tags) if element is not root]


def replace(old: Element, replacement: Element) -> None:
    """Put `replacement` where `old` is; the text after `old` stays."""
    parent = parent_of(old)
    replacement.tail = old.tail
    parent.replace(old, replacement)


def remove(element: Element) -> None:
    """Take an element out, but leave the text that follows it."""
    parent = parent_of(element)
    tail = element.tail or ""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + tail or None
    else:
        parent.text = (parent.text or "") + tail or None
    parent.remove(element)


def parent_of(element: Element) -> Element:
    """The element's parent; every element but a root has one."""
    parent = element.getparent()
    if parent is None:
        raise LookupError("the root of a tree has no parent")
    return parent


def outer(element: Element) -> str:
    """An element with its tags as XHTML text, what follows it left out."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def inside_or_is(element: Element, tag: str, slot: str) -> bool:
    """True when the text in `slot` of an element belongs to an element named `tag`."""
    return (slot == "text" and element.tag == tag) or inside(element, tag)


def inside(element: Element, tag: str) -> bool:
    """True when an element of that name stands around this one."""
    return next(element.iterancestors(tag), None) is not None


def copy(element: Element) -> Element:
    """A copy of the element and all inside it, without the text that follows it."""
    twin = deepcopy(element)
    twin.tail = None
    return twin


def add_class(element: Element, name: str) -> None:
    """Add `name` to the element's classes."""
    element.set("class", f"{element.get('class', '')} {name}".strip())


def has_class(element: Element, name: str) -> bool:
    """True when the element carries the class `name`."""
    return name in (element.get("class") or "").split()


def unwrap(root: Element, *tags: str) -> None:
    """Take the tags of every such element below `root` away; what is inside them stays."""
    etree.strip_tags(root, *tags)


def move_children(source: Element, target: Element) -> None:
    """Append everything inside `source` to the empty element `target`."""
    target.text = source.text
    target.extend(list(source))


def texts(root: Element) -> Iterator[tuple[Element, str]]:
    """The slots below `root` that hold text: (element, "text" or "tail"), in reading order."""
    yield root, "text"
    for child in root:
        yield from texts(child)
        yield child, "tail"


def tidy_namespaces(root: Element) -> None:
    """Declare the EPUB namespace once, on the root."""
    declare_once(root, "epub", "http://www.idpf.org/2007/ops")


def declare_once(root: Element, prefix: str, namespace: str) -> None:
    """Declare a namespace on the root, and not again inside."""
    etree.cleanup_namespaces(root, top_nsmap={prefix: namespace})


def bare_document(root: Element) -> bytes:
    """A whole XML document as UTF-8 bytes, without document type and without unused namespaces."""
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def document(root: Element) -> bytes:
    """A whole XML document as UTF-8 bytes, with its declaration and document type."""
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)


def indented(root: Element) -> bytes:
    """A whole XML document as UTF-8 bytes, each element that holds no text on lines of its own."""
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
