"""Records behave like frozen dataclasses: fields in order, defaults, equality by content, patterns, inheritance."""

from __future__ import annotations

import pytest

from crosswire.record import as_dict, field, record, replace


@record
class Base:
    """A base."""

    name: str
    size: int = 1


@record
class Derived(Base):
    """One more field, one that does not count, and one that is not given."""

    place: str | None = field(default=None, compare=False)
    seen: list[str] = field(default_factory=list, init=False, compare=False)


def test_fields_come_in_order_with_their_defaults() -> None:
    assert as_dict(Derived("a")) == {"name": "a", "size": 1, "place": None}
    assert Derived("a", place="here").place == "here"


def test_equality_and_hash_are_by_class_and_content() -> None:
    assert Derived("a", place="here") == Derived("a", place="there")
    assert hash(Derived("a", place="here")) == hash(Derived("a", place="there"))
    assert Derived("a") != Derived("b")
    assert Base("a") != Derived("a")


def test_a_field_that_is_not_given_is_made_anew_for_each() -> None:
    first, second = Derived("a"), Derived("a")
    first.seen.append("x")
    assert second.seen == []


def test_records_match_patterns_by_position() -> None:
    match Base("a", 2):
        case Base(name, size):
            assert (name, size) == ("a", 2)
        case _:
            pytest.fail("no match")


def test_replace_changes_a_copy() -> None:
    original = Base("a")
    assert replace(original, size=3) == Base("a", 3)
    assert original.size == 1


def test_a_record_has_no_room_for_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Base("a").other = 1  # type: ignore[attr-defined]


def test_a_field_without_default_after_one_with_is_refused() -> None:
    with pytest.raises(TypeError, match="has no default"):

        @record
        class Wrong:
            a: int = 1
            b: int
