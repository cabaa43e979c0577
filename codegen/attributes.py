"""A Griffe extension: what a class says of its attributes becomes the docstrings of these."""

from typing import Any

from griffe import Class, Docstring, DocstringSectionAttributes, Extension, Object


class AttributeDocstrings(Extension):
    """Each attribute of the reference has the words that the docstring of its class has for it."""

    def on_class(self, *, cls: Class, **_more: Any) -> None:
        """Distribute the section Attributes of a class."""
        if cls.docstring is None:
            return
        for section in cls.docstring.parse("google", warnings=False):
            if isinstance(section, DocstringSectionAttributes):
                for item in section.value:
                    member = cls.members.get(item.name)
                    if isinstance(member, Object) and member.docstring is None:
                        member.docstring = Docstring(item.description, parent=member)
