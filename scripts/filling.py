"""Fill a running product's test mode through its API, so that no room of it is empty.

One client with a brand kit, a product and a campaign from brief to final; single clips of every
outcome; a batch. Used for the screenshots and by the test that walks through every screen.
"""

import json
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

ENDED = ("completed", "failed", "cancelled")
LONG_WORDS = (
    "Hands open a walnut-oil bottle beside a window, macro, drifting dust in soft light, " * 3
)
CLIPS: tuple[dict[str, Any], ...] = (
    {"prompt": "Coffee pours into a glass, slow motion, warm side light"},
    {"prompt": "Person runs along a pier at dawn, tracking shot", "aspect_ratio": "9:16"},
    {"prompt": "A phone turns on a white table, studio light", "aspect_ratio": "1:1"},
    {"prompt": LONG_WORDS.strip()},
    {"prompt": "A well-known singer holds the bottle [[sandbox: fail=moderation]]"},
)
RUNNING = {"prompt": "A train crosses a valley, aerial, evening haze [[sandbox: slow=900]]"}
SCENES = (
    "Hands typing on a laptop in a bright office, close-up",
    "A runner ties a shoe on a wet street at first light",
    "Serene lake at sunset, slow drone shot forward",
)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The ids of what was made, by what it is."""

    client: str
    product: str
    campaign: str
    empty_campaign: str
    shot: str
    takes: list[str]
    batch: str
    ledger_line: int
    jobs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Product:
    """The API of a running product: `base` without a slash, `key` of test mode."""

    base: str
    key: str

    def call(self, method: str, path: str, body: Any = None, *, form: str = "") -> Any:
        """What `path` under /api/ answers. `form` names the type of a body that is bytes."""
        data = body if form or body is None else json.dumps(body).encode()
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": form or "application/json",
        }
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        address = f"{self.base}/api/{path}"
        request = urllib.request.Request(address, data, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body)


def fill(product: Product) -> Filled:
    """Make everything and wait until it stands; raises TimeoutError after two minutes."""
    singles = [product.post("ai-video/generate", _draft(clip))["job_id"] for clip in CLIPS]
    running = product.post("ai-video/generate", _draft(RUNNING))["job_id"]
    client, kept = _client(product)
    campaign = _campaign(product, client, kept)
    empty = product.post("campaigns", {"name": "Winter, not begun", "client": client})
    prompts = [f"A lantern sways in the wind, view {number}" for number in range(1, 7)]
    batch = product.post("ai-video/batch-generate", {"prompts": prompts, "quality": "draft"})
    shot, takes = _drafts(product, campaign)
    _settle(product, singles)
    return Filled(
        client=client,
        product=kept,
        campaign=campaign,
        empty_campaign=_id_of(empty, "campaign_id"),
        shot=shot,
        takes=takes,
        batch=_id_of(batch, "batch_id"),
        ledger_line=int(product.get("ledger?limit=1")["results"][0]["line_id"]),
        jobs={
            "completed": singles[0],
            "long": singles[3],
            "failed": singles[4],
            "running": running,
        },
    )


def _draft(clip: dict[str, Any]) -> dict[str, Any]:
    return {"quality": "draft", "duration": 5, **clip}


def _client(product: Product) -> tuple[str, str]:
    kit = {
        "voice": "Warm, plain, a little dry",
        "colours": [{"name": "Walnut", "hex": "#5B3A21"}, {"name": "Cream", "hex": "#F3E9D8"}],
        "avoid": ["smoke", "plastic"],
        "locked_phrases": ["Pressed once. Never rushed."],
    }
    about = {"name": "Harrow & Wren", "about": "Cold-pressed oils", "markets": ["UK", "DE"]}
    client = _id_of(product.post("clients", {**about, "brand_kit": kit}), "client_id")
    told = {
        "name": "Walnut oil, 250 ml",
        "client": client,
        "audience": "Home cooks",
        "benefits": ["Pressed on the day it ships", "One farm, one harvest"],
        "photos": [_photo(product, tone) for tone in ("#5B3A21", "#8A6A3C")],
    }
    return client, _id_of(product.post("products", told), "product_id")


def _photo(product: Product, tone: str) -> str:
    """A drawn bottle on a plain ground."""
    picture = Image.new("RGB", (960, 720), "#EFE7DA")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((400, 240, 560, 640), 28, fill=tone)
    pen.rectangle((450, 150, 510, 250), fill=tone)
    pen.rectangle((420, 380, 540, 520), fill="#F8F4EC")
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="bottle.jpg"\r\n'
    body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + out.getvalue()
    form = f"multipart/form-data; boundary={mark}"
    answer = product.call(
        "POST", "ai-video/uploads", body + f"\r\n--{mark}--\r\n".encode(), form=form
    )
    return _id_of(answer, "asset_id")


def _campaign(product: Product, client: str, kept: str) -> str:
    opened = product.post("campaigns", {"name": "First harvest", "client": client})
    uid = _id_of(opened, "campaign_id")
    brief = {
        "version": product.get(f"campaigns/{uid}/brief")["version"],
        "goal": "Sell the first pressing of the year",
        "audience": "Home cooks who read labels",
        "message": "Pressed on the day it ships",
        "products": [kept],
        "placements": ["instagram_reels"],
        "scenes": list(SCENES),
        "b_roll_count": len(SCENES),
        "transition_count": 1,
        "aspect_ratio": "9:16",
        "quality": "standard",
        "deadline": (date.today() + timedelta(days=12)).isoformat(),
        "budget": 25,
    }
    product.call("PUT", f"campaigns/{uid}/brief", brief)
    product.post(f"campaigns/{uid}/plan", {"apply": True})
    return uid


def _drafts(product: Product, campaign: str) -> tuple[str, list[str]]:
    """The first shot and its takes: one picked and promoted, one rejected."""
    shots = [shot["shot_id"] for shot in product.get(f"campaigns/{campaign}/shots")["results"]]
    body = {"shots": shots[:3], "takes_each": 2}
    product.post(f"campaigns/{campaign}/drafts", body)
    takes = product.get(f"campaigns/{campaign}/takes")["results"]
    _settle(product, [take["job_id"] for take in takes])
    mine = [str(take["take_id"]) for take in takes if take["shot_id"] == shots[0]]
    product.call("PATCH", f"takes/{mine[0]}", {"rating": 4, "verdict": "picked"})
    product.call("PATCH", f"takes/{mine[1]}", {"verdict": "rejected", "reject_reason": "motion"})
    product.post(f"takes/{mine[0]}/promote", {})
    _results(product, campaign, [take["take_id"] for take in takes])
    return str(shots[0]), mine


def _results(product: Product, campaign: str, takes: list[str]) -> None:
    day = (date.today() - timedelta(days=1)).isoformat()
    lines = [f"{take},{day},{9000 + 700 * n},{90 + 40 * n}" for n, take in enumerate(takes)]
    sheet = "take,day,impressions,clicks\n" + "\n".join(lines)
    product.post(f"campaigns/{campaign}/results", {"csv": sheet, "file_name": "ads.csv"})


def _settle(product: Product, jobs: list[str], *, seconds: float = 120.0) -> None:
    ends = time.monotonic() + seconds
    for job in jobs:
        while product.get(f"ai-video/status/{job}")["status"] not in ENDED:
            if time.monotonic() > ends:
                raise TimeoutError(f"{job} has not ended after {seconds:.0f} s")
            time.sleep(0.3)


def _id_of(answer: dict[str, Any], name: str) -> str:
    return str(answer[name] if name in answer else answer["id"])
