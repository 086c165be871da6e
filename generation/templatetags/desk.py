"""What templates say often: money, spans of time, icons, and whether somebody may do a thing."""

from datetime import datetime

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.access import Access
from generation import clock
from generation.money.cents import price_of_second
from generation.pages.client_choice import ChosenClient, chosen_client
from generation.pages.spans import about
from generation.pages.spans import ago as ago_in_words
from providers.micros import dollars
from providers.micros import per_second as price_per_second

register = template.Library()


@register.filter
def money(micros: int | None) -> str:
    """Micro-dollars as people read them: "$0.10". Nothing where there is no amount."""
    return "" if micros is None else dollars(micros)


@register.filter
def per_second(micros: int | None) -> str:
    """A price or an average per second with all its places: "$0.05", "$0.112"."""
    return "" if micros is None else price_per_second(micros).removesuffix("/second")


@register.filter
def price(micros: int, currency: str) -> str:
    """An exact amount of any currency: "$0.40", "EUR 0.375"."""
    return price_of_second(currency, micros).removesuffix(" per second")


@register.filter
def percent(basis_points: int) -> str:
    """ "12.5 %"."""
    return f"{basis_points / 100:g}\u00a0%"


@register.filter
def seconds(span: float | None) -> str:
    """A wait as people plan with it: "15 s", "3 min". Nothing where there is none."""
    return "" if span is None else about(span)


@register.filter
def ago(moment: datetime) -> str:
    """ "just now", "3 min ago", "2 days ago"."""
    return ago_in_words((clock.now() - moment).total_seconds())


@register.filter
def may(access: Access | None, permission: str) -> bool:
    """Whether the signed-in person may do it, for leaving out what would be refused."""
    return access is not None and access.may(permission)


@register.simple_tag(takes_context=True)
def working_for(context: Context) -> ChosenClient | None:
    """The client that this person works for now, out of the session alone."""
    request, access = context.get("request"), context.get("access")
    return chosen_client(request, access) if request is not None and access is not None else None


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """A line drawing from the sprite; the word beside it says what it means."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false">'
        '<use href="{1}#{2}"/></svg>',
        size,
        static("vendor/icons.svg"),
        name,
    )
