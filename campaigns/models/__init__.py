from campaigns.models.campaign import Brief, Campaign
from campaigns.models.client import BrandKit, Client
from campaigns.models.film import FILM_OPEN, Film, FilmState
from campaigns.models.first_run import FirstRun
from campaigns.models.product import Product, ProductPhoto
from campaigns.models.repeat import LiveRepeat
from campaigns.models.shot import Shot, ShotRole
from campaigns.models.take import AdResult, Take, Verdict
from campaigns.models.template import PromptTemplate, TemplateUse, TemplateVersion

__all__ = [
    "FILM_OPEN",
    "AdResult",
    "BrandKit",
    "Brief",
    "Campaign",
    "Client",
    "Film",
    "FilmState",
    "FirstRun",
    "LiveRepeat",
    "Product",
    "ProductPhoto",
    "PromptTemplate",
    "Shot",
    "ShotRole",
    "Take",
    "TemplateUse",
    "TemplateVersion",
    "Verdict",
]
