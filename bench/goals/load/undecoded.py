"""`python -m bench.goals.load.undecoded`: the driver, taking every clip as it comes.

What is left out are the two child processes that each clip costs otherwise: one decodes it to
its end, one draws its thumbnail. Everything else is the product's own.
"""

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from footage.boxes import read_boxes
    from footage.probe import ClipFacts, probe
    from generation import ingest

    def taken(path, *, seconds: float) -> ClipFacts:
        read_boxes(path)
        return probe(path)

    ingest.check_clip = taken
    ingest.thumbnail = lambda clip, target: target.write_bytes(b"no picture")
    call_command("run_driver")


if __name__ == "__main__":
    main()
