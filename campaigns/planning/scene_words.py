"""What invented scenes are put together from.

The four lists have lengths without a common divisor, so that walking all of them in step meets
every combination before it meets one again, and no two neighbours share a word.
"""

# What happens, with {product} held or used. One plain act each, so that it fits into three
# seconds, and nothing that would have to be read in the picture.
ACTIONS = (
    "taking a first look at {product}",
    "using {product} with quiet concentration",
    "smiling with relief after using {product}",
    "sharing {product} with a friend",
    "reaching for {product} on a low shelf",
    "leaning back in contentment beside {product}",
    "holding {product} close, hands in focus",
    "explaining {product} to a colleague with one gesture",
    "nodding in recognition at {product}",
    "pausing for a breath with {product} within reach",
    "setting {product} down and looking up",
    "laughing softly with {product} in hand",
    "turning towards the light with {product} in hand",
)
SETTINGS = (
    "at a wooden kitchen table",
    "on a bench in a green city park",
    "in a bright open office",
    "by a large living room window",
    "on a balcony above the rooftops",
    "in a small neighbourhood café",
    "on a quiet train at a window seat",
    "in a plain studio with a linen backdrop",
    "in a tidy hallway by the front door",
    "in front of a sunlit stone facade",
    "in a reading corner with shelves and plants",
)
CAMERAS = (
    "slow push in",
    "gentle pan from left to right",
    "handheld close-up with shallow depth of field",
    "slow camera arc around the subject",
    "steady wide shot",
    "slow tilt up",
    "over-the-shoulder shot, camera drifting slowly",
)
LIGHTS = (
    "soft diffuse light",
    "warm golden hour light",
    "even overcast daylight",
    "low side light with long shadows",
    "clean neutral light",
    "dappled light through leaves",
    "pale early morning light",
    "warm evening light",
    "bright backlight with a soft rim",
)

# A product that is named so has no body of its own: it is seen on something that people hold.
ON_A_SCREEN = frozenset(
    {"app", "apps", "software", "platform", "website", "site", "service", "tool", "portal"}
)
