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
    "reaching for {product} at the start of the day",
    "leaning back in contentment beside {product}",
    "holding {product} close, hands in focus",
    "explaining {product} to a colleague with one gesture",
    "nodding in recognition at {product}",
    "pausing for a breath with {product} within reach",
    "setting {product} down and looking up",
    "laughing softly with {product} in hand",
    "turning to the window with {product} in hand",
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
    "in a tidy hallway before leaving home",
    "on the steps of a stone building",
    "in a reading corner with shelves and plants",
)
CAMERAS = (
    "slow push in",
    "gentle pan from left to right",
    "handheld close-up with shallow depth of field",
    "slow arc around the subject",
    "steady wide shot",
    "slow tilt up",
    "over-the-shoulder shot with a slow drift",
)
LIGHTS = (
    "soft window light",
    "warm golden hour light",
    "even daylight from an overcast sky",
    "low side light with long shadows",
    "clean studio lighting",
    "dappled light through leaves",
    "cool early morning light",
    "warm lamp light in the evening",
    "bright backlight with a soft rim",
)

# A product that is named so has no body of its own: it is seen on something that people hold.
ON_A_SCREEN = frozenset(
    {"app", "apps", "software", "platform", "website", "site", "service", "tool", "portal"}
)
