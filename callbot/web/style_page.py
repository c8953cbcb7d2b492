"""`/composants`: every piece that pages are made of, in all its states, for developers and designers; axe and the camera look at it too."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.web.rendering import render

COLOURS = {
    "Papier": ("ground", "surface", "sunken", "line", "line-strong"),
    "Encre": ("ink", "ink-soft"),
    "Pin": ("accent", "accent-strong", "accent-soft", "rail", "rail-raised", "spark"),
    "Tons": ("good", "busy", "warn", "bad", "quiet"),
}
"""The colours that the page shows, by family: names of tokens.css."""
SIZES = ("figure", "display", "far", "title", "lead", "body", "small")


class StylePage:
    """One page without anything of the service in it."""

    def routes(self) -> Sequence[Route]:
        """Where it is."""
        return [Route("/composants", self.show)]

    async def show(self, request: Request) -> Response:
        """The page."""
        return render(request, "composants.html", colours=COLOURS, sizes=SIZES)
