"""The palette says of each action what it does on the screen that is open."""

from screens.answers.summary import SummaryScreen
from screens.deployments.status import StatusScreen
from screens.palette import commands
from screens.review.documents import drawn
from tests.screens.play import Play
from tests.screens.stage import staged
from tests.support.made import plan
from wizard.engine.changes import Against, Standing
from wizard.ui.common.plan_text import Page, View


async def test_start_and_leave_are_what_they_do_here() -> None:
    async with staged(Play()) as person:
        screen = await person.at(SummaryScreen)
        does = {each.name: each.does for each in commands(screen)}
        assert does["Start"].startswith("Review everything")
        assert does["Quit"].startswith("Quit the wizard; asks first")
        person.app.show_status(person.session.likely)
        status = await person.at(StatusScreen)
        does = {each.name: each.does for each in commands(status)}
        assert "editor" not in does["Change it"]
        assert "clipboard" not in does["Rotate password"]


def test_a_document_says_what_is_shown_and_what_comes_next() -> None:
    document = plan({}).documents[0]
    page = Page(document, "text", {}, Against(Standing.DIFFERS, diff="-a"))
    assert page.views == (View.DEPLOYED, View.WHOLE)
    told = drawn(page, View.WHOLE, width=80).plain
    assert "Whole text. v: changes from what is deployed." in told
    assert "Only" not in told
    told = drawn(page, View.DEPLOYED, width=80).plain
    assert "Changes from what is deployed. v: whole text." in told
