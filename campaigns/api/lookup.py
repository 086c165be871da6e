"""One row by its public id. Another workspace's row, or another mode's, is not there at all."""

from rest_framework.exceptions import NotFound

from accounts.access import Access
from campaigns import opening, products, storyboard
from campaigns.models import Campaign, Client, Product, Shot


def client_by(access: Access, uid: str) -> Client:
    """Raises NotFound."""
    client = opening.client_by(access, uid)
    if client is None:
        raise NotFound(f"There is no client {uid} in this workspace.")
    return client


def campaign_by(access: Access, uid: str) -> Campaign:
    """Raises NotFound."""
    campaign = opening.campaign_by(access, uid)
    if campaign is None:
        raise NotFound(f"There is no campaign {uid} in this workspace.")
    return campaign


def product_by(access: Access, uid: str) -> Product:
    """Raises NotFound."""
    product = products.product_by(access, uid)
    if product is None:
        raise NotFound(f"There is no product {uid} in this workspace.")
    return product


def shot_by(access: Access, uid: str) -> Shot:
    """Raises NotFound."""
    shot = storyboard.shot_by(access, uid)
    if shot is None:
        raise NotFound(f"There is no shot {uid} in this workspace.")
    return shot
