"""Pictures of mails and pages, for the README, the guides and whoever changes a template.

    .venv/bin/python deploy/pictures.py
        those of the README and the guides, into deploy/pictures/
    .venv/bin/python deploy/pictures.py --all --dark --into FOLDER
        every template, to look at

Needs a Chromium (Debian's `chromium` package); sample tickets stand in for real ones.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from maildesk.config.example import example_root
from maildesk.config.policy import load_policy
from maildesk.config.templates.engine import Templates
from maildesk.config.templates.pages import WIDGET, Pages
from maildesk.desk.mails.sample import sample_for
from tests.web.samples import SAMPLES, html_of

WIDE, NARROW = 700, 390
README = (("acknowledgement", "en"), ("agent_new", "en"), ("resolution", "en"))
IN_THE_DARK = ("survey",)  # of the pages in the guide
LOOKS = (("wide", WIDE, False), ("phone", NARROW, False), ("dark", NARROW, True))


def main() -> None:
    """Draw what was asked for; exit 1 in words where there is no browser."""
    options = argparse.ArgumentParser(description="Pictures of the mails.")
    options.add_argument("names", nargs="*", help="templates; default: those of the README")
    options.add_argument("--all", action="store_true", help="every template")
    options.add_argument("--dark", action="store_true", help="in dark mode as well")
    options.add_argument("--language", default="en")
    options.add_argument("--into", type=Path, default=Path(__file__).with_name("pictures"))
    asked = options.parse_args()
    browser = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if browser is None:
        sys.exit("No Chromium found. On Debian: apt install chromium")
    templates = Templates.load(None)
    names = templates.names() if asked.all else [n for n in asked.names if n not in SAMPLES]
    chosen = list(SAMPLES) if asked.all else [n for n in asked.names if n in SAMPLES]
    by_night: tuple[str, ...] = ()
    wanted = [(name, asked.language) for name in names]
    pages = [(name, asked.language) for name in chosen]
    if not asked.all and not asked.names:
        wanted, pages = list(README), [(name, "en") for name in SAMPLES]
        by_night = tuple(f"page-{name}" for name in IN_THE_DARK)
    asked.into.mkdir(parents=True, exist_ok=True)
    drawn = [(name, language, mail(templates, name, language)) for name, language in wanted]
    drawn += [(f"page-{name}", language, page(name, language)) for name, language in pages]
    for name, language, html in drawn:
        for look, width, is_dark in LOOKS:
            if is_dark and not (asked.dark or name in by_night):
                continue
            middle = f"{language}-" if asked.all or asked.names else ""
            target = asked.into / f"{name}-{middle}{look}.png"
            draw(browser, html, target, width=width, dark=is_dark)
            print(f"{target} {target.stat().st_size // 1024} KB")


def mail(templates: Templates, name: str, language: str) -> str:
    """The HTML of a mail's sample."""
    # a link to a page would lead nowhere
    return templates.render(name, language, {**sample_for(name), "tracking": ""}).html


def page(name: str, language: str) -> str:
    """The HTML of a page's sample, with its style sheet within."""
    html = html_of(name, language)
    return in_a_shop(html, language) if name == "widget" else html


SHOP = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><style>
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #2b2118; background: #fbf7f0; }
header { padding: 20px 24px; font-weight: 700; background: #efe4d2; }
main { min-height: 700px; padding: 24px; } h1 { margin: 0 0 8px; font-size: 22px; }
p { max-width: 230px; margin: 0 0 12px; }
</style><body><header>The Label Shop</header><main><h1>Rolls and printers</h1>
<p>Thermal rolls for every printer that we sell, on your desk within two days.</p>
<p>57 mm × 30 m, twenty rolls: 18.90</p><p>80 mm × 80 m, ten rolls: 24.50</p></main>
<script>%s</script><script>
const root = document.querySelector("div[data-maildesk]").shadowRoot;
root.querySelector("button").click();
root.querySelector("iframe").srcdoc = %s;
</script>"""


def in_a_shop(form: str, language: str) -> str:
    """Another site's page, with the widget's own script and this form in its frame."""
    policy = load_policy(example_root())
    pages, _ = Pages.load(None, policy.wording)
    said = {"open": "widget_open", "close": "widget_close", "title": "portal_title"}
    words = {name: pages.plain_words(language, one) for name, one in said.items()}
    known = {"base": "https://help.example.org", "colour": policy.colour, "language": language}
    script = pages.plain(WIDGET).replace(
        '"$DESK"', json.dumps({**known, "words": {language: words}})
    )
    # a script ends with the first "</script"
    return SHOP % (script.replace("</", "<\\/"), json.dumps(form).replace("</", "<\\/"))


def draw(browser: str, html: str, target: Path, *, width: int, dark: bool = False) -> None:
    """One picture of the page at this width, as high as the page is.

    Chromium lays out no window narrower than 500 pixels, so the page is shown in a frame of its
    width, and measured first.
    """
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        frame = Path(folder) / "frame.html"
        script = "document.title = this.contentDocument.documentElement.scrollHeight"
        style = f"display:block;border:0;width:{width}px;height:%dpx"
        inner = f'<iframe style="{style}" onload="{script}" srcdoc="{escape(html)}"></iframe>'
        page = f'<!doctype html><title></title><body style="margin:0">{inner}'
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
        ]
        command += [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        command += [f"--user-data-dir={folder}/profile", "--force-device-scale-factor=1"]
        command += ["--blink-settings=preferredColorScheme=0"] if dark else []
        frame.write_text(page.replace("%dpx", "10px", 1), encoding="utf-8-sig")
        seen = subprocess.run(
            [*command, "--dump-dom", frame.as_uri()],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        measured = re.search(r"<title>(\d+)</title>", seen.stdout)
        height = int(measured[1]) if measured else 1200
        frame.write_text(page.replace("%dpx", f"{height}px", 1), encoding="utf-8-sig")
        picture = [
            f"--screenshot={target.resolve()}",
            f"--window-size={width},{height}",
            frame.as_uri(),
        ]
        subprocess.run([*command, *picture], check=True, capture_output=True, timeout=60)


if __name__ == "__main__":
    main()
