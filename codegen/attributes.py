"""A Griffe extension: what a class says of its attributes becomes the docstrings of these."""

from typing import Any

from griffe import (
    Alias,
    Attribute,
    Class,
    Docstring,
    DocstringSectionAttributes,
    Extension,
    Object,
)


class AttributeDocstrings(Extension):
    """Each attribute of the reference has the words that the docstring of its class has for it."""

    def on_class(self, *, cls: Class, **_more: Any) -> None:
        """Distribute the section Attributes of a class."""
        if cls.docstring is None:
            return
        for section in cls.docstring.parse("google", warnings=False):
            if isinstance(section, DocstringSectionAttributes):
                for item in section.value:
                    member = attribute(cls, item.name)
                    if member is not None and member.docstring is None:
                        member.docstring = Docstring(item.description, parent=member)


def attribute(cls: Class, name: str) -> Object | None:
    """The attribute of a class, or of the class that it is inherited from."""
    found = cls.all_members.get(name)
    found = found.final_target if isinstance(found, Alias) else found
    return found if isinstance(found, Attribute) else None
