"""How long after an answer of the platform its mark is on the page of the batch, in a browser that watches.

The moments come from the sandbox, which notes when it answered, and from an observer in the page; both read the clock
of this machine.
"""

from collections.abc import Mapping
from typing import Final

from playwright.async_api import Page

from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import PretendedPlatform
from registration.workflow.sub_steps import SUB_STEPS

_BEFORE: Final = 5
"""Marks of a row before those of the sub-steps: one for each earlier step."""
_WATCH: Final = """() => {
    window.shownAt = {};
    const look = (row) => row.querySelectorAll(".m").forEach((mark, at) => {
        const key = `${row.id} ${at}`;
        if (mark.textContent === "✓" && !(key in window.shownAt)) window.shownAt[key] = Date.now();
    });
    const row = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("tr[id^=job-]");
    document.querySelectorAll("tr[id^=job-]").forEach(look);
    for (const key in window.shownAt) window.shownAt[key] = 0;
    new MutationObserver((changes) => {
        const changed = changes.flatMap((one) => [one.target, ...one.addedNodes].map(row));
        new Set(changed.filter(Boolean)).forEach(look);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


async def watch(page: Page) -> None:
    """Note from now on when each mark of the page becomes that of a success."""
    await page.evaluate(_WATCH)


async def seconds_after_answers(page: Page, platform: PretendedPlatform, batch: PreparedBatch) -> list[float]:
    """The seconds from the answer that completed a sub-step to its mark on the page, for all that were answered once.

    Raises AssertionError for a sub-step that was answered and has no mark.
    """
    shown: Mapping[str, float] = await page.evaluate("() => window.shownAt")
    jobs = dict(zip(batch.restaurant_ids, batch.job_ids, strict=True))
    columns = {row.endpoint: at for at, row in enumerate(SUB_STEPS.values(), _BEFORE)}
    answered: dict[str, list[float]] = {}
    for sent in await platform.sendings(batch.restaurant_ids):
        if sent.success and sent.answered_at and sent.endpoint in columns:
            key = f"job-{jobs[sent.restaurant_id]} {columns[sent.endpoint]}"
            answered.setdefault(key, []).append(sent.answered_at.timestamp())
    missing = [key for key in answered if not shown.get(key)]
    if missing or not answered:
        raise AssertionError(f"{len(missing)} of {len(answered)} sub-steps never came to the screen: {missing[:3]}")
    return [shown[key] / 1000 - moments[0] for key, moments in answered.items() if len(moments) == 1]
