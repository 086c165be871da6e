"""The bodies of the user's own document, as the schema shows them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample


def _sent(value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample("Request", value=value, request_only=True)


def _answered(value: dict[str, Any], *, status: int = 200) -> OpenApiExample:
    return OpenApiExample("Answer", value=value, response_only=True, status_codes=[str(status)])


GENERATE = _sent(
    {
        "mode": "text_to_video",
        "prompt": "A serene mountain landscape at sunset, cinematic drone shot",
        "duration": 5,
        "quality": "standard",
        "aspect_ratio": "16:9",
        "provider": "runway",
        "async_mode": True,
    }
)
QUEUED = _answered(
    {
        "status": "queued",
        "job_id": "job_3kx9m2c7q0v5t8w1z4y6",
        "mode": "text_to_video",
        "estimated_cost": 0.25,
        "quality": "standard",
        "message": "AI video generation queued",
        "status_url": "/api/ai-video/status/job_3kx9m2c7q0v5t8w1z4y6",
    },
    status=202,
)
STATUS = _answered(
    {
        "job_id": "job_3kx9m2c7q0v5t8w1z4y6",
        "status": "completed",
        "provider": "runway",
        "video_url": "https://video.example.com/media/…/asset_3kx9m2c7q0v5t8w1z4y7.mp4",
        "thumbnail_url": "https://video.example.com/media/…/asset_3kx9m2c7q0v5t8w1z4y7.jpg",
        "cost": 0.25,
        "progress": 100,
        "error": None,
    }
)
CANCELLED = _answered(
    {"success": True, "job_id": "job_3kx9m2c7q0v5t8w1z4y6", "message": "Job cancelled"}
)
BATCH = _sent(
    {
        "prompts": [
            "Person running on treadmill in gym",
            "Close-up of fitness tracker",
            "Healthy meal prep in kitchen",
        ],
        "quality": "draft",
        "duration": 5,
        "aspect_ratio": "9:16",
        "use_cost_optimization": True,
    }
)
BATCH_STARTED = _answered(
    {
        "status": "success",
        "batch_id": "batch_3kx9m2c7q0v5t8w1z4y6",
        "job_ids": ["job_3kx9m2c7q0v5t8w1z4y7", "job_3kx9m2c7q0v5t8w1z4y8"],
        "total_videos": 3,
        "total_estimated_cost": 0.30,
        "message": "Batch generation started for 3 videos",
    },
    status=202,
)
PROVIDERS = _answered(
    {
        "status": "success",
        "providers": [
            {
                "name": "runway",
                "display_name": "Runway Gen-3 Alpha",
                "status": "available",
                "capabilities": ["text_to_video", "image_to_video"],
                "pricing": "$0.05/second",
                "max_duration": 10,
                "recommended_for": ["ad_creatives", "product_videos", "b_roll"],
            }
        ],
        "recommendation": "Use Runway Gen-3 for production, Pika for drafts",
    }
)
ESTIMATE = _answered(
    {
        "estimated_cost": 0.25,
        "duration": 5,
        "quality": "standard",
        "provider": "runway",
        "breakdown_by_provider": {"sora": 1.25, "runway": 0.25, "kling": 0.15, "pika": 0.10},
        "savings_tip": "Save $1.15 by using Pika instead of Sora",
    }
)
QUOTE = _sent(
    {
        "clips": [
            {"label": "Opening", "duration": 5, "quality": "high", "aspect_ratio": "9:16"},
            {"label": "Transition", "duration": 3, "quality": "draft", "aspect_ratio": "9:16"},
        ]
    }
)
