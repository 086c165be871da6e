"""The API as the client sees it, in memory: keys, jobs that end, faults on demand."""

import json

import httpx

BASE = "http://desk.test"
KEY = "aiv_test_fake"


def refusal(code, detail, attr=None):
    return {"type": "client_error", "errors": [{"code": code, "detail": detail, "attr": attr}]}


class FakeDesk:
    """Answers like the API. `faults` are used up first: an answer, or an exception to raise.

    A fault in `lost` is raised after the request has been carried out.
    """

    def __init__(self):
        self.seen = []
        self.jobs = {}
        self.answers = {}
        self.uploads = []
        self.faults = []
        self.lost = []
        self.looks = 2
        self.ends = {"status": "completed", "cost": 0.25, "error": None}

    @property
    def transport(self):
        return httpx.MockTransport(self)

    def asked(self, method, path):
        return [one for one in self.seen if (one.method, one.url.path) == (method, path)]

    def __call__(self, request):
        self.seen.append(request)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return httpx.Response(401, json=refusal("authentication_failed", "Unknown key."))
        answer = self._kept(request)
        if self.lost:
            raise self.lost.pop(0)
        return answer

    def _kept(self, request):
        key = request.headers.get("idempotency-key")
        if key and key in self.answers:
            return httpx.Response(202, json=self.answers[key])
        answer = self._answer(request)
        if key and answer.is_success:
            self.answers[key] = answer.json()
        return answer

    def _answer(self, request):
        *_, room, name = request.url.path.split("/")
        match room, name:
            case "ai-video", "generate":
                return self._queue([self._body(request)], single=True)
            case "ai-video", "batch-generate":
                body = self._body(request)
                return self._queue([{**body, "prompt": prompt} for prompt in body["prompts"]])
            case "campaigns", door:
                return self._footage(door, self._body(request))
            case "ai-video", "uploads":
                self.uploads.append(request.content)
                return httpx.Response(201, json={"asset_id": f"asset_{len(self.uploads)}"})
            case "status", job_id:
                return self._status(job_id)
            case "jobs", job_id:
                return self._status(job_id)
            case "batches", _:
                return self._batch()
            case "cancel", job_id:
                return self._cancel(job_id)
        return httpx.Response(404, json=refusal("not_found", "There is nothing here."))

    def _body(self, request):
        return json.loads(request.content)

    def _queue(self, bodies, *, single=False):
        made = []
        for body in bodies:
            job_id = f"job_{len(self.jobs) + 1}"
            self.jobs[job_id] = {"body": body, "looks": 0}
            made.append(job_id)
        if single:
            queued = {"status": "queued", "job_id": made[0], "provider": "runway"}
            return httpx.Response(202, json={**queued, "estimated_cost": 0.25})
        told = {"status": "success", "batch_id": "batch_1", "job_ids": made, "message": "Started"}
        told |= {"total_videos": len(made), "total_estimated_cost": 0.1 * len(made)}
        return httpx.Response(202, json=told)

    def _footage(self, door, body):
        """As many clips as the body names, in the roles of that door."""
        wanted = [
            ("b_roll", prompt) for prompt in body.get("prompts", body.get("b_roll_scenes", []))
        ]
        wanted += [("product", image) for image in body.get("product_images", [])]
        wanted += [("transition", "Ink")] * body.get("transition_count", body.get("count", 0))
        wanted += [("b_roll", body.get("prompt"))] * body.get("variant_count", 0)
        wanted += [("product", body.get("motion"))] * ("image_path" in body)
        missing = body.get("required_b_roll_count", 0) - len(body.get("existing_b_roll", []))
        wanted += [("b_roll", "Invented")] * missing
        told = {"campaign_id": "cc_1", "batch_id": None, "items": [], "status": "success"}
        if not wanted:
            return httpx.Response(200, json=told)
        queued = self._queue([{"prompt": prompt} for _, prompt in wanted]).json()
        items = [
            {"role": role, "prompt": prompt, "job_id": job_id, "quality": body.get("quality")}
            | {"duration": 5, "shot_id": f"shot_{job_id}", "take_id": f"take_{job_id}"}
            | {"factors": {}}
            for (role, prompt), job_id in zip(wanted, queued["job_ids"], strict=True)
        ]
        return httpx.Response(202, json={**queued, **told, "batch_id": "batch_1", "items": items})

    def _status(self, job_id):
        if job_id not in self.jobs:
            return httpx.Response(404, json=refusal("not_found", f"There is no job {job_id}."))
        job = self.jobs[job_id]
        job["looks"] += 1
        return httpx.Response(200, json=self._told(job_id, ended=job["looks"] >= self.looks))

    def _told(self, job_id, *, ended):
        body = self.jobs[job_id]["body"]
        told = {"job_id": job_id, "status": "processing", "cost": None, "progress": 40}
        told |= {"provider": "runway", "video_url": None, "thumbnail_url": None, "error": None}
        told |= {"attempts": [], "metadata": body.get("metadata", {}), "prompt": body["prompt"]}
        if ended:
            told |= {"progress": 100, "video_url": f"{BASE}/media/{job_id}.mp4", **self.ends}
        return told

    def _batch(self):
        looks = self.jobs["job_1"]["looks"] = self.jobs["job_1"]["looks"] + 1
        ended = looks >= self.looks
        jobs = [self._told(job_id, ended=ended) for job_id in reversed(self.jobs)]
        told = {"status": "completed" if ended else "processing", "jobs": jobs}
        return httpx.Response(200, json={**told, "total_cost": 0.25 * len(jobs) if ended else None})

    def _cancel(self, job_id):
        ended = self.jobs[job_id]["looks"] >= self.looks
        told = {"success": not ended, "job_id": job_id}
        told["message"] = "Already completed." if ended else "Job cancelled"
        extra = refusal("already_ended", told["message"]) if ended else {}
        return httpx.Response(409 if ended else 200, json={**told, **extra})
