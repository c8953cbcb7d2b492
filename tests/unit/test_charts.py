"""Charts: what is drawn has the lengths that the numbers have, says its numbers, and fits on its sheet."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.charts.bars import Bar, columns, rows
from callbot.charts.drawing import PAGE, PHONE, PRINT, decimal, percent, steps, whole
from callbot.charts.flow import Link, flow
from callbot.charts.heat import heat_map, shade_of
from callbot.charts.trend import Point, trend

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str, tag: str) -> list[ElementTree.Element]:
    """The elements of that kind, in order."""
    return list(ElementTree.fromstring(svg).iter(SVG + tag))


def texts(svg: str) -> list[str]:
    """What can be read in it."""
    return [element.text or "" for element in drawn(svg, "text")]


def test_a_lying_bar_is_as_long_as_its_value_and_names_it() -> None:
    """Half the value, half the length; the period before is thinner; the value stands at the end."""
    svg = rows([Bar("Passeport", 100, 50), Bar("Encombrants", 50, 0)], title="Sujets", palette=PRINT)
    lengths = [float(rect.get("width", "")) for rect in drawn(svg, "rect")]
    assert [length / lengths[0] for length in lengths] == [1, 0.5, 0.5, 0]
    assert lengths[0] > 300
    assert texts(svg) == ["Passeport", "100", "Encombrants", "50"]
    assert next(title.text for title in drawn(svg, "title")) == "Passeport : 100 (période précédente : 50)"


def test_an_upright_bar_stands_on_the_axis() -> None:
    """The highest bar reaches the line of its value; every bar ends at the foot."""
    svg = columns([Bar("8 h", 40), Bar("9 h", 20)], title="Heures", palette=PRINT)
    boxes = [(float(rect.get("y", "")), float(rect.get("height", ""))) for rect in drawn(svg, "rect")]
    assert boxes == [(14.0, 176.0), (102.0, 88.0)]
    assert texts(svg) == ["0", "10", "20", "30", "40", "8 h", "9 h"]


def test_a_heat_map_says_its_numbers_and_darkens_with_them() -> None:
    """Nothing has the first shade and no number; the largest has the last."""
    svg = heat_map(["lundi"], ["8 h", "9 h", "10 h"], [[0, 1, 8]], title="Semaine", palette=PRINT)
    fills = [rect.get("fill") for rect in drawn(svg, "rect")]
    assert fills == [PRINT.shades[0], PRINT.shades[1], PRINT.shades[4]]
    assert texts(svg) == ["8 h", "9 h", "10 h", "lundi", "1", "8"]
    assert [shade_of(value, 4, 5) for value in (0, 1, 2, 3, 4)] == [0, 1, 2, 3, 4]


def test_a_day_without_a_value_breaks_the_line() -> None:
    """The line begins again after it, and no dot stands there."""
    points = [Point("1", 1.0), Point("2", 2.0), Point("3", None), Point("4", 4.0), Point("5", 0.0)]
    svg = trend(points, title="Tendance", palette=PRINT)
    line = [path.get("d", "") for path in drawn(svg, "path") if path.get("stroke") == PRINT.accent]
    assert [part.count("L") for part in line[0].split("M")[1:]] == [1, 1]
    assert len(drawn(svg, "rect")) == 4


def test_the_flow_keeps_every_call() -> None:
    """What leaves a node is as broad as what came; a stage of nobody is not shown."""
    links = [
        Link("Reçus", "Décrochés", 90),
        Link("Reçus", "Refusés", 10),
        Link("Décrochés", "Répondus", 60),
        Link("Décrochés", "Pris", 30),
        Link("Décrochés", "Perdus", 0),
    ]
    svg = flow(links, title="Devenir", palette=PRINT)
    heights = {
        (rect.findtext(SVG + "title") or "").partition(" :")[0]: float(rect.get("height", ""))
        for rect in drawn(svg, "rect")
    }
    assert set(heights) == {"Reçus", "Décrochés", "Refusés", "Répondus", "Pris"}
    assert heights["Reçus"] == pytest.approx(heights["Décrochés"] + heights["Refusés"], abs=0.2)
    assert heights["Décrochés"] == pytest.approx(heights["Répondus"] + heights["Pris"], abs=0.2)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=12))
def test_the_flow_fits_on_its_sheet(values: list[int]) -> None:
    """Whatever the numbers, every node lies within the height, which grows with their number, and no two lie over each other."""
    links = [Link("Reçus", f"Fin {number}", value) for number, value in enumerate(values)]
    svg = flow(links, title="Devenir", palette=PAGE, height=320)
    high = float(ElementTree.fromstring(svg).get("height", ""))
    columns_: dict[str, list[tuple[float, float]]] = {}
    for rect in drawn(svg, "rect"):
        y, tall = float(rect.get("y", "")), float(rect.get("height", ""))
        assert 0 <= y <= y + tall <= high + 0.5
        columns_.setdefault(rect.get("x", ""), []).append((y, y + tall))
    for spans in columns_.values():
        assert all(above[1] <= below[0] for above, below in pairwise(sorted(spans)))


def test_a_narrow_drawing_has_its_names_above() -> None:
    """On a telephone: lying bars begin at the edge, a heat map stands upright, and what leads on in a flow is named above itself."""
    lying = rows([Bar("Carte d’identité ou passeport", 100)], title="Sujets", palette=PHONE)
    name, _ = drawn(lying, "text")
    (bar,) = drawn(lying, "rect")
    assert (bar.get("x"), name.get("x")) == ("0", "0")
    assert float(name.get("y", "")) < float(bar.get("y", ""))
    heat = heat_map(
        ["lundi", "mardi"], ["8 h", "9 h", "10 h"], [[0, 1, 8], [2, 0, 0]], title="Semaine", palette=PHONE
    )
    assert texts(heat) == ["lun.", "mar.", "8 h", "2", "9 h", "1", "10 h", "8"]
    notes = [title.text for title in drawn(heat, "title")]
    assert notes == [
        "lundi, 8 h : 0",
        "mardi, 8 h : 2",
        "lundi, 9 h : 1",
        "mardi, 9 h : 0",
        "lundi, 10 h : 8",
        "mardi, 10 h : 0",
    ]
    links = [Link("Reçus", "Décrochés", 9), Link("Décrochés", "Répondus", 6), Link("Décrochés", "Pris", 3)]
    flowing = flow(links, title="Devenir", palette=PHONE)
    lows = {text.text: float(text.get("y", "")) for text in drawn(flowing, "text")}
    tops = {
        (rect.findtext(SVG + "title") or "").partition(" :")[0]: float(rect.get("y", ""))
        for rect in drawn(flowing, "rect")
    }
    assert [0 < lows[name] < tops[name] for name in ("Reçus", "Décrochés", "Répondus")] == [True, True, False]


def test_nothing_to_draw_is_drawn_all_the_same() -> None:
    """A day without a call has charts without marks, not an error."""
    empty = [
        rows([], title="Sujets"),
        columns([], title="Heures"),
        columns([Bar("8 h", 0)], title="Heures"),
        trend([], title="Tendance"),
        trend([Point("1", None)], title="Tendance"),
        flow([Link("Reçus", "Décrochés", 0)], title="Devenir"),
        heat_map(["lundi"], ["8 h"], [[0]], title="Semaine"),
    ]
    assert all(ElementTree.fromstring(svg).get("role") == "img" for svg in empty)


def test_names_are_words_and_never_markup() -> None:
    """A name from the knowledge base or a trunk cannot break out of the drawing."""
    svg = rows([Bar("<script>alert(1)</script> & co", 1)], title='"><script>', palette=PRINT)
    assert "<script" not in svg
    assert texts(svg)[0] == "<script>alert(1)</script> & co"


@given(st.floats(0.001, 1e7))
def test_an_axis_has_round_steps_and_holds_everything(most: float) -> None:
    """From nothing to at least the largest value, in a handful of equal steps."""
    found = steps(most)
    assert found[0] == 0
    assert found[-1] >= most * 0.999
    assert 2 <= len(found) <= 8
    assert found[1] - found[0] == pytest.approx(found[-1] - found[-2])


def test_shares_have_steps_between_nothing_and_all() -> None:
    """A rate's axis is divided; a number of calls is not cut into parts of a call."""
    assert (steps(1, parts=True), steps(1)) == ([0, 0.25, 0.5, 0.75, 1], [0, 1])


def test_the_last_name_under_bars_stays_on_the_sheet() -> None:
    """« plus de 10 min » ends at the edge, rather than be cut off there."""
    svg = columns([*[Bar("0 s", 1)] * 6, Bar("plus de 10 min", 1)], title="Attente", palette=PHONE)
    last = drawn(svg, "text")[-1]
    assert (last.text, last.get("x"), last.get("text-anchor")) == ("plus de 10 min", "310", "end")


def test_numbers_are_written_in_french() -> None:
    """Narrow spaces that do not break between thousands and before the sign; a comma."""
    assert (whole(12345), decimal(1234.5), decimal(3.0)) == ("12\u202f345", "1\u202f234,5", "3")
    assert (percent(0.874), percent(0.874, 1)) == ("87\u202f%", "87,4\u202f%")
