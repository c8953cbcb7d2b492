"""What the dialects share, where their own tests do not reach."""

from callbot.media.messages import MAX_MARKS, MAX_TEXT, Marks, key_of, text


def test_marks_are_bounded() -> None:
    """A leg that never returns its marks costs no memory: the oldest is given up."""
    marks = Marks()
    numbers = [marks.sent(f"name {count}") for count in range(MAX_MARKS + 1)]
    assert (marks.returned(numbers[0]), marks.returned(numbers[-1])) == (None, f"name {MAX_MARKS}")


def test_a_mark_comes_back_once() -> None:
    """The second time it is unknown."""
    marks = Marks()
    number = marks.sent("a")
    assert (marks.returned(number), marks.returned(number)) == ("a", None)


def test_text_is_short_and_printable() -> None:
    """No line breaks, no half characters, no essays in numbers and names."""
    assert text({"a": "+33\n5\x00\ud800é"}, "a") == "+335é"
    assert len(text({"a": "x" * 5000}, "a")) == MAX_TEXT
    assert text({}, "a") == ""


def test_keys() -> None:
    """Sixteen keys, small letters too; nothing else."""
    assert [key_of(digit) for digit in ("0", "9", "*", "#", "A", "d")] == ["0", "9", "*", "#", "A", "D"]
    assert [key_of(digit) for digit in ("", "12", "F", "²", " ")] == [None] * 5
