"""Every link leads somewhere."""

import pytest

from tests.docs.book import ROOT, anchors, links, pages


def anchors_of(target):
    return anchors(str(target.resolve().relative_to(ROOT)))


@pytest.mark.parametrize("page", list(pages()))
def test_links_resolve(page):
    broken = []
    for link in links(page):
        if link.startswith(("http://127.0.0.1", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        found = target.exists() and (not anchor or anchor in anchors_of(target))
        if not found:
            broken.append(link)
    assert broken == []


def test_every_page_is_reached_from_the_readme():
    reached = {link for link in links("README.md") if link.startswith("docs/")}
    written = {page for page in pages() if page.startswith("docs/")}
    assert written - reached == set()


def test_the_readme_is_short():
    assert pages()["README.md"].count("\n") < 200


def test_nothing_but_the_product_is_spoken_of():
    for page, text in pages().items():
        assert "/work/" not in text, page
        assert "/root/" not in text, page
