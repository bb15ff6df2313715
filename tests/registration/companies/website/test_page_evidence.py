"""Pages that were not understood, as files."""

from pathlib import Path

from registration.companies.website.browser import browser_of_this_process
from registration.companies.website.failed_pages import EvidenceFolder


async def test_both_files_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    """The folder is made when it is needed; the paths are absolute."""
    kept = await EvidenceFolder(tmp_path / "new" / "evidence").keep("<p>Ōtaki</p>", b"picture")
    html, screenshot = Path(kept["html"]), Path(kept["screenshot"])
    assert html.read_text().endswith("<p>Ōtaki</p>")
    assert screenshot.read_bytes() == b"picture"
    assert html.is_absolute()
    assert html.parent.stat().st_mode & 0o077 == 0


async def test_nothing_of_a_kept_page_runs_in_the_browser_of_who_opens_it(tmp_path: Path, open_browser: None) -> None:
    """Neither its scripts nor what it loads: a file may see more than a website may."""
    html = "<!doctype html><title>kept</title><p>Ōtaki</p><script>document.title = 'it ran'</script>"
    kept = await EvidenceFolder(tmp_path).keep(html, None)
    async with browser_of_this_process(60) as browser, browser.context() as context:
        page = await context.new_page()
        await page.goto(Path(kept["html"]).as_uri())
        assert await page.title() == "kept"
        assert await page.inner_text("p") == "Ōtaki"


async def test_without_a_screenshot_the_html_is_kept(tmp_path: Path) -> None:
    """A reader that sees nothing has nothing to show."""
    assert (await EvidenceFolder(tmp_path).keep("<p>", None)).keys() == {"html"}


async def test_old_files_go(tmp_path: Path) -> None:
    """A register that has changed fills no disk."""
    folder = EvidenceFolder(tmp_path, most_kept=2)
    kept = [await folder.keep(f"{number}", b"") for number in range(4)]
    assert sorted(path.name for path in tmp_path.glob("*.html")) == [Path(one["html"]).name for one in kept[-2:]]
    assert len(list(tmp_path.glob("*.png"))) == 2


async def test_a_disk_that_takes_nothing_hides_no_error(tmp_path: Path) -> None:
    """It is said instead of the paths."""
    (tmp_path / "file").write_text("")
    kept = await EvidenceFolder(tmp_path / "file" / "evidence").keep("<p>", None)
    assert "cannot store files" in kept["not_kept"]
