"""Sheets of prompts: what is taken, in which spellings, and how faults are named."""

import pytest

from generation.asks import JobAsk, Refused
from generation.batch_csv import Fault, read_sheet
from generation.csv_cells import plain, safe
from providers.types import GenerationMode, Tier

DEFAULTS = JobAsk(prompt="", tier=Tier.DRAFT, seconds=4, ratio="1:1")
FULL = (
    "prompt,duration,quality,aspect_ratio,provider,negative_prompt,style,seed,image_path,"
    "last_image_path,metadata.client\r\n"
    'A “mug” on a desk,6,high,9:16,runway,"text, logos",cinematic,7,uploads/asset_1.png,'
    "uploads/asset_2.png,Acme\r\n"
    "A lamp,,,,,,,,,,\r\n"
)


def read(text: str | bytes):
    content = text.encode() if isinstance(text, str) else text
    return read_sheet(content, defaults=DEFAULTS)


def refused(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        read(text)
    assert caught.value.field == "file"
    return caught.value.code, caught.value.message


def test_every_column_and_the_defaults():
    sheet = read(FULL)
    first, second = (row.ask for row in sheet.rows)
    assert sheet.faults == ()
    assert [row.number for row in sheet.rows] == [2, 3]
    assert first == JobAsk(
        prompt="A “mug” on a desk",
        generation_mode=GenerationMode.IMAGE_TO_VIDEO,
        seconds=6,
        tier=Tier.HIGH,
        ratio="9:16",
        provider="runway",
        negative_prompt="text, logos",
        style="cinematic",
        seed=7,
        picture_uid="uploads/asset_1.png",
        last_picture_uid="uploads/asset_2.png",
        metadata={"client": "Acme"},
    )
    assert second == JobAsk(prompt="A lamp", tier=Tier.DRAFT, seconds=4, ratio="1:1")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + FULL.encode(),
        FULL.encode("utf-16"),
        FULL.replace("\r\n", "\n").encode(),
        ("sep=,\r\n" + FULL).encode(),
        FULL.replace(",,", ", ,").encode(),
        FULL.replace(
            "prompt,duration,quality,aspect_ratio", "Prompt, DURATION,Quality,Aspect Ratio"
        ),
    ],
    ids=["mark", "utf-16", "newlines", "sep line", "blanks", "spellings"],
)
def test_as_spreadsheets_write_it(content):
    assert read(content) == read(FULL)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(separator):
    sheet = read(f"prompt{separator}duration\nA mug, on a desk{separator}6\n")
    assert [(row.ask.prompt, row.ask.seconds) for row in sheet.rows] == [("A mug, on a desk", 6)]


def test_every_fault_with_its_row_and_column():
    sheet = read(
        "prompt,duration,quality,metadata.order\n"
        "Fine,5,draft,A-1\n"
        "\n"
        ",five,best,\n"
        '"Two\nlines",5,draft,A-2\n'
        "Too many,5,draft,A-3,more\n"
    )
    assert [row.number for row in sheet.rows] == [2, 5]
    assert sheet.total == 4
    assert sheet.faults == (
        Fault(row=4, column="prompt", detail="Describe the scene or the motion.", code="required"),
        Fault(row=4, column="duration", detail="Write whole seconds, 3 to 20."),
        Fault(
            row=4,
            column="quality",
            detail="Choose one of draft, standard, high, master, or leave it empty.",
        ),
        Fault(
            row=6,
            column="column 5",
            detail=(
                "This row has more cells than the 4 columns. Put text that has the separator in"
                " it in double quotes."
            ),
            code="too_many_cells",
        ),
    )


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"prompt\nCaf\xe9\n", "not_utf8", "CSV UTF-8"),
        ("promt\nA mug\n", "unknown_column", "Did you mean prompt?"),
        ("duration\n5\n", "no_prompt_column", "no column prompt"),
        ("prompt,Prompt\na,b\n", "repeated", "column prompt is there twice"),
        ("prompt\n", "invalid", "no row below its header"),
        ("", "no_prompt_column", "no column prompt"),
        ("prompt\n\x00\n", "invalid", "no CSV"),
        ('prompt\n"open\n', "invalid", "Row 2 cannot be read"),
        ("prompt\n" + "A\n" * 1001, "too_many", "more than 1,000 rows"),
        (b"x" * 8_000_001, "too_large", "under 8 MB"),
    ],
)
def test_what_cannot_be_read_at_all(content, code, words):
    told, message = refused(content)
    assert told == code
    assert words in message


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_formulas_are_neutral_on_the_way_out_and_plain_on_the_way_in(text):
    assert safe(text) == f"'{text}"
    assert plain(safe(text)) == text


def test_what_is_no_formula_stays():
    assert [safe(value) for value in ("A mug", -1, 0.5, None, "'quoted'")] == [
        "A mug",
        "-1",
        "0.5",
        "",
        "'quoted'",
    ]
    assert plain("'quoted'") == "'quoted'"


def test_an_exported_cell_is_read_back():
    assert read("prompt\n'=A1 on a screen\n").rows[0].ask.prompt == "=A1 on a screen"
