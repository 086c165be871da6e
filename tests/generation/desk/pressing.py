"""The buttons of the back desk as a person presses them."""

import re

from generation.desk.registers import list_url


def press(client, table, action, *rows, **told):
    """The action's page, and its button where a reason or anything else is told."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], "index": 0}
    page = client.post(list_url(table), data)
    if not told or page.status_code != 200:
        return page
    [token] = re.findall(r'name="token" value="([^"]+)"', page.content.decode())
    return client.post(list_url(table), {**data, "token": token, **told}, follow=True)


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])
