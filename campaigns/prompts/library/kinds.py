"""The kinds of template, in the order in which the library shows them."""

from campaigns.models import ShotRole

KINDS = {
    "creator": "Creator style",
    "unboxing": "Unboxing",
    "hero": "Product hero",
    "rotation": "Product rotation",
    "testimonial": "Testimonial",
    "before_after": "Before and after",
    "lifestyle": "Lifestyle B-roll",
    "food": "Food and drink",
    "fashion": "Fashion",
    "beauty": "Beauty",
    "app": "App and software",
    "tech": "Tech",
    "property": "Real estate",
    "automotive": "Automotive",
    "travel": "Travel",
    "fitness": "Fitness",
    "seasonal": "Seasonal sale",
    "hook": "Hook",
    "transition": "Transition",
    "end_card": "End card",
    "other": "Other",
}
ROLES = {
    "hook": ShotRole.HOOK,
    "transition": ShotRole.TRANSITION,
    "end_card": ShotRole.END_CARD,
    "hero": ShotRole.PRODUCT,
    "rotation": ShotRole.PRODUCT,
    "unboxing": ShotRole.PRODUCT,
}


def role_of(kind: str) -> ShotRole:
    """What a shot of this kind is on a storyboard."""
    return ROLES.get(kind, ShotRole.B_ROLL)
