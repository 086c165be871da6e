"""The style guide: for staff, in both themes, out of the pages' own parts, asking for nothing."""


def test_staff_see_every_part_in_both_themes(browser, owner, django_assert_max_num_queries):
    owner.is_staff = True
    owner.save()
    with django_assert_max_num_queries(4):  # the session, the person and the workspaces
        page = browser.get("/styleguide/").content.decode()
    for theme in ("light", "dark"):
        assert f'data-theme="{theme}"' in page
        assert f'id="row-sample-{theme}-failed"' in page
    assert page.count('class="meter') >= 6 and page.count('class="empty"') == 2


def test_it_is_not_there_for_others(browser, viewer):
    assert browser.get("/styleguide/").status_code == 404
    assert viewer.get("/styleguide/").status_code == 404
