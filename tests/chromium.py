"""A real browser, and what it complains of."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.machine import needed

ARGS = [
    "--no-sandbox",  # which root, as in containers, cannot have
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 30_000  # for machines that do much else
TELL_WHAT_WAS_STOPPED = """addEventListener("securitypolicyviolation", (event) =>
    noteViolation(`stopped: ${event.effectiveDirective} ${event.blockedURI}`))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, patient."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needed("chromium"), args=ARGS)
        yield browser
        browser.close()


def complaints_of(page: Page) -> list[str]:
    """Grows by whatever fails on the page from now on, and by all that its policy stops."""
    noted: list[str] = []
    page.on("console", lambda message: noted.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: noted.append(error.message))
    page.expose_function("noteViolation", lambda text: noted.append(text))
    page.add_init_script(TELL_WHAT_WAS_STOPPED)
    return noted
