"""The style presets: what each adds to a prompt."""

STYLES = {
    "cinematic": "Cinematic look, film lighting, shallow depth of field.",
    "realistic": "Realistic, natural light, true to life.",
    "animated": "Animated style, clean shapes, expressive motion.",
}
