"""What was cut out of the back desk's files is nothing that its pages use."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import unfold

from aivideo_project.admin_look import NAVIGATION
from scripts.stylesheet import classes_of, without

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
STYLES = "unfold/css/styles.css"
ICON = re.compile(r"material-symbols-outlined[^>]*>\s*([a-z0-9_]+)\s*<")


def test_every_icon_of_the_rail_is_in_the_font():
    kept = set((STATIC / "unfold/fonts/material-symbols/icons.txt").read_text().split())
    asked = {item["icon"] for room in NAVIGATION for item in room["items"]}
    for page in (ROOT / "templates").rglob("*.html"):
        asked |= set(ICON.findall(page.read_text(encoding="utf-8")))
    assert asked - kept == set()
    assert {"check_small", "filter_list", "search"} <= kept


def test_the_files_are_of_the_version_that_is_installed():
    head = (STATIC / STYLES).read_text(encoding="utf-8").splitlines()[0]
    assert f"django-unfold {version('django-unfold')}," in head


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/generation/job/", "/admin/accounts/user/1/change/"]
)
def test_every_class_of_a_page_has_its_styles(admin_client, admin_user, path):
    path = path.replace("/1/", f"/{admin_user.pk}/")
    page = admin_client.get(path).content.decode()
    said = {name for found in re.findall(r'class="([^"]*)"', page) for name in found.split()}
    whole = Path(unfold.__file__).parent / "static" / STYLES
    had = classes_of(whole.read_text(encoding="utf-8"))
    has = classes_of((STATIC / STYLES).read_text(encoding="utf-8"))
    assert len(said & had) > 50
    assert said & had - has == set()


def test_a_rule_stays_where_one_of_its_selectors_is_in_use():
    css = "@layer a{.b,.c:hover{x:y}.d\\:e{x:y}}@media print{.d{x:y}}p{x:y}@font-face{x:y}"
    left = "@layer a{.b,.c:hover{x:y}}p{x:y}@font-face{x:y}"
    assert without(css, words={"c"}) == left
    assert without(css, words={"c", "d:e"}) == left.replace("}}p", "}.d\\:e{x:y}}p")
